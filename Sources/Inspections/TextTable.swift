import Messages

/// A table in plain text with columns two spaces apart. Cells may come from files, so long ones are shortened.
package struct TextTable {
    private var lines: [[String]] = []
    private let alignsRight: [Bool]

    package init(_ header: [String], alignsRight: [Bool]) {
        self.alignsRight = alignsRight
        lines.append(header.map(brief))
    }

    package mutating func append(_ line: [String]) {
        lines.append(line.map(brief))
    }

    package var text: String {
        let widths = alignsRight.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { line in
            let cells = line.enumerated().map { column, cell in
                pad(cell, widths[column], right: alignsRight[column])
            }
            let text = cells.joined(separator: "  ")
            return String(text.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

/// Pads `text` with spaces to `width`, on its left if it is aligned right.
package func pad(_ text: String, _ width: Int, right: Bool) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return right ? spaces + text : text + spaces
}

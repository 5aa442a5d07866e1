import Messages

/// Text in columns, two spaces apart; numbers to the right. Texts come from files, too, and are made brief.
struct TextTable {
    private var lines: [[String]] = []
    private let alignsRight: [Bool]

    init(_ header: [String], alignsRight: [Bool]) {
        self.alignsRight = alignsRight
        lines.append(header.map(brief))
    }

    mutating func append(_ line: [String]) {
        lines.append(line.map(brief))
    }

    var text: String {
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

/// `text` filled up with spaces to `width`, at its left where it is aligned right.
func pad(_ text: String, _ width: Int, right: Bool) -> String {
    let spaces = String(repeating: " ", count: max(0, width - text.count))
    return right ? spaces + text : text + spaces
}

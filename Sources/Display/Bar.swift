import Foundation

/// A bar and fields beside it, in one line: as much as fits into a width.
struct Bar {
    enum Length {
        /// From 0 to 1.
        case share(Double)
        /// The end is not known: a mark that moves a place each time.
        case moving(Int)
    }

    struct Field {
        /// From the longest to the shortest; the last one stands for those that are missing.
        let forms: [String]
        /// The field with the largest number goes first where not all fit.
        let rank: Int

        init(_ forms: String..., rank: Int) { (self.forms, self.rank) = (forms, rank) }

        func form(_ level: Int) -> String { forms[min(level, forms.count - 1)] }
    }

    var length: Length
    var fields: [Field]

    private static let bars = 10...40
    private static let levels = 4

    /// The line, of as many columns at most.
    func text(columns: Int) -> String {
        let lines = (0..<Self.levels).map { line(of: fields, $0) }
        for line in lines where line.count + frame + Self.bars.lowerBound <= columns {
            return bar(of: min(columns - line.count - frame, Self.bars.upperBound)) + line
        }
        if let line = lines.first(where: { $0.count <= columns }) { return line }
        var rest = fields
        while rest.count > 1, line(of: rest, Self.levels - 1).count > columns {
            guard let last = rest.indices.max(by: { rest[$0].rank < rest[$1].rank }) else { break }
            rest.remove(at: last)
        }
        return String(line(of: rest, Self.levels - 1).prefix(columns))
    }

    private func line(of fields: [Field], _ level: Int) -> String {
        fields.map { $0.form(level) }.joined(separator: level < 2 ? "  " : " ")
    }

    /// The columns around a bar: brackets, percent, spaces.
    private var frame: Int {
        if case .share = length { "[]  41%  ".count } else { "[]  ".count }
    }

    private func bar(of width: Int) -> String {
        switch length {
        case .share(let share):
            let filled = max(0, min(width, Int(share * Double(width))))
            return "[" + String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled) + "] "
                + String(format: "%3.0f%%  ", 100 * share)
        case .moving(let turn):
            let mark = "==="
            let place = turn % (width - mark.count + 1)
            return "[" + String(repeating: " ", count: place) + mark
                + String(repeating: " ", count: width - mark.count - place) + "]  "
        }
    }
}

/// A number in a few columns: 950, 12k, 1.2M.
func compact(_ number: Double) -> String {
    guard number.isFinite, number < 1e15 else { return "?" }
    let (value, unit) = number < 1e4 ? (number, "") : number < 1e6 ? (number / 1e3, "k") : (number / 1e6, "M")
    return String(format: unit == "M" && value < 100 ? "%.1f%@" : "%.0f%@", value, unit)
}

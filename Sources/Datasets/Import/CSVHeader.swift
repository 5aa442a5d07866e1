/// Tells whether the first row of a CSV file is a header, by comparing it with the rows below it.
struct CSVHeader {
    /// How many rows below the first are looked at.
    private static let rowsLookedAt = 100

    /// The fields of the first row.
    let texts: [String]
    private let kinds: [CSVFieldKind]
    /// Of each column, what kinds of fields the rows below have in it.
    private var below: [Set<CSVFieldKind>]
    /// The row after the first: how many fields it has, and whether it ends with a delimiter.
    private var second: (fieldCount: Int, endsEmpty: Bool)?

    /// Takes in the first row, which `reader` is at and comes back to, and rows below it.
    init(_ reader: inout CSVReader) throws(CSVError) {
        texts = (0..<reader.fieldCount).map { reader.text(at: $0) }
        kinds = (0..<reader.fieldCount).map { reader.kind(at: $0) }
        below = Array(repeating: [], count: texts.count)

        try reader.lookAhead(rows: Self.rowsLookedAt) { row in
            second = second ?? (row.fieldCount, row.isEmpty(at: row.fieldCount - 1))
            for column in 0..<min(row.fieldCount, texts.count) { below[column].insert(row.kind(at: column)) }
        }
    }

    /// - Parameters:
    ///   - label: The label column as the user gave it.
    ///   - position: What column that is, from 0, where it can be meant as a position.
    /// - Throws: `CSVError.undecidedHeader`.
    func isHeader(label: String, position: Int?, reader: borrowing CSVReader) throws(CSVError) -> Bool {
        if position == nil, !label.isEmpty, texts.contains(label) { return true }

        // Only a column of numbers can tell: a name above numbers stands out, a class above classes does not.
        let numberColumns = texts.indices.filter {
            below[$0].contains(.number) && !below[$0].contains(.text)
        }
        guard !numberColumns.isEmpty else {
            let others = texts.indices.filter { $0 != position }.map { kinds[$0] }
            return others.contains(.text) && !others.contains(.number)
        }
        guard let text = numberColumns.first(where: { kinds[$0] == .text }) else { return false }
        guard let number = numberColumns.first(where: { kinds[$0] == .number }) else { return true }
        throw .undecidedHeader(
            path: reader.path, row: reader.row, text: texts[text], textColumn: text + 1, number: texts[number],
            numberColumn: number + 1)
    }

    /// The names of the columns; those without one are called by their numbers.
    /// - Throws: `CSVError.trailingDelimiter`, where the last one is a column by mistake.
    func names(_ reader: borrowing CSVReader) throws(CSVError) -> [String] {
        if let second, texts.count > 1, texts.last == "" {
            let rowsEndLikewise = second.fieldCount == texts.count && second.endsEmpty
            if rowsEndLikewise || second.fieldCount == texts.count - 1 {
                throw .trailingDelimiter(
                    path: reader.path, row: reader.row, column: texts.count, delimiter: reader.delimiterName,
                    rowsEndLikewise: rowsEndLikewise)
            }
        }
        return texts.enumerated().map { $1.isEmpty ? "\($0 + 1)" : $1 }
    }
}

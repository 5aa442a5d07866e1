/// Detects whether the first row of a CSV file is a header, by comparing it with the rows below it.
struct CSVHeader {
    /// The number of rows to compare with the first.
    private static let comparedRows = 100

    /// The fields of the first row.
    let texts: [String]
    private let kinds: [CSVFieldKind]
    /// The kinds of fields in each column of the rows below.
    private var below: [Set<CSVFieldKind>]
    /// The second row: its number of fields, and whether it ends with a delimiter.
    private var second: (fieldCount: Int, endsEmpty: Bool)?

    /// Reads the first row, which must be the reader's current one and stays so, and the rows below it.
    /// - Throws: `CSVError`.
    init(_ reader: inout CSVReader) throws(CSVError) {
        texts = (0..<reader.fieldCount).map { reader.text(at: $0) }
        kinds = (0..<reader.fieldCount).map { reader.kind(at: $0) }
        below = Array(repeating: [], count: texts.count)

        try reader.lookAhead(rows: Self.comparedRows) { row in
            second = second ?? (row.fieldCount, row.isEmpty(at: row.fieldCount - 1))
            for column in 0..<min(row.fieldCount, texts.count) { below[column].insert(row.kind(at: column)) }
        }
    }

    /// - Parameters:
    ///   - label: the label column as the user gave it.
    ///   - position: the index of that column, if `label` is a valid position.
    /// - Throws: `CSVError.ambiguousHeader`.
    func isHeader(label: String, position: Int?, reader: borrowing CSVReader) throws(CSVError) -> Bool {
        if position == nil, !label.isEmpty, texts.contains(label) { return true }

        // Only a column of numbers can reveal a header: text above numbers is a name, text above text may be a class.
        let numberColumns = texts.indices.filter {
            below[$0].contains(.number) && !below[$0].contains(.text)
        }
        guard !numberColumns.isEmpty else {
            let others = texts.indices.filter { $0 != position }.map { kinds[$0] }
            return others.contains(.text) && !others.contains(.number)
        }
        guard let text = numberColumns.first(where: { kinds[$0] == .text }) else { return false }
        guard let number = numberColumns.first(where: { kinds[$0] == .number }) else { return true }
        throw .ambiguousHeader(
            path: reader.path, row: reader.row, text: texts[text], textColumn: text + 1, number: texts[number],
            numberColumn: number + 1)
    }

    /// The names of the columns; a column without a name gets its position, counted from 1.
    /// - Throws: `CSVError.trailingDelimiter` if the last column exists by mistake.
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

/// The label column of a CSV file while it is read: what kind of labels they are shows only at the end.
struct CSVLabels {
    private var texts: [String] = []
    private var kind = Kind.integers
    /// The first label that is a number but not a finite one, and its row.
    private var notFinite: (row: Int, text: String)?
    /// The first label that is a marker of a missing value, and its row. Among text labels it is text like them.
    private var missing: (row: Int, text: String)?

    private enum Kind {
        case integers, numbers, text
    }

    package var count: Int { texts.count }

    /// - Throws: `CSVError` for the first label that spoils a column of numbers by being none, or not a finite one.
    func requireValues(path: String, column: String) throws(CSVError) {
        guard kind != .text else { return }
        if let (row, text) = missing { throw .missingLabel(path: path, row: row, text: text) }
        if let (row, text) = notFinite { throw .notFinite(path: path, row: row, column: column, text: text) }
    }

    /// The labels, as the plainest kind that can hold them all.
    var values: CSVTable.Labels {
        switch kind {
        case .integers: .integers(texts.compactMap(wholeNumber))
        case .numbers: .numbers(texts.compactMap { Float($0) })
        case .text: .text(texts)
        }
    }

    /// Appends the label in a field of the reader's current row.
    mutating func append(_ reader: borrowing CSVReader, at index: Int) throws(CSVError) {
        let text = reader.text(at: index)
        guard !text.isEmpty else { throw .missingLabel(path: reader.path, row: reader.row, text: text) }
        guard !text.utf8.contains(0) else { throw .zeroByte(path: reader.path, row: reader.row) }
        texts.append(text)
        if kind == .integers, wholeNumber(text) == nil { kind = .numbers }
        guard kind == .numbers else { return }
        if reader.isMissing(at: index) {
            missing = missing ?? (reader.row, text)
        } else if let value = reader.number(at: index) {
            if !value.isFinite { notFinite = notFinite ?? (reader.row, text) }
        } else {
            kind = .text
        }
    }
}

/// The whole number that `text` spells, be it as "3", "3.0" or "3e0", or nil.
private func wholeNumber(_ text: String) -> Int64? {
    Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
}

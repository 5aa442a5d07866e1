/// Collects the label column of a CSV file. The kind of the labels is known only after the last row.
struct CSVLabels {
    private var texts: [String] = []
    private var kind = Kind.integers
    /// The first label that is an infinite number, and its row.
    private var notFinite: (row: Int, text: String)?
    /// The first label that is a marker of a missing value, and its row. Among text labels it is a text, too.
    private var missing: (row: Int, text: String)?

    private enum Kind {
        case integers, numbers, text
    }

    var count: Int { texts.count }

    /// Checks that labels that are numbers are finite and complete.
    /// - Throws: `CSVError.missingLabel`, `.notFinite`.
    func requireValues(path: String, column: String) throws(CSVError) {
        guard kind != .text else { return }
        if let (row, text) = missing { throw .missingLabel(path: path, row: row, text: text) }
        if let (row, text) = notFinite { throw .notFinite(path: path, row: row, column: column, text: text) }
    }

    /// The labels as the narrowest kind that fits all of them.
    var values: CSVTable.Labels {
        switch kind {
        case .integers: .integers(texts.compactMap(wholeNumber))
        case .numbers: .numbers(texts.compactMap { Float($0) })
        case .text: .text(texts)
        }
    }

    /// Appends the label in a field of the reader's current row.
    /// - Throws: `CSVError.missingLabel`, `.zeroByte`.
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

/// The whole number in `text`, in a form such as "3", "3.0" or "3e0"; nil if it is not one.
private func wholeNumber(_ text: String) -> Int64? {
    Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
}

/// The label column of a CSV file while it is read: what kind of labels they are shows only at the end.
struct CSVLabels {
    private var texts: [String] = []
    private var kind = Kind.integers
    /// The first label that is a number but not a finite one, and its row.
    private var notFinite: (row: Int, text: String)?

    private enum Kind {
        case integers, numbers, text
    }

    var count: Int { texts.count }

    /// The first label that spoils a column of numbers by not being finite, and its row.
    var firstNotFinite: (row: Int, text: String)? { kind == .text ? nil : notFinite }

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
        guard !reader.isEmpty(at: index) else { throw .missingLabel(path: reader.path, row: reader.row) }
        let text = reader.text(at: index)
        texts.append(text)
        if kind == .integers, wholeNumber(text) == nil { kind = .numbers }
        if kind == .numbers {
            guard let value = reader.number(at: index) else {
                kind = .text
                return
            }
            if !value.isFinite, notFinite == nil { notFinite = (reader.row, text) }
        }
    }
}

/// The whole number that `text` spells, be it as "3", "3.0" or "3e0", or nil.
private func wholeNumber(_ text: String) -> Int64? {
    Int64(text) ?? Double(text).flatMap { Int64(exactly: $0) }
}

/// Makes a dataset file of CSV files. Text labels become class ids, in the alphabetical order of the classes of the
/// training file; whole numbers become class ids as they are when none is negative; other numbers stay numbers.
/// - Parameters:
///   - labelColumn: Its name, or its position from 1.
///   - hasHeader: Whether the first row of each file is a header; nil where the rows are to tell.
/// - Returns: Of each file, whether its first row was taken for a header, and a number that was rounded.
/// - Throws: `CSVError`, `ImportMismatch`; `FileError` and `HDF5Error` when the file cannot be written.
@discardableResult
package func importCSV(
    train: String, test: String?, labelColumn: String, hasHeader: Bool? = nil, to path: String
) throws -> [(path: String, hasHeader: Bool, rounded: CSVTable.RoundedNumber?)] {
    let table = try CSVTable(contentsOf: train, labelColumn: labelColumn, hasHeader: hasHeader)
    var tables = [(train, table.hasHeader, table.rounded)]
    let scheme = LabelScheme(table.labels)
    var splits = [(SplitName.train, features(of: table), try scheme.encode(table, path: train))]
    if let test {
        let testTable = try CSVTable(contentsOf: test, labelColumn: labelColumn, hasHeader: hasHeader)
        tables.append((test, testTable.hasHeader, testTable.rounded))
        guard testTable.hasHeader == table.hasHeader else {
            throw ImportMismatch.unequalHeaders(path: test, hasHeader: testTable.hasHeader)
        }
        guard testTable.featureColumns == table.featureColumns else {
            throw ImportMismatch.unequalColumns(
                path: test, expected: table.featureColumns, found: testTable.featureColumns)
        }
        splits.append((.test, features(of: testTable), try scheme.encode(testTable, path: test)))
    }
    try DatasetWriter.write(splits, to: path)
    return tables
}

private func features(of table: CSVTable) -> DatasetWriter.Features {
    .floats(table.features, sampleShape: [table.featureColumns.count])
}

/// What the training file's labels are, for every file of the import.
private enum LabelScheme {
    case names([String])
    case classIDs
    case numbers

    init(_ labels: CSVTable.Labels) {
        switch labels {
        case .text(let texts): self = .names(Set(texts).sorted())
        case .integers(let values):
            self = values.allSatisfy { (0...Int64(Int32.max)).contains($0) } ? .classIDs : .numbers
        case .numbers: self = .numbers
        }
    }

    func encode(_ table: CSVTable, path: String) throws -> DatasetWriter.Labels {
        switch (self, table.labels) {
        case (.names(let names), .text(let texts)):
            let ids = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
            return .classIDs(
                try texts.enumerated().map { row, text in
                    guard let id = ids[text] else {
                        throw ImportMismatch.unknownClass(path: path, row: row, label: text)
                    }
                    return id
                }, names: names)
        case (.classIDs, .integers(let values)):
            return .classIDs(
                try values.enumerated().map { row, value in
                    guard let id = Int32(exactly: value), id >= 0 else {
                        throw ImportMismatch.unknownClass(path: path, row: row, label: "\(value)")
                    }
                    return id
                }, names: nil)
        case (.numbers, .integers(let values)):
            return .numbers(values.map { Float($0) })
        case (.numbers, .numbers(let values)):
            return .numbers(values)
        default:
            throw ImportMismatch.unequalLabelKinds(path: path)
        }
    }
}

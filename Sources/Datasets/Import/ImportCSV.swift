import Tables

/// Converts CSV files to a dataset file. Text labels become class ids in the alphabetical order of the training file's
/// classes. Labels that are whole numbers of at least 0 are class ids. Other numbers become regression targets.
/// - Parameters:
///   - labelColumn: the name of the label column, or its position, counted from 1.
///   - hasHeader: whether the first row of each file is a header; nil to detect it.
/// - Returns: for each file, whether it has a header, and the first large number that was rounded.
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

/// The interpretation of labels, which the training file determines for all files.
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

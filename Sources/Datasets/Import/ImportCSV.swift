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
) throws -> [(path: String, hasHeader: Bool, rounded: RoundedNumber?)] {
    var request = TableRequest(label: labelColumn)
    request.format.hasHeader = hasHeader
    let table = try NumberTable(Table(contentsOf: train, request: request))
    var tables = [(train, table.hasHeader, table.rounded)]
    let scheme = LabelScheme(table.labels)
    var splits = [(SplitName.train, table.datasetFeatures, try scheme.encode(table, path: train))]
    if let test {
        let testTable = try NumberTable(Table(contentsOf: test, request: request))
        tables.append((test, testTable.hasHeader, testTable.rounded))
        guard testTable.hasHeader == table.hasHeader else {
            throw ImportMismatch.unequalHeaders(path: test, hasHeader: testTable.hasHeader)
        }
        guard testTable.columns == table.columns else {
            throw ImportMismatch.unequalColumns(path: test, expected: table.columns, found: testTable.columns)
        }
        splits.append((.test, testTable.datasetFeatures, try scheme.encode(testTable, path: test)))
    }
    try DatasetWriter.write(splits, to: path)
    return tables
}

/// A number of at least 2²⁴ that a Float cannot represent exactly.
package struct RoundedNumber: Sendable, Equatable {
    package let column: String
    package let text: String
    package let value: Float
}

/// A table whose features are numbers.
private struct NumberTable {
    let hasHeader: Bool
    let columns: [String]
    private(set) var features: [Float] = []
    private(set) var rounded: RoundedNumber?
    let labels: Labels

    enum Labels {
        case text([String])
        case integers([Int64])
        case numbers([Float])
    }

    /// - Throws: `CSVError.notANumber`, `.notFinite`.
    init(_ source: Table) throws(CSVError) {
        hasHeader = source.format.hasHeader == true
        columns = source.columns.map(\.name)
        for column in source.columns {
            guard let first = column.categories?.first else { continue }
            throw .notANumber(path: source.path, row: first.line, column: column.name, text: first.text)
        }
        labels = Self.labels(source.label)
        var infinite: (row: Int, column: Int, value: Double)?
        source.values.forEachBlock { firstRow, _, values in
            for (index, value) in values.enumerated() {
                let float = Float(value)
                features.append(float)
                let column = index % columns.count
                if infinite == nil, !float.isFinite { infinite = (firstRow + index / columns.count, column, value) }
                if rounded == nil, abs(value) >= 0x1p24, Double(float) != value {
                    rounded = RoundedNumber(column: columns[column], text: shortest(value), value: float)
                }
            }
        }
        guard let infinite else { return }
        throw .notFinite(
            path: source.path, row: source.line(ofRow: infinite.row), column: columns[infinite.column],
            text: shortest(infinite.value))
    }

    var datasetFeatures: DatasetWriter.Features { .floats(features, sampleShape: [columns.count]) }

    private static func labels(_ column: TextColumn?) -> Labels {
        let texts = column.map { column in (0..<column.count).map { column[$0] } } ?? []
        guard let numbers = column?.numbers() else { return .text(texts) }
        let integers = zip(texts, numbers).compactMap { Int64($0) ?? Int64(exactly: $1) }
        return integers.count == texts.count ? .integers(integers) : .numbers(numbers.map { Float($0) })
    }
}

/// A number without an exponent, if it is whole and not huge.
private func shortest(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

/// The interpretation of labels, which the training file determines for all files.
private enum LabelScheme {
    case names([String])
    case classIDs
    case numbers

    init(_ labels: NumberTable.Labels) {
        switch labels {
        case .text(let texts): self = .names(Set(texts).sorted())
        case .integers(let values):
            self = values.allSatisfy { (0...Int64(Int32.max)).contains($0) } ? .classIDs : .numbers
        case .numbers: self = .numbers
        }
    }

    func encode(_ table: NumberTable, path: String) throws -> DatasetWriter.Labels {
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

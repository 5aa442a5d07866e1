import Datasets
import DurableFiles
import Tables

extension RawSplit {
    /// The samples of a table of text.
    /// - Parameters:
    ///   - label: the name of the label column, for messages.
    ///   - weightsColumn: the name of the column of sample weights, for messages.
    ///   - categorical: columns that are categories however many there are.
    /// - Throws: `DatasetError` for labels beyond 32-bit floats, and for columns of text that have another text in most rows.
    package init(
        of table: Table, label: String?, weights weightsColumn: String? = nil, categorical: [String] = []
    ) throws {
        try table.requireFewCategories(except: categorical)
        let line: @Sendable (Int) -> Int = { table.line(ofRow: $0) }
        let isText = table.columns.contains { $0.categories != nil }
        let description = FeatureDescription(
            file: table.path, rows: table.rows, width: table.columns.count,
            names: table.format.hasHeader == true ? table.columns.map(\.name) : nil,
            categories: isText ? table.columns.map { $0.categories?.map(\.text) } : [], isTable: true)
        self.init(
            features: MemoryFeatures(description, line: line) { body in
                try table.values.forEachBlock { firstRow, _, values in try body(values, firstRow) }
            },
            labels: try table.labels(called: label ?? "", line), weights: table.weights)
        groups = table.groups?.coded().codes
        weightsName = weightsColumn ?? ""
    }
}

extension Table {
    /// Whether a file is a table of text: by its first bytes, or by its name if it is compressed or has a single column.
    /// - Parameter path: "-" for standard input.
    package static func isTable(_ path: String) -> Bool {
        if path == "-" { return true }
        switch FileKind(ofFileAt: path) {
        case .table, .utf16, .carriageReturnLines: return true
        case nil, .empty, .settings, .gzip:
            return [".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"].contains {
                path.lowercased().hasSuffix($0)
            }
        default: return false
        }
    }

    /// The numbers of different texts up to which a column of text is taken for categories without looking further.
    private static let fewCategories = 20

    /// Checks that columns of text are categories, rather than names or numbers of the rows.
    fileprivate func requireFewCategories(except categorical: [String]) throws(DatasetError) {
        for column in columns where !categorical.contains(column.name) {
            guard let categories = column.categories, categories.count > Self.fewCategories,
                2 * categories.count > rows
            else { continue }
            throw .manyCategories(file: path, column: column.name, categories: categories.count, rows: rows)
        }
    }

    /// The label column; nil if none was asked for.
    fileprivate func labels(called name: String, _ line: @escaping @Sendable (Int) -> Int) throws -> Labels? {
        guard let label else { return nil }
        let values: Labels.Values
        if let numbers = label.numbers() {
            if let row = numbers.firstIndex(where: { !Float($0).isFinite }) {
                throw DatasetError.labelBeyondFloat(
                    Place(file: path, object: name, row: row, line: line(row)), value: label[row])
            }
            values = wholeNumbers(numbers).map { .integers($0) } ?? .numbers(numbers, width: 1)
        } else {
            let (texts, codes, _) = label.coded()
            values = .texts(names: texts, codes: codes)
        }
        return Labels(values, classNames: nil, file: path, dataset: name, line: line)
    }
}

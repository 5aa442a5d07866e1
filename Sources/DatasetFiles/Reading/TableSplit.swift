import Datasets
import DurableFiles
import Splits
import Tables

extension RawSplit {
    /// The samples of a table of text.
    /// - Parameters:
    ///   - allowsManyCategories: whether a column of text may have another text in most rows, though nobody has called it
    ///     categorical.
    ///   - steps: the shape [steps, channels] of samples whose columns are steps, one after another; nil if they are rows.
    /// - Throws: `DatasetError` for labels beyond 32-bit floats, for columns of text that are no categories, and for others than as many
    ///   columns of numbers as `steps` says.
    package init(of table: Table, allowsManyCategories: Bool = false, steps: [Int]? = nil) throws {
        try table.requireColumns(of: steps)
        if !allowsManyCategories { try table.requireFewCategories() }
        let line: @Sendable (Int) -> Int = { table.line(ofRow: $0) }
        let isText = table.columns.contains { $0.categories != nil }
        var description = FeatureDescription(
            file: table.path, rows: table.rows, width: table.columns.count,
            names: table.format.hasHeader == true ? table.columns.map(\.name) : nil,
            categories: isText ? table.columns.map { $0.categories?.map(\.text) } : [], isTable: true,
            columns: table.columns.map(\.name))
        if let steps { (description.sampleShape, description.axes) = (steps, SampleAxes.sequence.rawValue) }
        self.init(
            features: MemoryFeatures(description, line: line) { body in
                try table.values.forEachBlock { firstRow, _, values in try body(values, firstRow) }
            },
            labels: try table.labels(line), weights: table.weights)
        groups = table.groups?.coded().codes
        weightsName = table.names(of: .weights).first ?? ""
        notes += table.columns.filter(\.lacksName).map { .columnWithoutName(file: table.path, column: $0.name) }
        if table.rowsWithoutLabel > 0 {
            notes.append(.rowsWithoutLabel(file: table.path, count: table.rowsWithoutLabel))
        }
        if table.format.hasHeader == true {
            columns = ColumnRoles(
                label: table.names(of: .label).first, weights: table.names(of: .weights).first,
                group: table.names(of: .group).first, ignored: table.names(of: .ignored))
        }
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

    /// Checks that the columns are the values of steps.
    /// - Parameter shape: [steps, channels]; nil if columns need not be steps.
    fileprivate func requireColumns(of shape: [Int]?) throws(DatasetError) {
        guard let shape else { return }
        if let text = columns.first(where: { $0.categories != nil }) {
            throw .textAmongSteps(file: path, column: text.name)
        }
        guard columns.count == shape.reduce(1, *) else {
            throw .columnsAreNoSteps(file: path, columns: columns.count, steps: shape[0], channels: shape[1])
        }
    }

    /// The numbers of different texts up to which a column of text is taken for categories without looking further.
    private static let fewCategories = 20

    /// Checks that columns of text are categories, rather than names or numbers of the rows.
    fileprivate func requireFewCategories() throws(DatasetError) {
        let categorical = names(of: .text)
        let doubtful = columns.filter { column in
            let count = column.categories?.count ?? 0
            return count > Self.fewCategories && 2 * count > rows && !categorical.contains(column.name)
        }
        guard let first = doubtful.first?.categories?.count else { return }
        throw .manyCategories(file: path, columns: doubtful.map(\.name), categories: first, rows: rows)
    }

    /// The label column; nil if none was asked for.
    fileprivate func labels(_ line: @escaping @Sendable (Int) -> Int) throws -> Labels? {
        guard let label, let name = names(of: .label).first else { return nil }
        return try Labels(label, name: name, file: path, line: line)
    }
}

extension Labels {
    /// The labels that a text file has in a column, or at the ends of its lines.
    /// - Parameters:
    ///   - name: what messages call the column.
    ///   - line: the line of each row.
    /// - Throws: `DatasetError.labelBeyondFloat`.
    init(_ column: TextColumn, name: String, file: String, line: @escaping @Sendable (Int) -> Int) throws {
        guard let numbers = column.numbers() else {
            let (texts, codes, firstRows) = column.coded()
            self.init(
                .texts(names: texts, codes: codes), classNames: nil, file: file, dataset: name, line: line,
                areNumbers: firstRows.map(column.isNumber))
            return
        }
        if let row = numbers.firstIndex(where: { !Float($0).isFinite }) {
            throw DatasetError.labelBeyondFloat(
                Place(file: file, object: name, row: row, line: line(row)), value: column[row])
        }
        self.init(
            wholeNumbers(numbers).map { .integers($0) } ?? .numbers(numbers, width: 1), classNames: nil, file: file,
            dataset: name, line: line)
    }
}

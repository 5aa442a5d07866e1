/// What is read of a table, row by row.
struct TableContents {
    private(set) var features: FeatureColumns
    private(set) var values: TableValues
    private(set) var label: LabelColumn?
    private(set) var ids: TextColumn?
    private(set) var groups: TextColumn?
    private(set) var weights: [Double]?
    private(set) var lines = LineIndex()
    /// The number of rows that are left out because they have no label.
    private(set) var rowsWithoutLabel = 0

    private let path: String
    private let names: [String]
    /// The positions of columns that are not features.
    private let labelColumn: Int?
    private let idColumn: Int?
    private let groupColumn: Int?
    private let weightColumn: Int?
    private let dropsRowsWithoutLabel: Bool
    /// How numbers are written, as far as the cells have shown it.
    private(set) var syntax: NumberSyntax

    init(_ columns: TableColumns, request: TableRequest, syntax: NumberSyntax, path: String) {
        self.path = path
        names = columns.names
        self.syntax = syntax
        dropsRowsWithoutLabel = request.dropsRowsWithoutLabel
        features = FeatureColumns(columns, allowsMissing: request.allowsMissing, path: path)
        values = TableValues(columns: columns.features.count)
        labelColumn = columns.position(of: .label)
        idColumn = columns.position(of: .id)
        groupColumn = columns.position(of: .group)
        weightColumn = columns.position(of: .weights)
        label = labelColumn.map { LabelColumn(name: columns.names[$0], isText: request.labelsAreText, path: path) }
        ids = idColumn.map { _ in TextColumn() }
        groups = groupColumn.map { _ in TextColumn() }
        weights = weightColumn.map { _ in [] }
    }

    /// The mark that the cells have shown. Without any, numbers would have a point.
    var decimalMark: DecimalMark { syntax.mark ?? .point }

    /// Whether all texts were valid UTF-8 in the file.
    var isUTF8: Bool {
        features.isUTF8 && [label?.texts, ids, groups].allSatisfy { $0?.isUTF8 != false }
    }

    /// Appends the reader's current row.
    /// - Throws: `CSVError`.
    mutating func appendRow(_ reader: borrowing RowReader) throws(CSVError) {
        guard reader.fieldCount == names.count else {
            throw .raggedRow(path: path, row: reader.row, expected: names.count, found: reader.fieldCount)
        }
        let row = reader.row
        try reader.withCells { (cells) throws(CSVError) in
            if dropsRowsWithoutLabel, let labelColumn, cells[labelColumn].isMissing {
                rowsWithoutLabel += 1
                return
            }
            lines.append(line: row)
            try values.appendRow { (values) throws(CSVError) in
                try features.read(cells, row: row, &syntax, into: values)
            }
            if let labelColumn { try label?.append(cells[labelColumn], row: row, &syntax) }
            if let idColumn { ids?.append(cells[idColumn]) }
            if let groupColumn { groups?.append(cells[groupColumn]) }
            if let weightColumn { try appendWeight(cells[weightColumn], row: row) }
        }
    }

    /// Ends the reading after the last row.
    /// - Throws: `CSVError.empty`, `.notFinite`.
    mutating func finish() throws(CSVError) {
        guard values.rows > 0 else { throw .empty(path: path) }
        try label?.requireFinite()
        let mark = decimalMark
        label?.texts.decimalMark = mark
        ids?.decimalMark = mark
        groups?.decimalMark = mark
    }

    private mutating func appendWeight(_ cell: Cell, row: Int) throws(CSVError) {
        let column = names[weightColumn ?? 0]
        guard !cell.isMissing else { throw .missingWeight(path: path, row: row, column: column) }
        guard let weight = try syntax.number(cell, at: Place(path: path, row: row, column: column)) else {
            throw .notANumber(path: path, row: row, column: column, text: cell.text)
        }
        weights?.append(weight)
    }
}

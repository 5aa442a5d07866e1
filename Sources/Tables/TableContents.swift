/// What is read of a table, row by row.
struct TableContents {
    private(set) var features: FeatureColumns
    private(set) var values: TableValues
    private(set) var label: LabelColumn?
    private(set) var ids: TextColumn?
    private(set) var groups: TextColumn?
    private(set) var weights: [Double]?
    private(set) var lines = LineIndex()

    private let path: String
    private let columns: TableColumns
    private var syntax: NumberSyntax

    init(_ columns: TableColumns, request: TableRequest, hasHeader: Bool, syntax: NumberSyntax, path: String) {
        self.path = path
        self.columns = columns
        self.syntax = syntax
        let finder = ColumnFinder(names: columns.names, hasNames: hasHeader)
        features = FeatureColumns(
            columns, numberColumns: Set(request.numberColumns.flatMap(finder.columns)),
            allowsMissing: request.allowsMissing, path: path)
        values = TableValues(columns: columns.features.count)
        label = columns.position(of: .label).map { LabelColumn(name: columns.names[$0], path: path) }
        ids = columns.position(of: .id).map { _ in TextColumn() }
        groups = columns.position(of: .group).map { _ in TextColumn() }
        weights = columns.position(of: .weights).map { _ in [] }
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
        guard reader.fieldCount == columns.names.count else {
            throw .raggedRow(path: path, row: reader.row, expected: columns.names.count, found: reader.fieldCount)
        }
        let row = reader.row
        lines.append(line: row)
        try reader.withCells { (cells) throws(CSVError) in
            try values.appendRow { (values) throws(CSVError) in
                try features.read(cells, row: row, &syntax, into: values)
            }
            if let column = columns.position(of: .label) { try label?.append(cells[column], row: row, &syntax) }
            if let column = columns.position(of: .id) { ids?.append(cells[column]) }
            if let column = columns.position(of: .group) { groups?.append(cells[column]) }
            if let column = columns.position(of: .weights) {
                let weight = try weight(cells[column], Place(path: path, row: row, column: columns.names[column]))
                weights?.append(weight)
            }
        }
    }

    /// Ends the reading after the last row.
    /// - Throws: `CSVError.empty`, `.missingLabel`, `.notFinite`.
    mutating func finish() throws(CSVError) {
        guard values.rows > 0 else { throw .empty(path: path) }
        try label?.requireValues()
        let mark = decimalMark
        label?.texts.decimalMark = mark
        ids?.decimalMark = mark
        groups?.decimalMark = mark
    }

    private mutating func weight(_ cell: Cell, _ place: Place) throws(CSVError) -> Double {
        if let number = try cell.isMissing ? nil : syntax.number(cell, at: place) { return number }
        throw cell.isMissing
            ? .missingValue(path: place.path, row: place.row, column: place.column, text: cell.text)
            : .notANumber(path: place.path, row: place.row, column: place.column, text: cell.text)
    }
}

/// The samples of a CSV or TSV file, compressed with gzip or not.
///
/// Fields are separated by commas, semicolons, tabs or pipes. Quoted fields may contain separators, line breaks, and quotes
/// written as `""`. Spaces around fields, the line ends of all systems, byte order marks, blank lines and a missing last line
/// end are accepted. The text is in UTF-8, UTF-16 or Latin-1. Decimals have a point or a comma, and thousands may have marks.
/// What is not asked for is found out, and is in `format` and `encoding`.
package struct Table: Sendable {
    /// The file as errors call it.
    package let path: String
    /// How the text is written; nothing in it is nil.
    package let format: TableFormat
    package let encoding: TextEncoding
    /// The columns of features, in the file's order.
    package let columns: [Column]
    /// [rows, columns]: numbers; NaN where a cell is missing; in a column of text, the index of the category.
    package let values: TableValues
    package let rows: Int
    /// The number of rows of the file that were left out because they have no label.
    package let rowsWithoutLabel: Int
    package let label: TextColumn?
    package let ids: TextColumn?
    package let groups: TextColumn?
    package let weights: [Double]?
    private let lines: LineIndex
    private let allColumns: TableColumns

    package struct Column: Sendable, Equatable {
        /// A column without a name has its position in the file, counted from 1.
        package let name: String
        /// Whether the table has a header with no name for this column.
        package var lacksName = false
        /// The different texts in order of first appearance; nil if the column has numbers, or no cell that is not missing.
        package let categories: [Category]?
    }

    package struct Category: Sendable, Equatable {
        package let text: String
        /// The line of its first appearance.
        package let line: Int
    }

    /// The line of the file, counted from 1, on which a row begins.
    package func line(ofRow row: Int) -> Int { lines[row] }

    /// The names of the columns that were used for something; a column without a name has its position in the file.
    package func names(of role: ColumnRole) -> [String] { allColumns.names(of: role) }

    /// Reads a table.
    /// - Parameters:
    ///   - path: the file; "-" is the standard input.
    ///   - pause: called regularly with the share that has been read, nil if that is unknown; reading ends with the error that it
    ///     throws.
    /// - Throws: `CSVError`.
    package init(
        contentsOf path: String, request: TableRequest, pause: (Double?) throws -> Void = { _ in }
    ) throws {
        var reader = try TableReader(path, request: request)
        self = try reader.wholeTable(pause: pause)
    }

    /// What has been read of a table.
    /// - Parameter lackNames: for each column, whether the header has no name for it.
    init(
        _ contents: TableContents, _ columns: TableColumns, lackNames: [Bool], format: TableFormat,
        encoding: TextEncoding, path: String
    ) {
        (self.path, self.format, self.encoding) = (path, format, encoding)
        self.columns = zip(contents.features.columns, columns.features).map { column, position in
            var column = column
            column.lacksName = lackNames[position]
            return column
        }
        values = contents.values
        rows = contents.values.rows
        rowsWithoutLabel = contents.rowsWithoutLabel
        label = contents.label?.texts
        ids = contents.ids
        groups = contents.groups
        weights = contents.weights
        lines = contents.lines
        allColumns = columns
    }
}

extension Table {
    /// The names of all columns; positions if there is no header.
    /// - Throws: `CSVError`.
    package static func columnNames(of path: String, _ request: TableRequest) throws(CSVError) -> [String] {
        var reader = try RowReader(path: path)
        let stated = try reader.skipStatedDelimiter()
        if let delimiter = request.format.delimiter ?? stated {
            reader.delimiter = delimiter
        } else {
            _ = Delimiter(of: &reader)
        }
        let sample = TableSample(of: &reader)
        guard !sample.firstRow.isEmpty else { throw .empty(path: reader.path) }
        let mark = try request.decimalMark(of: sample, path: reader.path)
        return sample.names(hasHeader: try request.hasHeader(sample, mark: mark, path: reader.path))
    }
}

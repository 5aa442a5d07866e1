/// Reads a table, whole or as its rows come.
package struct TableReader: ~Copyable {
    /// The file as errors call it.
    let path: String
    private let request: TableRequest
    private let columns: TableColumns
    /// For each column, whether the header has no name for it.
    private let lackNames: [Bool]
    private var rows: RowReader
    private var format: TableFormat
    private var contents: TableContents
    /// Whether the reader's current row has not been read: the first one of a table without header.
    private var hasRow: Bool
    /// What was wrong with the row after those that have been given.
    private var failure: CSVError?

    /// The number of rows between two calls of `pause`, and that are given at most as they come.
    private static let rowsAtOnce = 4096

    /// Finds out how a table is written.
    /// - Parameters:
    ///   - path: the file; "-" is the standard input.
    ///   - asItComes: whether to read no more of the standard input than has arrived. The first row alone then tells how the table
    ///     is written.
    /// - Throws: `CSVError`.
    package init(_ path: String, request: TableRequest, asItComes: Bool = false) throws(CSVError) {
        var rows = try RowReader(path: path, asItComes: asItComes)
        var format = request.format
        let stated = try rows.skipStatedDelimiter()
        if let delimiter = format.delimiter ?? stated {
            (rows.delimiter, format.delimiter) = (delimiter, delimiter)
        } else {
            format.delimiter = Delimiter(of: &rows)
        }
        let sample = TableSample(of: &rows)
        guard try rows.nextRow() else { throw .empty(path: rows.path) }

        let mark = try request.decimalMark(of: sample, path: rows.path)
        let hasHeader = try request.hasHeader(sample, mark: mark, path: rows.path)
        if hasHeader { try sample.requireNoTrailingDelimiter(rows.delimiter, path: rows.path) }
        format.hasHeader = hasHeader
        columns = try TableColumns(
            names: sample.names(hasHeader: hasHeader), hasHeader: hasHeader, request: request, path: rows.path)
        lackNames = sample.firstRow.map { hasHeader && $0.text.isEmpty }
        contents = TableContents(
            columns, request: request, syntax: NumberSyntax(mark: mark, delimiter: rows.delimiter), path: rows.path)
        hasRow = !hasHeader
        (self.path, self.request, self.format) = (rows.path, request, format)
        self.rows = rows
    }

    /// Reads all rows.
    /// - Parameter pause: called regularly with the share that has been read, nil if that is unknown; reading ends with the error that it
    ///   throws.
    /// - Throws: `CSVError`.
    package mutating func wholeTable(pause: (Double?) throws -> Void) throws -> Table {
        while try nextRow(waits: true) {
            try contents.appendRow(rows)
            if contents.values.rows.isMultiple(of: Self.rowsAtOnce) {
                try pause(rows.share)
            }
        }
        return try table()
    }

    /// Waits for a row, and gives it with those that have arrived after it.
    /// - Returns: nil at the end of the file.
    /// - Throws: `CSVError`, once the rows before the one that is wrong have been given.
    package mutating func arrivedRows() throws(CSVError) -> Table? {
        if let failure { throw failure }
        contents = TableContents(columns, request: request, syntax: contents.syntax, path: path)
        do throws(CSVError) {
            while contents.values.rows < Self.rowsAtOnce, try nextRow(waits: contents.values.rows == 0) {
                try contents.appendRow(rows)
            }
        } catch {
            guard contents.values.rows > 0 else { throw error }
            failure = error
        }
        return contents.values.rows > 0 ? try table() : nil
    }

    private mutating func nextRow(waits: Bool) throws(CSVError) -> Bool {
        guard !hasRow else {
            hasRow = false
            return true
        }
        return try rows.nextRow(waits: waits)
    }

    /// The rows that have been read.
    private mutating func table() throws(CSVError) -> Table {
        try contents.finish()
        var format = format
        format.decimalMark = contents.decimalMark
        return Table(
            contents, columns, lackNames: lackNames, format: format,
            encoding: rows.encoding == .utf8 && !contents.isUTF8 ? .latin1 : rows.encoding, path: path)
    }
}

extension TableRequest {
    /// The decimal mark that was asked for, or that the sample shows.
    func decimalMark(of sample: TableSample, path: String) throws(CSVError) -> DecimalMark? {
        if let mark = format.decimalMark { return mark }
        // Whether there is a header is not known yet, but a name that is asked for and stands there is one.
        let finder = ColumnFinder(names: sample.firstRow.map(\.text), hasNames: true, knownNames: knownNames)
        return try sample.decimalMark(
            ignoring: Set(namesWithoutNumbers.flatMap(finder.columns)),
            names: sample.names(hasHeader: format.hasHeader ?? true), path: path)
    }

    /// Whether there is a header, as was asked for, or as the sample shows.
    func hasHeader(
        _ sample: TableSample, mark: DecimalMark?, path: String
    ) throws(CSVError) -> Bool {
        if let hasHeader = format.hasHeader { return hasHeader }
        let finder = ColumnFinder(names: sample.firstRow.map(\.text), hasNames: false, knownNames: knownNames)
        return try sample.isHeader(
            names: allNames.filter { finder.position($0) == nil }, label: label.flatMap(finder.position), mark: mark,
            path: path)
    }
}

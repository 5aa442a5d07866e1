/// The features and labels of a CSV file, compressed with gzip or not.
///
/// Fields are separated by commas, or by semicolons or tabs if the first line has no comma. Quoted fields may contain
/// separators, line breaks, and quotes written as `""`. Spaces around fields, Windows line ends, a byte order mark, blank
/// lines and a missing last line end are accepted. Numbers are parsed as by `strtof` in the C locale.
package struct CSVTable: Sendable {
    /// The values of the label column.
    package enum Labels: Sendable, Equatable {
        /// At least one label is not a number.
        case text([String])
        /// All labels are whole numbers, such as "3" or "3.0".
        case integers([Int64])
        /// All labels are numbers.
        case numbers([Float])
    }

    /// Whether the first row is a header rather than a sample.
    package let hasHeader: Bool
    /// The names of the feature columns in the file's order. A column without a name gets its position, counted from 1.
    package let featureColumns: [String]
    package let rowCount: Int
    /// The features [rowCount, featureColumns.count], row-major.
    package let features: [Float]
    package let labels: Labels
    /// The first feature of at least 2²⁴ that a Float cannot represent exactly.
    package let rounded: RoundedNumber?

    package struct RoundedNumber: Sendable, Equatable {
        package let column: String
        /// The number as written in the file.
        package let text: String
        package let value: Float
    }

    /// Reads the file at `path`.
    ///
    /// If `hasHeader` is nil, the first row is compared with up to 100 rows below it. It is a header if one of its fields is
    /// the label column's name, or if it has text in all columns of numbers. Text in a label column that is chosen by
    /// position and markers of missing values (empty, ?, NA, N/A, NaN, null) do not indicate a header.
    /// - Parameters:
    ///   - labelColumn: the name of the label column, or its position, counted from 1, if no column has that name.
    ///   - hasHeader: whether the first row is a header; nil to detect it.
    /// - Throws: `CSVError`.
    package init(contentsOf path: String, labelColumn: String, hasHeader: Bool? = nil) throws(CSVError) {
        var reader = try CSVReader(path: path)
        guard try reader.firstRow() else { throw .empty(path: path) }
        let columns = try CSVColumns(firstRow: &reader, labelColumn: labelColumn, hasHeader: hasHeader)

        var features: [Float] = []
        var labels = CSVLabels()
        var rounded: RoundedNumber?
        var hasRow = columns.hasHeader ? try reader.nextRow() : true
        while hasRow {
            guard reader.fieldCount == columns.names.count else {
                throw .raggedRow(
                    path: path, row: reader.row, expected: columns.names.count, found: reader.fieldCount)
            }
            for column in columns.features {
                let value = try reader.feature(at: column, named: columns.names[column])
                features.append(value)
                // From 2²⁴ on, a Float cannot represent every whole number.
                if abs(value) >= 0x1p24, rounded == nil {
                    let text = reader.text(at: column)
                    if Double(text) != Double(value) {
                        rounded = RoundedNumber(column: columns.names[column], text: text, value: value)
                    }
                }
            }
            try labels.append(reader, at: columns.label)
            hasRow = try reader.nextRow()
        }

        guard labels.count > 0 else { throw .empty(path: path) }
        try labels.requireValues(path: path, column: columns.names[columns.label])
        self.hasHeader = columns.hasHeader
        featureColumns = columns.features.map { columns.names[$0] }
        rowCount = labels.count
        self.features = features
        self.labels = labels.values
        self.rounded = rounded
    }
}

extension CSVReader {
    /// Parses a feature in a field of the current row.
    /// - Throws: `CSVError.missingValue`, `.notANumber`, `.notFinite`.
    fileprivate func feature(at index: Int, named column: String) throws(CSVError) -> Float {
        let value = number(at: index)
        if let value, value.isFinite { return value }
        let text = text(at: index)
        if isMissing(at: index) { throw .missingValue(path: path, row: row, column: column, text: text) }
        throw value == nil
            ? .notANumber(path: path, row: row, column: column, text: text)
            : .notFinite(path: path, row: row, column: column, text: text)
    }
}

/// The numbers and labels of a CSV file, gzip or plain.
///
/// Fields are separated by commas, or by semicolons or tabs where the first line has no comma. They may be quoted, with
/// `""` for a quote, and then hold separators and line breaks. Spaces around fields, Windows line ends, a byte order
/// mark, blank lines and a missing last line end are all right. Numbers are read as `strtof` reads them in the C
/// locale, whatever the locale is: the decimal point is a point.
package struct CSVTable: Sendable {
    /// What the label column holds.
    package enum Labels: Sendable, Equatable {
        /// Some label is not a number: each as it is written.
        case text([String])
        /// All labels are whole numbers ("3" and "3.0" alike).
        case integers([Int64])
        /// All labels are numbers.
        case numbers([Float])
    }

    /// Whether the first row is a header, and no sample.
    package let hasHeader: Bool
    /// The names of all columns but the label's, in the file's order: "1", "2", … by position for those without one.
    package let featureColumns: [String]
    package let rowCount: Int
    /// The values of all columns but the label's, row-major: `rowCount` rows of `featureColumns.count`.
    package let features: [Float]
    package let labels: Labels
    /// The first feature whose number a Float does not hold, where it is so large that whole numbers beside it become equal.
    package let rounded: RoundedNumber?

    package struct RoundedNumber: Sendable, Equatable {
        package let column: String
        /// As it is written.
        package let text: String
        package let value: Float
    }

    /// Reads the file at `path`.
    ///
    /// Unless `hasHeader` says so, the first row is compared with up to 100 rows below it. It is a header where all the
    /// columns that hold numbers there begin with text, or where one of its fields is the label column's name. Text in a
    /// label column that is chosen by position, and markers of missing values (nothing, ?, NA, N/A, NaN, null), are no
    /// sign of a header.
    /// - Parameter labelColumn: Its name, or where no column has that name, its position, from 1.
    package init(contentsOf path: String, labelColumn: String, hasHeader: Bool? = nil) throws(CSVError) {
        var reader = try CSVReader(path: path)
        guard try reader.firstRow() else { throw .empty(path: path) }
        let columns = try CSVColumns(firstRow: &reader, labelColumn: labelColumn, haveHeader: hasHeader)

        var features: [Float] = []
        var labels = CSVLabels()
        var rounded: RoundedNumber?
        var hasRow = columns.haveHeader ? try reader.nextRow() : true
        while hasRow {
            guard reader.fieldCount == columns.names.count else {
                throw .raggedRow(
                    path: path, row: reader.row, expected: columns.names.count, found: reader.fieldCount)
            }
            for column in columns.features {
                let value = try reader.feature(at: column, named: columns.names[column])
                features.append(value)
                // From 2²⁴ on, a Float does not hold every whole number.
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
        self.hasHeader = columns.haveHeader
        featureColumns = columns.features.map { columns.names[$0] }
        rowCount = labels.count
        self.features = features
        self.labels = labels.values
        self.rounded = rounded
    }
}

extension CSVReader {
    /// The number in a feature's field of the current row.
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

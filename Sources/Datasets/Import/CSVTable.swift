/// The numbers and labels of a CSV file, gzip or plain.
///
/// Fields are separated by commas, or by semicolons or tabs where the first line has no comma. They may be quoted, with
/// `""` for a quote, and then hold separators and line breaks. Spaces around fields, Windows line ends, a byte order
/// mark, blank lines and a missing last line end are all right. Numbers are read as `strtof` reads them in the C
/// locale, whatever the locale is: the decimal point is a point.
public struct CSVTable: Sendable {
    /// What the label column holds.
    public enum Labels: Sendable, Equatable {
        /// Some label is not a number: each as it is written.
        case text([String])
        /// All labels are whole numbers ("3" and "3.0" alike).
        case integers([Int64])
        /// All labels are numbers.
        case numbers([Float])
    }

    /// The names of all columns but the label's, in the file's order: "1", "2", … by position where there is no header.
    public let featureColumns: [String]
    public let rowCount: Int
    /// The values of all columns but the label's, row-major: `rowCount` rows of `featureColumns.count`.
    public let features: [Float]
    public let labels: Labels

    /// Reads the file at `path`.
    ///
    /// The first row is a header if any of its fields is not a number. The label column is the first of that name, or
    /// where none has it, the one at that position, from 1. A label chosen by position may be text, so alone it makes
    /// no header: "5.1,3.5,1.4,0.2,setosa" with label column "5" is data.
    public init(contentsOf path: String, labelColumn: String) throws(CSVError) {
        var reader = try CSVReader(path: path)
        guard try reader.firstRow() else { throw .empty(path: path) }
        let columns = try CSVColumns(firstRow: reader, labelColumn: labelColumn)

        var features: [Float] = []
        var labels = CSVLabels()
        var hasRow = columns.areNamed ? try reader.nextRow() : true
        while hasRow {
            guard reader.fieldCount == columns.names.count else {
                throw .raggedRow(
                    path: path, row: reader.row, expected: columns.names.count, found: reader.fieldCount)
            }
            for column in columns.features {
                features.append(try reader.feature(at: column, named: columns.names[column]))
            }
            try labels.append(reader, at: columns.label)
            hasRow = try reader.nextRow()
        }

        guard labels.count > 0 else { throw .empty(path: path) }
        if let (row, text) = labels.firstNotFinite {
            throw .notFinite(path: path, row: row, column: columns.names[columns.label], text: text)
        }
        featureColumns = columns.features.map { columns.names[$0] }
        rowCount = labels.count
        self.features = features
        self.labels = labels.values
    }
}

extension CSVReader {
    /// The number in a feature's field of the current row.
    fileprivate func feature(at index: Int, named column: String) throws(CSVError) -> Float {
        guard let value = number(at: index) else {
            throw isEmpty(at: index)
                ? .missingValue(path: path, row: row, column: column)
                : .notANumber(path: path, row: row, column: column, text: text(at: index))
        }
        guard value.isFinite else {
            throw .notFinite(path: path, row: row, column: column, text: text(at: index))
        }
        return value
    }
}

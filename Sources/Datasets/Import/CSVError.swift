/// Why a CSV file could not be read.
///
/// A `row` is the line of the file that the row begins on, counted from 1 as an editor shows it: a header is row 1,
/// and rows after a quoted line break are counted on. A `column` is a name as `CSVTable` gives it.
public enum CSVError: Error, Sendable, Equatable {
    case noSuchFile(path: String)
    /// The file is a directory, cannot be opened, or is damaged or cut gzip.
    case cannotRead(path: String, reason: String)
    /// The file has no row of data.
    case empty(path: String)
    /// The label column that was asked for is not there; `available` are the columns' names, in the file's order.
    case noSuchColumn(path: String, name: String, available: [String])
    /// The label column is the only one.
    case noFeatureColumns(path: String)
    /// The row has more or fewer fields than the first one.
    case raggedRow(path: String, row: Int, expected: Int, found: Int)
    case notANumber(path: String, row: Int, column: String, text: String)
    /// The field of a feature is empty.
    case missingValue(path: String, row: Int, column: String)
    /// The field spells an infinity or NaN, or a number beyond the largest `Float`.
    case notFinite(path: String, row: Int, column: String, text: String)
    case missingLabel(path: String, row: Int)
    /// The file ends inside quotes, which were opened on line `row`.
    case unterminatedQuote(path: String, row: Int)
}

extension CSVError: ImportError {}

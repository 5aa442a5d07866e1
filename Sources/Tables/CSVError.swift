import DurableFiles

/// Why a CSV file could not be read.
///
/// A `row` is the line of the file on which the row begins, counted from 1 as in an editor. A `column` is a name as in
/// `CSVTable`.
package enum CSVError: Error, Sendable, Equatable {
    case noSuchFile(path: String)
    /// The file is a directory, cannot be opened, or is a damaged or truncated gzip file.
    case cannotRead(path: String, reason: String)
    /// The file is of another kind, not a text.
    case wrongKind(path: String, FileKind)
    /// The file has a byte 0, so it is not a text.
    case zeroByte(path: String, row: Int)
    /// The file has no rows of data.
    case empty(path: String)
    /// The first row may be a header or a sample: it has both text and numbers in columns of numbers. Columns are counted
    /// from 1.
    case ambiguousHeader(
        path: String, row: Int, text: String, textColumn: Int, number: String, numberColumn: Int)
    /// The header ends with a delimiter. The rows do, too, or have one field less.
    case trailingDelimiter(path: String, row: Int, column: Int, delimiter: String, rowsEndLikewise: Bool)
    /// There is no such label column; `available` are the names of all columns, in the file's order.
    case noSuchColumn(path: String, name: String, available: [String], hasHeader: Bool)
    /// Several columns have the label column's name; `columns` are counted from 1.
    case severalColumns(path: String, name: String, columns: [Int])
    /// The label column is the only one.
    case noFeatureColumns(path: String)
    /// The row has more or fewer fields than the first one.
    case raggedRow(path: String, row: Int, expected: Int, found: Int)
    case notANumber(path: String, row: Int, column: String, text: String)
    /// The field of a feature is empty or a marker of a missing value.
    case missingValue(path: String, row: Int, column: String, text: String)
    /// The field is infinite or too large for a `Float`.
    case notFinite(path: String, row: Int, column: String, text: String)
    /// The field of a label is empty, or a marker of a missing value among numbers.
    case missingLabel(path: String, row: Int, text: String)
    /// The file ends inside quotes that begin on line `row`.
    case unterminatedQuote(path: String, row: Int)
}

extension CSVError: ImportError {}

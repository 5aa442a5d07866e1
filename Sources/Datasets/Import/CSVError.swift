import DurableFiles

/// Why a CSV file could not be read.
///
/// A `row` is the line of the file that the row begins on, counted from 1 as an editor shows it: a header is row 1,
/// and rows after a quoted line break are counted on. A `column` is a name as `CSVTable` gives it.
package enum CSVError: Error, Sendable, Equatable {
    case noSuchFile(path: String)
    /// The file is a directory, cannot be opened, or is damaged or cut gzip.
    case cannotRead(path: String, reason: String)
    /// The file is of a kind that is no table of text.
    case wrongKind(path: String, FileKind)
    /// A text has a byte 0, so it is none.
    case zeroByte(path: String, row: Int)
    /// The file has no row of data.
    case empty(path: String)
    /// The first row may be a header or a sample: in columns of numbers, it has both text and numbers. Columns are
    /// counted from 1.
    case undecidedHeader(
        path: String, row: Int, text: String, textColumn: Int, number: String, numberColumn: Int)
    /// The header ends with a delimiter, after which there is no name; so do the rows, or they are one field shorter.
    case trailingDelimiter(path: String, row: Int, column: Int, delimiter: String, rowsEndLikewise: Bool)
    /// The label column that was asked for is not there; `available` are the columns' names, in the file's order.
    case noSuchColumn(path: String, name: String, available: [String], haveHeader: Bool)
    /// More than one column has the label column's name; `columns` counts from 1.
    case severalColumns(path: String, name: String, columns: [Int])
    /// The label column is the only one.
    case noFeatureColumns(path: String)
    /// The row has more or fewer fields than the first one.
    case raggedRow(path: String, row: Int, expected: Int, found: Int)
    case notANumber(path: String, row: Int, column: String, text: String)
    /// The field of a feature is empty, or `text` is a marker of a missing value.
    case missingValue(path: String, row: Int, column: String, text: String)
    /// The field spells an infinity, or a number beyond the largest `Float`.
    case notFinite(path: String, row: Int, column: String, text: String)
    /// The field of a label is empty, or a marker of a missing value where all other labels are numbers.
    case missingLabel(path: String, row: Int, text: String)
    /// The file ends inside quotes, which were opened on line `row`.
    case unterminatedQuote(path: String, row: Int)
}

extension CSVError: ImportError {}

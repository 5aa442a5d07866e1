import DurableFiles

/// Why a table could not be read.
///
/// A `row` is the line of the file on which the row begins, counted from 1 as in an editor. A `column` is a name, or a
/// position counted from 1 if the column has none.
package enum CSVError: Error, Sendable, Equatable {
    // MARK: The file

    case noSuchFile(path: String)
    /// The file is a directory, cannot be opened, or is a damaged or truncated gzip file or text.
    case cannotRead(path: String, reason: String)
    /// The file is of another kind, not a text.
    case wrongKind(path: String, FileKind)
    /// The row has a byte 0, so the file is not a text.
    case zeroByte(path: String, row: Int)
    /// The file has no rows of data.
    case empty(path: String)

    // MARK: Rows

    /// The row has more or fewer fields than the first one.
    case raggedRow(path: String, row: Int, expected: Int, found: Int)
    /// The file ends inside quotes that begin on line `row`.
    case unterminatedQuote(path: String, row: Int)
    /// The row is longer than the memory that is meant for one, in bytes.
    case rowTooLong(path: String, row: Int, limit: Int)
    case tooManyColumns(path: String, row: Int, limit: Int)

    // MARK: Columns

    /// The first row may be a header or a sample: it has both text and numbers in columns of numbers. Columns are counted
    /// from 1.
    case ambiguousHeader(
        path: String, row: Int, text: String, textColumn: Int, number: String, numberColumn: Int)
    /// The header ends with a delimiter. The rows do, too, or have one field less.
    case trailingDelimiter(path: String, row: Int, column: Int, delimiter: Delimiter, rowsEndLikewise: Bool)
    /// There is no such column; `available` are the names of all columns, in the file's order.
    case noSuchColumn(path: String, name: String, available: [String], hasHeader: Bool)
    /// Several columns have the name of one that is wanted for `role`; `columns` are counted from 1.
    case severalColumns(path: String, name: String, columns: [Int], role: ColumnRole)
    /// Several columns of features have the same name; `columns` are counted from 1.
    case equalNames(path: String, name: String, columns: [Int])
    /// A column is wanted for two roles that exclude each other.
    case twoRoles(path: String, column: String, roles: [ColumnRole])
    /// A table without header has another number of columns than either of two that say which is which: with features alone, and
    /// with all columns of the training table.
    case otherColumnCount(path: String, found: Int, expected: [Int])
    /// All columns are ignored or have another role.
    case noFeatureColumns(path: String)

    // MARK: Cells

    /// The cell is a text in a column that must be numbers.
    case notANumber(path: String, row: Int, column: String, text: String)
    /// The column of features has both text and numbers: the first cell of the kind that came later, and the first cell of
    /// the other kind.
    case mixedColumn(
        path: String, row: Int, column: String, text: String, number: String, numberRow: Int)
    /// The cell of a feature is empty or a marker of a missing value.
    case missingValue(path: String, row: Int, column: String, text: String)
    /// The cell of a sample weight is empty or a marker of a missing value.
    case missingWeight(path: String, row: Int, column: String)
    /// The number is infinite or too large.
    case notFinite(path: String, row: Int, column: String, text: String)
    /// The cell of a label is empty, or a marker of a missing value among numbers.
    case missingLabel(path: String, row: Int, text: String)
    /// The cell is a number whether a comma or a point is the decimal mark, but another one, and no cell that was looked at
    /// says which it is.
    case ambiguousDecimal(path: String, row: Int, column: String, text: String)
    /// One column has numbers with a decimal point, and another one with a decimal comma.
    case bothDecimals(
        path: String, row: Int, column: String, text: String, otherRow: Int, otherColumn: String, otherText: String)
}

extension CSVError: ImportError {}

import Foundation
import Tables

extension CSVError {
    package var code: ExitStatus {
        if case .noSuchFile = self { .noInput } else { .badData }
    }

    package var wording: String {
        switch self {
        case .noSuchFile(let path): "\(path): no such file"
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        case .wrongKind(let path, let kind): kind.wording(of: path, not: "a table of text")
        case .zeroByte(let path, let row): "\(path):\(row): has a zero byte, which no text has; is it a table?"
        case .empty(let path): "\(path): has no rows of data"

        case .raggedRow(let path, let row, let expected, let found):
            "\(path):\(row): has \(counted(found, "field")), the first row has \(expected)\n"
                + "  a field with a delimiter in it needs quotes; --delimiter says which character separates fields"
        case .unterminatedQuote(let path, let row): "\(path):\(row): the quote that opens here is never closed"
        case .rowTooLong(let path, let row, let limit):
            "\(path):\(row): the row that begins here is longer than \(mebibytes(limit)) MiB\n"
                + "  is a quote in it never closed?"
        case .tooManyColumns(let path, let row, let limit):
            "\(path):\(row): has more than \(grouped(limit)) fields; is it a table with one sample a row?"

        case .ambiguousHeader(let path, let row, let text, let textColumn, let number, let numberColumn):
            "\(path):\(row): may be a header or a sample: it has \(brief(number)) in column \(numberColumn), but \(brief(text)) in "
                + "column \(textColumn), above numbers\n  say what it is with --header yes or no"
        case .trailingDelimiter(let path, let row, let column, let delimiter, let rowsEndLikewise):
            "\(path):\(row): the header ends with a \(delimiter.rawValue), which makes a column \(column) without a name\n"
                + "  take the \(delimiter.rawValue) away" + (rowsEndLikewise ? ", here and in the rows" : "")
        case .noSuchColumn(let path, let name, let available, hasHeader: true):
            "\(path): there is no column \(brief(name)); the columns are \(listed(available))"
                + ((name.count > 2 ? nearest(to: name, in: available) : nil).map { "\n  did you mean \(brief($0))?" }
                    ?? "")
        case .noSuchColumn(let path, let name, let available, hasHeader: false):
            "\(path): there is no column \(brief(name)); the file has no header, so its columns are called 1 to "
                + "\(available.count)\n  choose one by its number, or give --header yes if the first row is one"
        case .severalColumns(let path, let name, let columns, let role):
            "\(path): \(columns.count) columns are called \(brief(name)): \(positions(columns))\n  "
                + (Int(name) == nil
                    ? "rename one, or choose by position: \(role.option)\(columns[columns.count - 1])" : "rename one")
        case .equalNames(let path, let name, let columns):
            "\(path): \(columns.count) columns are called \(brief(name)): \(positions(columns))\n  "
                + "rename one, or leave one out: --ignore \(columns[columns.count - 1])"
        case .twoRoles(let path, let column, let roles):
            "\(path): column \(brief(column)) has two roles: "
                + roles.map { $0.option.trimmingCharacters(in: .whitespaces) }.joined(separator: " and ")
        case .otherColumnCount(let path, let found, let expected):
            "\(path): has \(counted(found, "column")) and no header to tell which is which; it must have "
                + "\(expected.map(String.init).joined(separator: ", or "))\n  "
                + (expected.count > 1
                    ? "give it the training table's columns, or its features alone"
                    : "give it the training table's header, or its features alone")
        case .noFeatureColumns(let path): "\(path): has no column of features"

        case .notANumber(let path, let row, let column, let text):
            "\(path):\(row): column \(brief(column)) must be a number (got \(brief(text)))\n"
                + "  correct the cell, or leave the column out in training (\(ignoring([column])))"
        case .mixedColumn(let path, let row, let column, let text, let number, let numberRow):
            "\(path):\(row): column \(brief(column)) has the text \(brief(text)), but numbers elsewhere (\(brief(number)) in line "
                + "\(numberRow))\n  correct the cell, leave the column out (\(ignoring([column]))), or take it as text "
                + "(--categorical \(argument([column])))"
        case .missingValue(let path, let row, let column, let text):
            "\(path):\(row): the cell of column \(brief(column)) is \(text.isEmpty ? "empty" : "missing (got \(text))")\n"
                + "  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        case .missingWeight(let path, let row, let column):
            "\(path):\(row): the cell of column \(brief(column)) is missing; every sample needs a weight"
        case .notFinite(let path, let row, let column, let text):
            "\(path):\(row): column \(brief(column)) must be a finite number (got \(brief(text)))"
        case .missingLabel(let path, let row, let text):
            "\(path):\(row): has no label" + (text.isEmpty ? "" : " (got \(text))")
                + "\n  fill it in, or train with --missing drop-row, which leaves such rows out"
        case .ambiguousDecimal(let path, let row, let column, let text):
            "\(path):\(row): column \(brief(column)) has \(brief(text)), which is one number with a decimal comma and another "
                + "one with a decimal point\n  say which it is: --decimal point or --decimal comma"
        case .bothDecimals(let path, let row, let column, let text, let otherRow, let otherColumn, let otherText):
            "\(path):\(row): column \(brief(column)) has the decimal comma of \(brief(text)), but column \(brief(otherColumn)) the "
                + "decimal point of \(brief(otherText)) in line \(otherRow)\n"
                + "  say which is a number: --decimal point or --decimal comma"
        }
    }

    private func positions(_ columns: [Int]) -> String {
        columns.prefix(20).map(String.init).joined(separator: ", ")
    }
}

extension ColumnRole {
    /// The option that gives a column this role, as it stands before the column.
    fileprivate var option: String {
        switch self {
        case .label: "--label "
        case .weights: "--sample-weights "
        case .id: "--id "
        case .group: "--split group:"
        case .ignored: "--ignore "
        case .text: "--categorical "
        case .content: "--text "
        }
    }
}

import DurableFiles
import Messages
import Tables
import Testing

/// The words of every error of a table.
@Suite struct TableWordingTests {
    private func expect(
        _ error: CSVError, _ wording: String, _ code: Messages.ExitStatus = .badData,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(error.wording == wording, sourceLocation: sourceLocation)
        #expect(error.code == code, sourceLocation: sourceLocation)
    }

    @Test func files() {
        expect(.noSuchFile(path: "t.csv"), "t.csv: no such file", .noInput)
        expect(.cannotRead(path: "t.csv", reason: "Is a directory"), "t.csv: cannot be read: Is a directory")
        expect(.wrongKind(path: "t.csv", .pdf), "t.csv: a PDF document, not a table of text")
        expect(.zeroByte(path: "t.csv", row: 2), "t.csv:2: has a zero byte, which no text has; is it a table?")
        expect(.empty(path: "t.csv"), "t.csv: has no rows of data")
    }

    @Test func rows() {
        expect(
            .raggedRow(path: "t.csv", row: 7, expected: 3, found: 4),
            "t.csv:7: has 4 fields, the first row has 3\n  a field with a delimiter in it needs quotes; --delimiter says which character separates fields"
        )
        expect(
            .raggedRow(path: "t.csv", row: 7, expected: 3, found: 1),
            "t.csv:7: has 1 field, the first row has 3\n  a field with a delimiter in it needs quotes; --delimiter says which character separates fields"
        )
        expect(.unterminatedQuote(path: "t.csv", row: 2), "t.csv:2: the quote that opens here is never closed")
        expect(
            .rowTooLong(path: "t.csv", row: 2, limit: 1 << 28),
            "t.csv:2: the row that begins here is longer than 256 MiB\n  is a quote in it never closed?")
        expect(
            .tooManyColumns(path: "t.csv", row: 1, limit: 1_000_000),
            "t.csv:1: has more than 1,000,000 fields; is it a table with one sample a row?")
    }

    @Test func columns() {
        expect(
            .ambiguousHeader(path: "t.csv", row: 1, text: "label", textColumn: 3, number: "2019", numberColumn: 1),
            """
            t.csv:1: may be a header or a sample: it has 2019 in column 1, but label in column 3, above numbers
              say what it is with --header yes or no
            """)
        expect(
            .trailingDelimiter(path: "t.csv", row: 1, column: 3, delimiter: .pipe, rowsEndLikewise: false),
            """
            t.csv:1: the header ends with a pipe, which makes a column 3 without a name
              take the pipe away
            """)
        expect(
            .trailingDelimiter(path: "t.csv", row: 1, column: 3, delimiter: .tab, rowsEndLikewise: true),
            """
            t.csv:1: the header ends with a tab, which makes a column 3 without a name
              take the tab away, here and in the rows
            """)
        expect(
            .noSuchColumn(path: "t.csv", name: "z", available: ["x", "y"], hasHeader: true),
            "t.csv: there is no column z; the columns are x, y")
        expect(
            .noSuchColumn(path: "t.csv", name: "z", available: ["1", "2"], hasHeader: false),
            """
            t.csv: there is no column z; the file has no header, so its columns are called 1 to 2
              choose one by its number, or give --header yes if the first row is one
            """)
        for (role, option) in [
            (ColumnRole.label, "--label"), (.weights, "--sample-weights"), (.id, "--id"),
            (.ignored, "--ignore"), (.text, "--categorical"),
        ] {
            expect(
                .severalColumns(path: "t.csv", name: "x", columns: [1, 3], role: role),
                "t.csv: 2 columns are called x: 1, 3\n  rename one, or choose by position: \(option) 3")
        }
        expect(
            .severalColumns(path: "t.csv", name: "x", columns: [1, 3], role: .group),
            "t.csv: 2 columns are called x: 1, 3\n  rename one, or choose by position: --split group:3")
        expect(
            .severalColumns(path: "t.csv", name: "2", columns: [2, 3], role: .label),
            "t.csv: 2 columns are called 2: 2, 3\n  rename one")
        expect(
            .equalNames(path: "t.csv", name: "x", columns: [1, 3]),
            "t.csv: 2 columns are called x: 1, 3\n  rename one, or leave one out: --ignore 3")
        expect(
            .twoRoles(path: "t.csv", column: "x", roles: [.label, .ignored]),
            "t.csv: column x has two roles: --label and --ignore")
        expect(.noFeatureColumns(path: "t.csv"), "t.csv: has no column of features")
        expect(
            .otherColumnCount(path: "t.csv", found: 4, expected: [3, 5]),
            """
            t.csv: has 4 columns and no header to tell which is which; it must have 3, or 5
              give it the training table's columns, or its features alone
            """)
        expect(
            .noSuchColumn(path: "t.csv", name: "knid", available: ["x", "kind"], hasHeader: true),
            "t.csv: there is no column knid; the columns are x, kind\n  did you mean kind?")
        expect(
            .missingWeight(path: "t.csv", row: 3, column: "w"),
            "t.csv:3: the cell of column w is missing; every sample needs a weight")
    }

    @Test func cells() {
        expect(
            .notANumber(path: "t.csv", row: 3, column: "y", text: "two"),
            "t.csv:3: column y must be a number (got two)\n  correct the cell, or leave the column out in training (--ignore y)"
        )
        expect(
            .mixedColumn(path: "t.csv", row: 17, column: "y", text: "two", number: "3.5", numberRow: 2),
            """
            t.csv:17: column y has the text two, but numbers elsewhere (3.5 in line 2)
              correct the cell, leave the column out (--ignore y), or take it as text (--categorical y)
            """)
        expect(
            .missingValue(path: "t.csv", row: 3, column: "y", text: ""),
            "t.csv:3: the cell of column y is empty\n  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        )
        expect(
            .missingValue(path: "t.csv", row: 3, column: "y", text: "?"),
            "t.csv:3: the cell of column y is missing (got ?)\n  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        )
        expect(
            .notFinite(path: "t.csv", row: 3, column: "y", text: "inf"),
            "t.csv:3: column y must be a finite number (got inf)")
        expect(
            .missingLabel(path: "t.csv", row: 3, text: ""),
            "t.csv:3: has no label\n  fill it in, or train with --missing drop-row, which leaves such rows out")
        expect(
            .missingLabel(path: "t.csv", row: 3, text: "NA"),
            "t.csv:3: has no label (got NA)\n  fill it in, or train with --missing drop-row, which leaves such rows out"
        )
    }

    @Test func decimals() {
        expect(
            .ambiguousDecimal(path: "t.csv", row: 2, column: "y", text: "1,234"),
            """
            t.csv:2: column y has 1,234, which is one number with a decimal comma and another one with a decimal point
              say which it is: --decimal point or --decimal comma
            """)
        expect(
            .bothDecimals(
                path: "t.csv", row: 2, column: "x", text: "1,5", otherRow: 3, otherColumn: "y", otherText: "2.5"),
            """
            t.csv:2: column x has the decimal comma of 1,5, but column y the decimal point of 2.5 in line 3
              say which is a number: --decimal point or --decimal comma
            """)
    }
}

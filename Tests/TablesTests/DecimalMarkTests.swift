import TestSupport
import Testing

@testable import Tables

/// Decimal marks and marks of thousands: which are found, and which numbers are well-formed.
@Suite struct DecimalMarkTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private var path: String { files.path("plain") }

    // MARK: Finding the mark

    @Test func findsDecimalCommas() throws {
        for text in ["a;b\n1,5;2\n-2,25;3\n", "a\tb\n1,5\t2\n-2,25\t3\n", "a,b\n\"1,5\",2\n\"-2,25\",3\n"] {
            let table = try files.table(text)
            #expect(table.format.decimalMark == .comma)
            #expect(table.features == [1.5, 2, -2.25, 3])
        }
    }

    @Test func findsDecimalPoints() throws {
        let table = try files.table("a;b\n1.5;2\n-2.25;3\n")
        #expect(table.format.decimalMark == .point && table.features == [1.5, 2, -2.25, 3])
        #expect(try files.table("a,b\n1,2\n").format.decimalMark == .point)
    }

    @Test func oneCellThatTellsDecidesOnThoseThatMayBeTwoNumbers() throws {
        #expect(try files.table("a;b\n1,234;1,5\n").features == [1.234, 1.5])
        #expect(try files.table("a;b\n1,234;1.5\n").features == [1234, 1.5])
        #expect(try files.table("a;b\n1.234;1,5\n").features == [1234, 1.5])
        #expect(try files.table("a;b\n1.234;0.234\n").features == [1.234, 0.234])
        #expect(try files.table("a;b\n1.234;1,234,567\n").features == [1.234, 1_234_567])
        #expect(try files.table("a;b\n1,234;1.234.567,5\n").features == [1.234, 1_234_567.5])
    }

    @Test func cellsThatMayBeTwoNumbersAloneAreAmbiguous() throws {
        #expect(throws: CSVError.ambiguousDecimal(path: path, row: 2, column: "b", text: "1,234")) {
            try files.table("a,b\n1,\"1,234\"\n2,\"5,678\"\n")
        }
        #expect(throws: CSVError.ambiguousDecimal(path: path, row: 3, column: "a", text: "1.234")) {
            try files.table("a;b\n1;2\n1.234;3\n")
        }
        let text = "a,b\n1,\"1,234\"\n2,\"5,678\"\n"
        #expect(try files.table(text) { $0.format.decimalMark = .point }.features == [1, 1234, 2, 5678])
        #expect(try files.table(text) { $0.format.decimalMark = .comma }.features == [1, 1.234, 2, 5.678])
    }

    @Test func aPointGroupsThousandsOnlyBesideSemicolons() throws {
        #expect(try files.table("a,b\n1.234,5.678\n").features == [1.234, 5.678])
        #expect(try files.table("a\tb\n1.234\t5.678\n").features == [1.234, 5.678])
    }

    @Test func columnsWithBothMarksAreRefused() throws {
        #expect(
            throws: CSVError.bothDecimals(
                path: path, row: 2, column: "a", text: "1,5", otherRow: 3, otherColumn: "b", otherText: "2.5")
        ) {
            try files.table("a;b\n1,5;2\n2,5;2.5\n")
        }
        let table = try files.table("a;b\n1,5;2.5\n2,5;x\n") {
            $0.format.decimalMark = .comma
            $0.textColumns = ["b"]
        }
        #expect(table.features == [1.5, 0, 2.5, 1])
    }

    @Test func columnsThatAreNotNumbersDoNotTellTheMark() throws {
        #expect(try files.table("a;b\n1,5;2.5\n2,5;2.5 m\n").format.decimalMark == .comma)
        for ask in [{ $0.ignored = ["b"] }, { $0.id = "b" }, { $0.textColumns = ["2"] }]
            as [(inout TableRequest) -> Void]
        {
            #expect(try files.table("a;b\n1,5;2.5\n2,5;3.5\n", ask).format.decimalMark == .comma)
        }
        #expect(throws: CSVError.self) { try files.table("a;b;c\n1,5;2.5;3\n") { $0.ignored = ["c"] } }
    }

    @Test func theLabelTellsTheMark() throws {
        let table = try files.table("a;y\n1;1,5\n2;1.000,25\n", label: "y")
        #expect(table.label?.numbers() == [1.5, 1000.25] && table.format.decimalMark == .comma)
    }

    @Test func theFirstRowTellsTheMarkIfItIsTheOnlyOne() throws {
        #expect(try files.table("1,5;2\n").features == [1.5, 2])
    }

    /// Later than the rows that are looked at.
    @Test func aLaterCellTellsTheMark() throws {
        let rows = (0..<2_000).map { "\($0);0\n" }.joined()
        let table = try files.table("a;b\n\(rows)0,5;1.000\n")
        #expect(table.features.suffix(2) == [0.5, 1000] && table.format.decimalMark == .comma)
        #expect(try files.table("a;b\n\(rows)0.5;1,000\n").features.suffix(2) == [0.5, 1000])
        #expect(throws: CSVError.ambiguousDecimal(path: path, row: 2002, column: "b", text: "1,000")) {
            try files.table("a;b\n\(rows)0;1,000\n")
        }
        #expect(
            throws: CSVError.mixedColumn(path: path, row: 2003, column: "b", text: "0.5", number: "0", numberRow: 2)
        ) {
            try files.table("a;b\n\(rows)0,5;1\n1;0.5\n")
        }
    }

    // MARK: Well-formed numbers

    @Test(
        arguments: [
            ("1,234.5", 1234.5), ("-1,234,567", -1_234_567), ("1 234.5", 1234.5), ("1'234'567.", 1_234_567),
            ("1\u{A0}234.5", 1234.5), ("1\u{202F}234", 1234), ("1\u{2019}234.25", 1234.25), ("+12,345", 12345),
            ("123,456.789", 123_456.789), ("1,234.123456789012345678901", 1234.123456789012345678901),
            ("1,234,567,890,123,456,789,012", 1_234_567_890_123_456_774_144),
        ] as [(String, Double)])
    func thousandsHaveMarks(text: String, value: Double) throws {
        #expect(try files.table("a,b\n\"\(text)\",0.5\n").features == [value, 0.5])
        let swapped = String(text.map { $0 == "," ? "." : $0 == "." ? "," : $0 })
        let table = try files.table("a;b\n\(swapped);0,5\n")
        #expect(table.features == [value, 0.5] && table.format.decimalMark == .comma)
    }

    @Test func theNoBreakSpaceOfLatin1IsAMarkOfThousands() throws {
        #expect(
            try files.table(bytes: Array("a;b\n1".utf8) + [0xA0] + Array("234,5;1\n".utf8)).features == [1234.5, 1])
    }

    @Test(arguments: [
        "1,23", "1,2345", "1234,567", "12,34,567", "0,123", ",123", "1,234,", "1,234 567", "1.5,000", "1,234e5",
        "1,,234",
        "1 2", "1,234.5.6", "1'23", "1,234.5x", "1\u{A0}",
    ])
    func groupsHaveExactlyThreeDigits(text: String) throws {
        let table = try files.table("a,b\n\"\(text)\",0.5\n") { $0.format.decimalMark = .point }
        #expect(table.categories(0) == [text])
    }
}

import TestSupport
import Testing

@testable import Tables

@Suite struct CSVErrorTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Expects that reading `text` fails with the error that `error` returns for the file's path.
    private func expect(
        _ text: String, label: String = "label", sourceLocation: SourceLocation = #_sourceLocation,
        throws error: (String) -> CSVError
    ) throws {
        let path = try files.write(text.utf8)
        #expect(throws: error(path), sourceLocation: sourceLocation) {
            try CSVTable(contentsOf: path, labelColumn: label)
        }
    }

    @Test func missingFile() {
        let path = files.path("nowhere.csv")
        #expect(throws: CSVError.noSuchFile(path: path)) { try CSVTable(contentsOf: path, labelColumn: "label") }
    }

    @Test func directory() {
        let path = files.directory.path
        #expect(throws: CSVError.cannotRead(path: path, reason: "Is a directory")) {
            try CSVTable(contentsOf: path, labelColumn: "label")
        }
    }

    @Test func cutGzip() throws {
        let path = try files.writeGzip(Array("a,label\n1,2\n".utf8), keepingFirst: 20)
        #expect(throws: CSVError.cannotRead(path: path, reason: "unexpected end of file")) {
            try CSVTable(contentsOf: path, labelColumn: "label")
        }
    }

    @Test func noRows() throws {
        for text in ["", "\n\r\n \n", "\u{FEFF}", "a,label", "a,label\n\n"] {
            try expect(text) { .empty(path: $0) }
        }
    }

    @Test func noSuchColumn() throws {
        try expect("a,b\n1,2\n") {
            .noSuchColumn(path: $0, name: "label", available: ["a", "b"], hasHeader: true)
        }
        for label in ["label", "0", "3", "-1", "\(Int.min)", ""] {
            try expect("1,2\n3,4\n", label: label) {
                .noSuchColumn(path: $0, name: label, available: ["1", "2"], hasHeader: false)
            }
        }
    }

    @Test func severalColumnsOfTheLabelsName() throws {
        try expect("label,a,label\n1,2,3\n") { .severalColumns(path: $0, name: "label", columns: [1, 3]) }
        // An empty name does not select columns without a name.
        try expect(",a,\n1,2,3\n", label: "") {
            .noSuchColumn(path: $0, name: "", available: ["1", "a", "3"], hasHeader: true)
        }
    }

    @Test func delimiterAtTheEndOfTheHeader() throws {
        func error(_ path: String, likewise: Bool, _ delimiter: String = "comma") -> CSVError {
            .trailingDelimiter(path: path, row: 1, column: 3, delimiter: delimiter, rowsEndLikewise: likewise)
        }
        try expect("a,label,\n1,2\n") { error($0, likewise: false) }
        try expect("a,label,\n1,2,\n3,4,\n") { error($0, likewise: true) }
        try expect("a;label;\n1;2\n") { error($0, likewise: false, "semicolon") }
        try expect("a\tlabel\t\n1\t2\t\n") { error($0, likewise: true, "tab") }
    }

    @Test func nothingButTheLabel() throws {
        try expect("label\n1\n") { .noFeatureColumns(path: $0) }
        try expect("1\n2\n", label: "1") { .noFeatureColumns(path: $0) }
    }

    @Test func raggedRows() throws {
        try expect("a,label\n1,2\n3\n") { .raggedRow(path: $0, row: 3, expected: 2, found: 1) }
        try expect("a,label\n1,2,\n") { .raggedRow(path: $0, row: 2, expected: 2, found: 3) }
    }

    @Test func rowsAreCountedAsAnEditorShowsThem() throws {
        // With a blank line, and a field with a line break.
        try expect("a,label\r\n\r\n1,\"x\r\ny\"\r\n2\r\n") { .raggedRow(path: $0, row: 5, expected: 2, found: 1) }
        try expect("1,2\n3\n", label: "1") { .raggedRow(path: $0, row: 2, expected: 2, found: 1) }
    }

    @Test(arguments: ["x", "-", "1.5.2", "1e", "1 2", "--1", "1,5", "1.000,5", "0x", "1_000", "１"])
    func notANumber(text: String) throws {
        try expect("a,label\n1,2\n\"\(text)\",2\n") { .notANumber(path: $0, row: 3, column: "a", text: text) }
    }

    @Test func aCommaIsNotADecimalPoint() throws {
        try expect("a;label\n1,5;2\n") { .notANumber(path: $0, row: 2, column: "a", text: "1,5") }
    }

    @Test func emptyFields() throws {
        try expect("a,b,label\n1,,2\n") { .missingValue(path: $0, row: 2, column: "b", text: "") }
        try expect("a,b,label\n1, \"\" ,2\n") { .missingValue(path: $0, row: 2, column: "b", text: "") }
        try expect("5,6,7\n1,,2\n", label: "3") { .missingValue(path: $0, row: 2, column: "2", text: "") }
    }

    @Test(arguments: ["?", "NA", "na", "N/A", "NaN", "nan", "null", "NULL"])
    func markersOfMissingValues(text: String) throws {
        try expect("a,label\n1,2\n\(text),2\n") { .missingValue(path: $0, row: 3, column: "a", text: text) }
        try expect("a,label\n0,1\n0,\(text)\n0,inf\n") { .missingLabel(path: $0, row: 3, text: text) }
        try expect("a,label\n0,\(text)\n") { .missingLabel(path: $0, row: 2, text: text) }
    }

    @Test(arguments: ["inf", "-Infinity", "1e39", "-1e400", "-nan"])
    func notFinite(text: String) throws {
        try expect("a,label\n\(text),2\n") { .notFinite(path: $0, row: 2, column: "a", text: text) }
        try expect("a,label\n0,1\n0,\(text)\n0,inf\n") { .notFinite(path: $0, row: 3, column: "label", text: text) }
    }

    @Test func missingLabel() throws {
        try expect("a,label\n1,2\n3,\n") { .missingLabel(path: $0, row: 3, text: "") }
        try expect("a,label\n1,\"\"\n") { .missingLabel(path: $0, row: 2, text: "") }
    }

    @Test func unterminatedQuote() throws {
        try expect("a,label\n1,\"x\ny\n2,z\n") { .unterminatedQuote(path: $0, row: 2) }
        try expect("a,label\n\"1\n\",\"x\n") { .unterminatedQuote(path: $0, row: 3) }
        try expect("a,label\n1,\"x\"\"") { .unterminatedQuote(path: $0, row: 2) }
    }
}

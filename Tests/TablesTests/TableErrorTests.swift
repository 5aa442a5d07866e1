import TestSupport
import Testing

@testable import Tables

@Suite struct TableErrorTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Expects that reading `text` fails with the error that `error` returns for the file's path.
    private func expect(
        _ text: String, label: String? = "label", ask: (inout TableRequest) -> Void = { _ in },
        sourceLocation: SourceLocation = #_sourceLocation, throws error: (String) -> CSVError
    ) {
        #expect(throws: error(files.path("plain")), sourceLocation: sourceLocation) {
            try files.table(text, label: label, ask)
        }
    }

    @Test func noSuchFile() {
        let path = files.path("nowhere.csv")
        #expect(throws: CSVError.noSuchFile(path: path)) { try Table(contentsOf: path, request: TableRequest()) }
    }

    @Test func directory() {
        let path = files.directory.path
        #expect(throws: CSVError.cannotRead(path: path, reason: "Is a directory")) {
            try Table(contentsOf: path, request: TableRequest())
        }
    }

    @Test func cutGzip() throws {
        let path = try files.writeGzip(Array("a,label\n1,2\n".utf8), keepingFirst: 20)
        #expect(throws: CSVError.cannotRead(path: path, reason: "unexpected end of file")) {
            try Table(contentsOf: path, request: TableRequest())
        }
    }

    @Test func noRows() {
        for text in ["", "\n\r\n \n", "\u{FEFF}", "a,label", "a,label\n\n"] {
            expect(text) { .empty(path: $0) }
        }
    }

    // MARK: Columns

    @Test func noSuchColumn() {
        expect("a,b\n1,2\n") {
            .noSuchColumn(path: $0, name: "label", available: ["a", "b"], hasHeader: true)
        }
        for label in ["label", "0", "3", "-1", "\(Int.min)", ""] {
            expect("1,2\n3,4\n", label: label) {
                .noSuchColumn(path: $0, name: label, available: ["1", "2"], hasHeader: false)
            }
        }
    }

    @Test func severalColumnsOfAName() {
        expect("label,a,label\n1,2,3\n") {
            .severalColumns(path: $0, name: "label", columns: [1, 3], role: .label)
        }
        // An empty name does not select columns without a name.
        expect(",a,\n1,2,3\n", label: "") {
            .noSuchColumn(path: $0, name: "", available: ["1", "a", "3"], hasHeader: true)
        }
    }

    @Test func delimiterAtTheEndOfTheHeader() {
        func error(_ path: String, likewise: Bool, _ delimiter: Delimiter = .comma) -> CSVError {
            .trailingDelimiter(path: path, row: 1, column: 3, delimiter: delimiter, rowsEndLikewise: likewise)
        }
        expect("a,label,\n1,2\n") { error($0, likewise: false) }
        expect("a,label,\n1,2,\n3,4,\n") { error($0, likewise: true) }
        expect("a;label;\n1;2\n") { error($0, likewise: false, .semicolon) }
        expect("a\tlabel\t\n1\t2\t\n") { error($0, likewise: true, .tab) }
    }

    @Test func nothingButTheLabel() {
        expect("label\n1\n") { .noFeatureColumns(path: $0) }
        expect("1\n2\n", label: "1") { .noFeatureColumns(path: $0) }
    }

    // MARK: Rows

    @Test func raggedRows() {
        expect("a,label\n1,2\n3\n") { .raggedRow(path: $0, row: 3, expected: 2, found: 1) }
        expect("a,label\n1,2,\n") { .raggedRow(path: $0, row: 2, expected: 2, found: 3) }
    }

    @Test func rowsAreCountedAsAnEditorShowsThem() {
        // With a blank line, and a field with a line break.
        expect("a,label\r\n\r\n1,\"x\r\ny\"\r\n2\r\n") { .raggedRow(path: $0, row: 5, expected: 2, found: 1) }
        expect("1,2\n3\n", label: "1") { .raggedRow(path: $0, row: 2, expected: 2, found: 1) }
    }

    @Test func unterminatedQuote() {
        expect("a,label\n1,\"x\ny\n2,z\n") { .unterminatedQuote(path: $0, row: 2) }
        expect("a,label\n\"1\n\",\"x\n") { .unterminatedQuote(path: $0, row: 3) }
        expect("a,label\n1,\"x\"\"") { .unterminatedQuote(path: $0, row: 2) }
    }

    // MARK: Cells

    @Test(arguments: ["x", "-", "1.5.2", "1e", "1 2", "--1", "1.000,5", "0x", "0x10", "1_000", "１"])
    func textAmongNumbers(text: String) {
        expect("a,label\n1.5,2\n\"\(text)\",2\n") {
            .mixedColumn(path: $0, row: 3, column: "a", text: text, number: "1.5", numberRow: 2)
        }
        expect("a,label\n1.5,2\n\"\(text)\",2\n") {
            $0.expected = ExpectedFeatures(names: ["a"], areText: [false])
        } throws: {
            .notANumber(path: $0, row: 3, column: "a", text: text)
        }
    }

    @Test func aNumberAmongTexts() {
        expect("a,label\nx,2\ny,1\n?,1\n3,4\n") {
            $0.allowsMissing = true
        } throws: {
            .mixedColumn(path: $0, row: 2, column: "a", text: "x", number: "3", numberRow: 5)
        }
    }

    @Test func emptyCells() {
        expect("a,b,label\n1,,2\n") { .missingValue(path: $0, row: 2, column: "b", text: "") }
        expect("a,b,label\n1, \"\" ,2\n") { .missingValue(path: $0, row: 2, column: "b", text: "") }
        expect("5,6,7\n1,,2\n", label: "3") { .missingValue(path: $0, row: 2, column: "2", text: "") }
    }

    @Test(arguments: ["?", "NA", "na", "N/A", "NaN", "nan", "null", "NULL"])
    func markersOfMissingValues(text: String) {
        expect("a,label\n1,2\n\(text),2\n") { .missingValue(path: $0, row: 3, column: "a", text: text) }
        expect("a,label\n0,1\n0,\(text)\n0,inf\n") { .missingLabel(path: $0, row: 3, text: text) }
        expect("a,label\n0,\(text)\n") { .missingLabel(path: $0, row: 2, text: text) }
    }

    @Test(arguments: ["inf", "-Infinity", "1e309", "-1e400", "-nan"])
    func notFinite(text: String) {
        expect("a,label\n\(text),2\n") { .notFinite(path: $0, row: 2, column: "a", text: text) }
        expect("a,label\n0,1\n0,\(text)\n0,inf\n") { .notFinite(path: $0, row: 3, column: "label", text: text) }
    }

    @Test func missingLabel() {
        expect("a,label\n1,2\n3,\n") { .missingLabel(path: $0, row: 3, text: "") }
        expect("a,label\n1,x\n3,\n") { .missingLabel(path: $0, row: 3, text: "") }
        expect("a,label\n1,\"\"\n") { .missingLabel(path: $0, row: 2, text: "") }
    }
}

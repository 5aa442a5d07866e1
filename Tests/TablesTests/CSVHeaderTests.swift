import Glibc
import TestSupport
import Testing

@testable import Tables

/// Detection of a header in the first row of a table.
@Suite struct CSVHeaderTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func table(_ text: String, label: String, hasHeader: Bool? = nil) throws -> CSVTable {
        try CSVTable(contentsOf: files.write(text.utf8), labelColumn: label, hasHeader: hasHeader)
    }

    private func isHeader(_ text: String, label: String) throws -> Bool {
        try table(text, label: label).hasHeader
    }

    @Test func textAboveNumbersIsAHeader() throws {
        #expect(try isHeader("a,b,c\n1,2,3\n", label: "3"))
        #expect(try isHeader("a,b,c\n1,2,x\n", label: "3"))
        #expect(try isHeader("\"a\",\"b, c\",d\n\"1\",\"2\",x\n", label: "3"))
    }

    @Test func numbersAboveNumbersAreNotAHeader() throws {
        #expect(try !isHeader("1,2,3\n4,5,6\n", label: "3"))
        #expect(try !isHeader("\"1\",\"2\",x\n4,5,y\n", label: "3"))
        #expect(try !isHeader("1,2,x\n4,5,y\n", label: "3"))
    }

    @Test(arguments: ["?", "", "NA", "n/a", "NaN", "Null"])
    func aMissingValueIsNotAColumnName(marker: String) throws {
        let path = try files.write("5.1,\(marker),1.4,0\n4.9,3.0,1.4,1\n".utf8)
        #expect(throws: CSVError.missingValue(path: path, row: 1, column: "2", text: marker)) {
            try CSVTable(contentsOf: path, labelColumn: "4")
        }
    }

    @Test func theNameOfTheLabelColumnIndicatesAHeader() throws {
        let years = try table("2019,2020,label\n1,2,a\n3,4,b\n", label: "label")
        #expect(years.hasHeader && years.featureColumns == ["2019", "2020"] && years.rowCount == 2)
        #expect(try table("2019,2020,2021\n1,2,3\n", label: "2021").featureColumns == ["2019", "2020"])
    }

    @Test func numbersAndTextAboveNumbersAreAmbiguous() throws {
        let path = try files.write("2019,2020,label\n1,2,0\n3,4,1\n".utf8)
        #expect(
            throws: CSVError.ambiguousHeader(
                path: path, row: 1, text: "label", textColumn: 3, number: "2019", numberColumn: 1)
        ) {
            try CSVTable(contentsOf: path, labelColumn: "3")
        }
        let named = try CSVTable(contentsOf: path, labelColumn: "3", hasHeader: true)
        #expect(named.featureColumns == ["2019", "2020"] && named.rowCount == 2)
        let numbered = try CSVTable(contentsOf: path, labelColumn: "3", hasHeader: false)
        #expect(numbered.featureColumns == ["1", "2"] && numbered.labels == .text(["label", "0", "1"]))
    }

    @Test func aTableOfOneRow() throws {
        #expect(try !isHeader("5.1,3.5,setosa\n", label: "3"))
        #expect(try table("1,2\n", label: "2").features == [1])
        let path = try files.write("width,height,kind\n".utf8)
        for label in ["kind", "3"] {
            #expect(throws: CSVError.empty(path: path)) { try CSVTable(contentsOf: path, labelColumn: label) }
        }
    }

    @Test func anUnnamedColumnIsNamedByItsPosition() throws {
        let table = try table(",width,kind\n0,1.5,a\n1,2.5,b\n", label: "kind")
        #expect(table.featureColumns == ["1", "width"])
        #expect(table.features == [0, 1.5, 1, 2.5])
    }

    @Test func aLastColumnWithoutANameMayHoldValues() throws {
        #expect(try table("a,label,\n1,2,3\n", label: "label").featureColumns == ["a", "3"])
    }

    @Test func wideRows() throws {
        let row = (0..<50_000).map { "\($0)" }.joined(separator: ",")
        let text = Array(repeating: row, count: 20).joined(separator: "\n")
        let table = try table(text, label: "1")
        #expect(!table.hasHeader && table.rowCount == 20 && table.features.count == 20 * 49_999)
        let names = (0..<50_000).map { "c\($0)" }.joined(separator: ",")
        #expect(try isHeader(names + "\n" + text, label: "c7"))
    }

    @Test func aPipeIsReadOnce() throws {
        let path = files.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let rows = (0..<60_000).map { "\($0),x\($0 % 3)\n" }
        let writer = try files.write(("value,label\n" + rows.joined()).utf8, as: "table.csv")
        let shell = try #require(popen("cat '\(writer)' > '\(path)'", "r"))
        let table = try CSVTable(contentsOf: path, labelColumn: "label")
        #expect(pclose(shell) == 0)
        #expect(table.features == (0..<60_000).map(Float.init))
    }
}

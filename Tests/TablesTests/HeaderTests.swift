import Glibc
import TestSupport
import Testing

@testable import Tables

/// Detection of a header in the first row of a table.
@Suite struct HeaderTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func isHeader(_ text: String, label: String? = nil) throws -> Bool {
        try files.table(text, label: label).format.hasHeader == true
    }

    @Test func textAboveNumbersIsAHeader() throws {
        #expect(try isHeader("a,b,c\n1,2,3\n", label: "3"))
        #expect(try isHeader("a,b,c\n1,2,x\n", label: "3"))
        #expect(try isHeader("a,b,c\n1,2,x\n"))
        #expect(try isHeader("\"a\",\"b, c\",d\n\"1\",\"2\",x\n", label: "3"))
    }

    @Test func numbersAboveNumbersAreNotAHeader() throws {
        #expect(try !isHeader("1,2,3\n4,5,6\n", label: "3"))
        #expect(try !isHeader("\"1\",\"2\",x\n4,5,y\n", label: "3"))
        #expect(try !isHeader("1,2,x\n4,5,y\n", label: "3"))
        #expect(try !isHeader("1,5;x\n4,5;y\n"))
    }

    @Test func namesAboveTextAndNumbersAreAHeader() throws {
        let table = try files.table("name,color,size,kind\nann,red,1,a\nbob,blue,2,b\n", label: "kind")
        #expect(table.names == ["name", "color", "size"] && table.rows == 2)
        #expect(table.categories(1) == ["red", "blue"])
        #expect(try isHeader("name,color,size,kind\nann,red,1,a\nbob,blue,2,b\n", label: "4"))
    }

    @Test func namesAboveTextAloneAreAHeader() throws {
        #expect(try isHeader("name,color,kind\nann,red,a\nbob,blue,b\n"))
        #expect(try isHeader("name,color,kind\nann,red,a\nbob,blue,b\n", label: "3"))
        #expect(try !isHeader("1,ann,red\n2,bob,blue\n", label: "3"))
    }

    @Test(arguments: ["?", "", "NA", "n/a", "NaN", "Null"])
    func aMissingValueIsNotAColumnName(marker: String) throws {
        let table = try files.table("5.1,\(marker),1.4,0\n4.9,3.0,1.4,1\n", label: "4") { $0.allowsMissing = true }
        #expect(table.format.hasHeader == false && table.rows == 2)
    }

    @Test func theNameOfAColumnThatIsAskedForIndicatesAHeader() throws {
        let years = try files.table("2019,2020,label\n1,2,a\n3,4,b\n", label: "label")
        #expect(years.format.hasHeader == true && years.names == ["2019", "2020"] && years.rows == 2)
        #expect(try files.table("2019,2020,2021\n1,2,3\n", label: "2021").names == ["2019", "2020"])
        #expect(try files.table("2019,2020,2021\n1,2,3\n") { $0.ignored = ["2021"] }.names == ["2019", "2020"])
        #expect(
            try files.table("2019,2020\n1,2\n") {
                $0.expected = ExpectedFeatures(names: ["2019"], areText: [false])
            }.rows == 1)
    }

    @Test func numbersAndTextAboveNumbersAreAmbiguous() throws {
        let text = "2019,2020,label\n1,2,0\n3,4,1\n"
        let path = files.path("plain")
        #expect(
            throws: CSVError.ambiguousHeader(
                path: path, row: 1, text: "label", textColumn: 3, number: "2019", numberColumn: 1)
        ) {
            try files.table(text, label: "3")
        }
        let named = try files.table(text, label: "3") { $0.format.hasHeader = true }
        #expect(named.names == ["2019", "2020"] && named.rows == 2)
        let numbered = try files.table(text, label: "3") { $0.format.hasHeader = false }
        #expect(numbered.names == ["1", "2"] && numbered.label?.texts == ["label", "0", "1"])
    }

    @Test func aTableOfOneRow() throws {
        #expect(try !isHeader("5.1,3.5,setosa\n", label: "3"))
        #expect(try files.table("1,2\n", label: "2").features == [1])
        for label in ["kind", "3", nil] {
            #expect(throws: CSVError.empty(path: files.path("plain"))) {
                try files.table("width,height,kind\n", label: label)
            }
        }
    }

    @Test func anUnnamedColumnIsNamedByItsPosition() throws {
        let table = try files.table(",width,kind\n0,1.5,a\n1,2.5,b\n", label: "kind")
        #expect(table.names == ["1", "width"])
        #expect(table.features == [0, 1.5, 1, 2.5])
    }

    @Test func aLastColumnWithoutANameMayHoldValues() throws {
        #expect(try files.table("a,label,\n1,2,3\n", label: "label").names == ["a", "3"])
    }

    @Test func wideRows() throws {
        let row = (0..<50_000).map { "\($0)" }.joined(separator: ",")
        let text = Array(repeating: row, count: 20).joined(separator: "\n")
        let table = try files.table(text, label: "1")
        #expect(table.format.hasHeader == false && table.rows == 20 && table.features.count == 20 * 49_999)
        let names = (0..<50_000).map { "c\($0)" }.joined(separator: ",")
        #expect(try isHeader(names + "\n" + text, label: "c7"))
    }

    @Test func aPipeIsReadOnce() throws {
        let path = files.path("pipe")
        try #require(mkfifo(path, 0o600) == 0)
        let rows = (0..<60_000).map { "\($0),x\($0 % 3)\n" }
        let writer = try files.write(("value,label\n" + rows.joined()).utf8, as: "table.csv")
        let shell = try #require(popen("cat '\(writer)' > '\(path)'", "r"))
        let table = try Table(contentsOf: path, request: TableRequest(label: "label"))
        #expect(pclose(shell) == 0)
        #expect(table.features == (0..<60_000).map(Double.init))
    }
}

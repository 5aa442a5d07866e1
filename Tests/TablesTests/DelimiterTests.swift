import TestSupport
import Testing

@testable import Tables

/// Detection of the character between fields.
@Suite struct DelimiterTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    @Test(arguments: [(",", Delimiter.comma), (";", .semicolon), ("\t", .tab), ("|", .pipe)])
    func findsEveryDelimiter(character: String, delimiter: Delimiter) throws {
        let text = "a,b,kind\n1,2,x\n\"3\",4,y\n".replacing(",", with: character)
        let table = try files.table(text, label: "kind")
        #expect(table.format.delimiter == delimiter)
        #expect(table.names == ["a", "b"] && table.features == [1, 2, 3, 4])
    }

    @Test func theDelimiterOfAllRowsCountsMoreThanTheFirstRow() throws {
        // The header's other delimiters are in its names.
        #expect(try files.table("a;b,label\n1,2\n", label: "label").names == ["a;b"])
        #expect(try files.table("a,x;b,y;c,z\n1;2;3\n").names == ["a,x", "b,y", "c,z"])
        #expect(try files.table("a b\tlabel\n1\t2\n", label: "label").names == ["a b"])
        #expect(try files.table("first, last; second\nx;y\nz;w, v\n").format.delimiter == .semicolon)
    }

    @Test func delimitersInQuotesDoNotCount() throws {
        #expect(try files.table("\"a,b\";label\n1;2\n", label: "label").names == ["a,b"])
        #expect(try files.table("x;\"a,b,c\"\n1;\"d,e,f\"\n").format.delimiter == .semicolon)
    }

    @Test func numbersCountWhereRowsAgreeOnSeveralDelimiters() throws {
        #expect(try files.table("1,5;2,5\n3,5;4,25\n").features == [1.5, 2.5, 3.5, 4.25])
        #expect(try files.table("name, first\tage\nDoe, Jo\t5\nRoe, Al\t6\n").names == ["name, first", "age"])
    }

    @Test func oneColumnHasNoDelimiter() throws {
        let table = try files.table("a\n1\n2\n")
        #expect(table.names == ["a"] && table.features == [1, 2] && table.format.delimiter == .comma)
    }

    @Test func aDelimiterThatIsAskedForIsTaken() throws {
        let text = "x,1;2\ny,3;4\n"
        #expect(try files.table(text).format.delimiter == .semicolon)
        let table = try files.table(text) { $0.format.delimiter = .comma }
        #expect(table.format.delimiter == .comma && table.categories(1) == ["3;4"])
    }

    @Test func raggedRowsDoNotHideTheDelimiter() throws {
        let rows = (0..<50).map { "\($0);\($0),5\n" }.joined()
        #expect(throws: CSVError.raggedRow(path: files.path("plain"), row: 52, expected: 2, found: 3)) {
            try files.table("a;b\n\(rows)1;2;3\n")
        }
    }
}

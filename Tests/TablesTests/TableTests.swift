import TestSupport
import Testing

@testable import Tables

@Suite struct TableTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    // MARK: Fields and lines

    @Test func readsGzipLikePlain() throws {
        let text = "a,b,label\n1,2,cat\n3,4,dog\n"
        let table = try Table(
            contentsOf: files.writeGzip(Array(text.utf8)), request: TableRequest(label: "label"))
        #expect(table.features == [1, 2, 3, 4])
        #expect(table.label?.texts == ["cat", "dog"])
    }

    @Test func understandsQuotes() throws {
        let table = try files.table(
            "\"a, \"\"b\"\"\",\"label\"\n\"1.5\",\"big\nred; \"\"cat\"\"\"\n 2 , \"dog\" \n", label: "label")
        #expect(table.names == ["a, \"b\""])
        #expect(table.features == [1.5, 2])
        #expect(table.label?.texts == ["big\nred; \"cat\"", "dog"])
    }

    @Test func keepsQuotesInsideAField() throws {
        let table = try files.table("a,label\n1,5\" disk\n2,\"x\" y\n", label: "label")
        #expect(table.label?.texts == ["5\" disk", "\"x\" y"])
    }

    @Test(arguments: [
        "a,label\r\n1,2\r\n3,4\r\n",  // Windows line ends
        "a,label\r1,2\r3,4\r",  // those of old Macs
        "a,label\r1,2\n3,4\r\n",  // all of them
        "\u{FEFF}a,label\n1,2\n3,4\n",  // byte order mark
        "\u{FEFF}\"a\",label\n1,2\n3,4\n",
        "a,label\n1,2\n3,4",  // no last line end
        "a,label\r\n1,2\r\n3,4\r",
        "a,label\n1,2\n3,4\n\n \n\r\n",  // blank lines
        "\n\na,label\n\n1,2\n3,4\n",
        "\r\ra,label\r\r1,2\r3,4\r",
        " a ,\tlabel\n 1 , 2\n3\t,\" 4 \"\n",  // spaces around
    ])
    func allowsWhatRealFilesHave(text: String) throws {
        let table = try files.table(text, label: "label")
        #expect(table.names == ["a"])
        #expect(table.features == [1, 3])
        #expect(table.label?.texts == ["2", "4"])
    }

    @Test func readsRowsThatCrossOrExceedBlocks() throws {
        let long = String(repeating: "x\n", count: 600_000)
        let table = try files.table("a,label\n1,\"\(long)\"\n2,y\n", label: "label")
        #expect(table.features == [1, 2])
        #expect(table.label?.texts == [long, "y"])
    }

    /// Line ends of two bytes at every place of a block's end.
    @Test(arguments: ["\n", "\r\n", "\r"])
    func readsABigFileExactly(lineEnd: String) throws {
        let rowCount = 5_000
        var text = (0..<50).map { "c\($0)," }.joined() + "label" + lineEnd
        var expected: [Double] = []
        for row in 0..<rowCount {
            for column in 0..<50 {
                let value = Double(row &* 7919 &+ column &* 104_729) / 1024
                expected.append(value)
                text += "\(value),"
            }
            text += "\(row % 10)\(lineEnd)"
        }
        let plain = try files.table(text, label: "label")
        #expect(plain.rows == rowCount && plain.line(ofRow: rowCount - 1) == rowCount + 1)
        #expect(plain.features == expected)
        #expect(plain.label?.numbers() == (0..<rowCount).map { Double($0 % 10) })
        let packed = try Table(
            contentsOf: files.writeGzip(Array(text.utf8)), request: TableRequest(label: "label"))
        #expect(packed.features == plain.features && packed.label?.texts == plain.label?.texts)
    }

    /// A carriage return as the last byte of a block, and the line feed as the first of the next one, after the rows that are
    /// looked at.
    @Test func aLineEndAcrossBlocks() throws {
        let start = "a,label\r\n" + String(repeating: "1,x\r\n", count: 2_000) + "1,"
        let long = String(repeating: "x", count: GzipInput<CSVError>.blockSize - start.utf8.count - 1)
        let table = try files.table("\(start)\(long)\r\n2,y\r\n", label: "label")
        #expect(table.label?.texts.suffix(2) == [long, "y"] && table.line(ofRow: 2_001) == 2_003)
        let quoted = try files.table("\(start)\"\(long.dropFirst())\r\n\"\r\n2,y\r\n", label: "label")
        #expect(quoted.label?.texts.suffix(2) == [long.dropFirst() + "\r\n", "y"])
        #expect(quoted.line(ofRow: 2_001) == 2_004)
    }

    @Test func knowsTheLineOfEachRow() throws {
        let table = try files.table("a,b\n\n1,x\r\n\"2\",\"x\ny\r\nz\rw\"\n3,\"\n\n\"\r\r\n4,x\n", label: "b")
        #expect((0..<4).map(table.line(ofRow:)) == [3, 4, 8, 12])
    }
}

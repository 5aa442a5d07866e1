import TestSupport
import Testing

@testable import Tables

@Suite struct CSVTableTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func table(_ text: String, label: String = "label", hasHeader: Bool? = nil) throws -> CSVTable {
        try CSVTable(contentsOf: files.write(text.utf8), labelColumn: label, hasHeader: hasHeader)
    }

    // MARK: Columns

    @Test func takesColumnNamesFromAHeader() throws {
        let table = try table("width,label,height\n1,5,2.5\n-3,6,4e-1\n")
        #expect(table.featureColumns == ["width", "height"])
        #expect(table.rowCount == 2)
        #expect(table.features == [1, 2.5, -3, 0.4])
        #expect(table.labels == .integers([5, 6]))
    }

    @Test func numbersTheColumnsWithoutAHeader() throws {
        let table = try table("1,2,3\n4,5,6\n", label: "2")
        #expect(table.featureColumns == ["1", "3"])
        #expect(table.features == [1, 3, 4, 6])
        #expect(table.labels == .integers([2, 5]))
    }

    @Test func takesALabelByPositionWhereNoColumnHasThatName() throws {
        #expect(try table("a,b,c\n1,2,3\n", label: "3").featureColumns == ["a", "b"])
        #expect(try table("a,one,c\n1,2,3\n", label: "1").featureColumns == ["one", "c"])
        #expect(try table("a,1,c\n1,2,3\n", label: "1", hasHeader: true).featureColumns == ["a", "c"])
    }

    @Test func keepsTheFirstRowWhereOnlyTheLabelChosenByPositionIsText() throws {
        let table = try table("5.1,3.5,setosa\n7.0,3.2,versicolor\n", label: "3")
        #expect(table.features == [5.1, 3.5, 7.0, 3.2])
        #expect(table.labels == .text(["setosa", "versicolor"]))
    }

    @Test func choosesTheDelimiterByTheFirstLine() throws {
        for text in ["a,b,label\n1,2,3\n", "a;b;label\n1;2;3\n", "a\tb\tlabel\n1\t2\t3\n"] {
            let table = try table(text)
            #expect(table.featureColumns == ["a", "b"])
            #expect(table.features == [1, 2])
        }
        #expect(try table("a;b,label\n1,2\n").featureColumns == ["a;b"])
        #expect(try table("\"a,b\";label\n1;2\n").featureColumns == ["a,b"])
        #expect(try table("a b\tlabel\n1\t2\n").featureColumns == ["a b"])
    }

    // MARK: Fields and lines

    @Test func readsGzipLikePlain() throws {
        let text = "a,b,label\n1,2,cat\n3,4,dog\n"
        let table = try CSVTable(contentsOf: files.writeGzip(Array(text.utf8)), labelColumn: "label")
        #expect(table.features == [1, 2, 3, 4])
        #expect(table.labels == .text(["cat", "dog"]))
    }

    @Test func understandsQuotes() throws {
        let table = try table("\"a, \"\"b\"\"\",\"label\"\n\"1.5\",\"big\nred; \"\"cat\"\"\"\n 2 , \"dog\" \n")
        #expect(table.featureColumns == ["a, \"b\""])
        #expect(table.features == [1.5, 2])
        #expect(table.labels == .text(["big\nred; \"cat\"", "dog"]))
    }

    @Test func keepsQuotesInsideAField() throws {
        let table = try table("a,label\n1,5\" disk\n2,\"x\" y\n")
        #expect(table.labels == .text(["5\" disk", "\"x\" y"]))
    }

    @Test(arguments: [
        "a,label\r\n1,2\r\n3,4\r\n",  // Windows line ends
        "\u{FEFF}a,label\n1,2\n3,4\n",  // byte order mark
        "\u{FEFF}\"a\",label\n1,2\n3,4\n",
        "a,label\n1,2\n3,4",  // no last line end
        "a,label\r\n1,2\r\n3,4\r",
        "a,label\n1,2\n3,4\n\n \n\r\n",  // blank lines at the end
        "\n\na,label\n\n1,2\n3,4\n",
        " a ,\tlabel\n 1 , 2\n3\t,\" 4 \"\n",  // spaces around
    ])
    func allowsWhatRealFilesHave(text: String) throws {
        let table = try table(text)
        #expect(table.featureColumns == ["a"])
        #expect(table.features == [1, 3])
        #expect(table.labels == .integers([2, 4]))
    }

    @Test func takesBytesThatAreNotUTF8ForLatin1() throws {
        let path = try files.write(Array("a,label\n1,caf".utf8) + [0xE9, 0x0A] + Array("2,café\n".utf8))
        #expect(try CSVTable(contentsOf: path, labelColumn: "label").labels == .text(["café", "café"]))
    }

    @Test func readsRowsThatCrossOrExceedBlocks() throws {
        let long = String(repeating: "x\n", count: 600_000)
        let table = try table("a,label\n1,\"\(long)\"\n2,y\n")
        #expect(table.features == [1, 2])
        #expect(table.labels == .text([long, "y"]))
    }

    @Test func readsABigFileExactly() throws {
        let rowCount = 5_000
        var text = (0..<50).map { "c\($0)," }.joined() + "label\r\n"
        var expected: [Float] = []
        for row in 0..<rowCount {
            for column in 0..<50 {
                let value = Float(row &* 7919 &+ column &* 104_729) / 1024
                expected.append(value)
                text += "\(value),"
            }
            text += "\(row % 10)\r\n"
        }
        let plain = try table(text)
        #expect(plain.rowCount == rowCount)
        #expect(plain.features == expected)
        #expect(plain.labels == .integers((0..<rowCount).map { Int64($0 % 10) }))
        let packed = try CSVTable(contentsOf: files.writeGzip(Array(text.utf8)), labelColumn: "label")
        #expect(packed.features == plain.features && packed.labels == plain.labels)
    }

    // MARK: Labels

    @Test(
        arguments: [
            (["3", "-1", "+2", "9223372036854775807"], .integers([3, -1, 2, .max])),
            (["1.0", "2", "3e0"], .integers([1, 2, 3])),
            (["1", "2.5", "3"], .numbers([1, 2.5, 3])),
            (["1", "two", "3.0"], .text(["1", "two", "3.0"])),
            (["one", "NA", "?"], .text(["one", "NA", "?"])),
            (["1", "NA", "one"], .text(["1", "NA", "one"])),
            (["one", "nan"], .text(["one", "nan"])),
            (["1", "inf", "one"], .text(["1", "inf", "one"])),
            (["1,5", "2"], .text(["1,5", "2"])),
        ] as [([String], CSVTable.Labels)])
    func findsTheNarrowestKindOfLabels(written: [String], labels: CSVTable.Labels) throws {
        let text = "a,label\n" + written.map { "0,\"\($0)\"\n" }.joined()
        #expect(try table(text).labels == labels)
    }
}

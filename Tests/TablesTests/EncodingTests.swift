import DurableFiles
import TestSupport
import Testing

@testable import Tables

/// Encodings of characters, and files that are no text.
@Suite struct EncodingTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func utf16(_ text: String, isLittle: Bool) -> [UInt8] {
        text.utf16.flatMap { isLittle ? [UInt8($0 & 255), UInt8($0 >> 8)] : [UInt8($0 >> 8), UInt8($0 & 255)] }
    }

    private static let text = "größe;kind\n1,5;naïve 𝔘nicode\n2;\"日本\"\"\"\n"

    private func expectText(_ bytes: [UInt8], _ encoding: TextEncoding) throws {
        for path in [try files.write(bytes), try files.writeGzip(bytes)] {
            let table = try Table(contentsOf: path, request: TableRequest(label: "kind"))
            #expect(table.encoding == encoding)
            #expect(table.names == ["größe"] && table.features == [1.5, 2])
            #expect(table.label?.texts == ["naïve 𝔘nicode", "日本\""])
        }
    }

    @Test func readsUTF8() throws {
        try expectText(Array(Self.text.utf8), .utf8)
        try expectText([0xEF, 0xBB, 0xBF] + Self.text.utf8, .utf8WithMark)
    }

    @Test func readsUTF16() throws {
        try expectText(utf16("\u{FEFF}" + Self.text, isLittle: true), .utf16LittleEndian)
        try expectText(utf16("\u{FEFF}" + Self.text, isLittle: false), .utf16BigEndian)
    }

    @Test func readsUTF16WithoutAMarkWhereItIsObvious() throws {
        for isLittle in [true, false] {
            let table = try files.table(bytes: utf16("a,b\n1,2\n3,4\n", isLittle: isLittle))
            #expect(table.names == ["a", "b"] && table.features == [1, 2, 3, 4])
            #expect(table.encoding == (isLittle ? .utf16LittleEndian : .utf16BigEndian))
        }
    }

    /// Characters of four bytes across the ends of blocks.
    @Test(arguments: 0..<6) func readsUTF16AcrossBlocks(shift: Int) throws {
        let texts = (0..<90_000).map { "𝔘\($0 % 7)" }
        let text = String(repeating: "x", count: shift) + "a,b\n" + texts.map { "1,\($0)\n" }.joined()
        let table = try files.table(bytes: utf16("\u{FEFF}" + text, isLittle: true), label: "b")
        #expect(table.label?.texts == texts)
    }

    @Test func halfACharacterOfUTF16() throws {
        let bytes = utf16("\u{FEFF}a,b\n1,2\n", isLittle: true) + [0x33]
        #expect(throws: CSVError.cannotRead(path: files.path("plain"), reason: "its last character is cut off")) {
            try files.table(bytes: bytes)
        }
    }

    @Test func takesBytesThatAreNotUTF8ForLatin1() throws {
        let bytes = Array("a,label\n1,caf".utf8) + [0xE9, 0x0A] + Array("2,café\n".utf8)
        let table = try files.table(bytes: bytes, label: "label")
        #expect(table.label?.texts == ["café", "café"] && table.encoding == .latin1)
        let features = try files.table(bytes: bytes) { $0.ignored = ["a"] }
        #expect(features.categories(0) == ["café"] && features.encoding == .latin1)
    }

    @Test func aZeroByteIsRefused() throws {
        let rows = (0..<100_000).map { "\($0),x\n" }.joined()
        #expect(throws: CSVError.zeroByte(path: files.path("plain"), row: 2)) { try files.table("a,b\n1,x\u{0}\n") }
        // In a column that nobody looks at.
        #expect(throws: CSVError.zeroByte(path: files.path("plain"), row: 100_002)) {
            try files.table("a,b\n\(rows)1,\u{0}x\n") { $0.ignored = ["b"] }
        }
    }

    /// The row goes on in the next block.
    @Test func aZeroByteAtTheEndOfABlockIsRefused() throws {
        let rows = String(repeating: "1,x\n", count: GzipInput<CSVError>.blockSize / 4 - 1)
        #expect(throws: CSVError.zeroByte(path: files.path("plain"), row: 65_536)) {
            try files.table(rows + "1,\u{0}y\n\(rows)")
        }
    }

    @Test func otherKindsOfFilesAreRefused() throws {
        for (bytes, kind) in [
            ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A], .hdf5), (Array("%PDF-1.7\n".utf8), .pdf),
        ] as [([UInt8], FileKind)] {
            #expect(throws: CSVError.wrongKind(path: files.path("plain"), kind)) { try files.table(bytes: bytes) }
        }
    }
}

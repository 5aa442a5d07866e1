import DurableFiles
import Foundation
import TestSupport
import Testing

/// Detection of files by their first bytes. Short samples were written by the tools themselves.
@Suite struct FileKindTests {
    private func kind(_ bytes: some Sequence<UInt8>) -> FileKind? { FileKind(startingWith: Array(bytes)) }

    private func kind(hexadecimal text: String) -> FileKind? {
        let digits = Array(text)
        return kind(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! })
    }

    @Test(
        arguments: [
            ("1f8b080000000000000333d431e202003342215504000000", .gzip),
            (
                "fd377a585a000004e6d6b4460200210116000000742fe5a3010003312c320a002d27766aadc74e5900011c046f2c9cc11fb6f37d",
                .xz
            ),
            ("425a68393141592653597453704900000158000010000430002000219a68334d173c5dc914e24241d14dc124", .bzip2),
            ("28b52ffd0458210000312c320abf931360", .zstd),
            ("80025d71004b01612e", .pickle),
            ("80049506000000000000005d944b01612e", .pickle),
            ("934e554d5059010076007b276465736372273a20277c7531272c20", .numpyArray),
            ("89484446 0d0a1a0a 00".replacing(" ", with: ""), .hdf5),
            ("00000803000000020000001c0000001c", .idx),
            ("d0cf11e0a1b11ae1", .excelWorkbook),
            ("504152311504", .parquet),
        ] as [(String, FileKind)])
    func binaryKinds(hexadecimal: String, expected: FileKind) {
        #expect(kind(hexadecimal: hexadecimal) == expected)
    }

    @Test func matlab() {
        #expect(kind("MATLAB 5.0 MAT-file Platform: posix, Created on: Mon Jan  1".utf8) == .matlab5)
        // Version 7.3 is HDF5 behind 512 bytes of text.
        let text = Array("MATLAB 7.3 MAT-file, Platform: GLNXA64".utf8)
        let block = text + Array(repeating: 0x20, count: 512 - text.count)
        #expect(kind(block + [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]) == .hdf5)
    }

    /// Simplified entries of a zip archive: a header, a name, and a byte of content.
    private func archive(_ names: String...) -> [UInt8] {
        names.flatMap { name -> [UInt8] in
            let header: [UInt8] =
                [0x50, 0x4B, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.utf8.count), 0, 0, 0]
            return header + Array(name.utf8) + [7]
        }
    }

    @Test func archivesAreDistinguishedByTheirEntries() {
        #expect(kind(archive("table.csv", "xl.txt")) == .zip)
        #expect(kind(archive("x_train.npy", "y_train.npy")) == .numpyArchive)
        #expect(kind(archive("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml")) == .excelWorkbook)
        #expect(kind(archive("docProps/app.xml", "xl/theme/theme1.xml")) == .excelWorkbook)
        #expect(kind(archive("x.npy").prefix(30)) == .zip)
        #expect(kind(archive("x.npy").prefix(4)) == .zip)
    }

    @Test func textInUTF16() throws {
        let text = "width,größe,label\n1,2,3\n"
        #expect(kind(try #require(text.data(using: .utf16))) == .utf16(nil))
        #expect(kind([0xFE, 0xFF] + (try #require(text.data(using: .utf16BigEndian)))) == .utf16(nil))
        #expect(kind(try #require(text.data(using: .utf16LittleEndian))) == .utf16(.littleEndian))
        #expect(kind(try #require(text.data(using: .utf16BigEndian))) == .utf16(.bigEndian))
        #expect(kind([0x61, 0x00]) == nil)
        #expect(kind([UInt8](repeating: 0, count: 100)) == nil)
    }

    @Test(
        arguments: [
            ("", .empty),
            ("1,2\n3,4\n", .table),
            ("a;b\r\n1;2\r\n", .table),
            ("\n# a comment\na\tb", .table),
            ("caf\u{E9},na\u{EF}ve\n", .table),
            ("a,b\r1,2\r", .carriageReturnLines),
            ("a,b\r", .table),
            ("epochs: 3\nlayers: 2,3\n", .settings),
            ("# what to do\nbatch-size:\n", .settings),
            ("12:30,4\n", .table),
            ("hello", nil),
            ("\n", nil),
            ("a,b\u{0}\n", nil),
            ("\u{89}PNG\r\n\u{1A}\n", .image),
            ("\u{89}XYZ\r\n\u{1A}\n", nil),
            ("PAR1\u{16}\u{0}", .parquet),
            ("PAR1,b\n1,2\n", .table),
            (" { \"x\": [1, 2]}\n", .json),
            ("[[1,2],[3,4]]\n", .json),
            ("[1],2\n", .table),
            ("<HTML><head>\n", .webPage),
            ("#x\n%\n@problemName x\n", .timeSeries),
            ("% x\n@Relation x\n", .attributeRelation),
            ("__label__a x, y\n", .labelledTexts),
            ("a,b\n@relation\n", .table),
        ] as [(String, FileKind?)])
    func text(text: String, expected: FileKind?) {
        #expect(kind(text.unicodeScalars.map { UInt8($0.value) }) == expected)
    }

    @Test func anUnreadableFileHasNoKind() throws {
        let directory = try TemporaryDirectory()
        #expect(FileKind(ofFileAt: directory.path) == nil)
        #expect(FileKind(ofFileAt: directory.path + "/nowhere") == nil)
        try Data("1,2\n".utf8).write(to: URL(filePath: directory.path + "/table.h5"))
        #expect(FileKind(ofFileAt: directory.path + "/table.h5") == .table)
    }
}

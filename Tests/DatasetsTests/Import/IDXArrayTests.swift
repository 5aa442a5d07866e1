import DatasetFiles
import DurableFiles
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct IDXArrayTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// The bytes of an IDX file of 2 × 3 unsigned bytes.
    private let small: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 20, 30, 40, 50, 255]

    @Test func readsShapeAndValues() throws {
        let array = try IDXArray(contentsOf: files.write(small))
        #expect(array.shape == [2, 3])
        #expect(array.values == [10, 20, 30, 40, 50, 255])
    }

    @Test func readsGzipLikePlain() throws {
        // More than one block, with an incomplete last one.
        let values = (0..<1_100_001).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 7) }
        let bytes = [0, 0, 8, 1, 0x00, 0x10, 0xC8, 0xE1] + values
        let plain = try IDXArray(contentsOf: files.write(bytes))
        let packed = try IDXArray(contentsOf: files.writeGzip(bytes))
        #expect(plain.shape == [1_100_001] && packed.shape == plain.shape)
        #expect(plain.values == values && packed.values == values)
    }

    @Test func readsAnArrayWithoutValues() throws {
        let array = try IDXArray(contentsOf: files.write([0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 28]))
        #expect(array.shape == [0, 28])
        #expect(array.values.isEmpty)
    }

    @Test func refusesAMissingFile() {
        let path = files.path("nowhere")
        #expect(throws: IDXError.noSuchFile(path: path)) { try IDXArray(contentsOf: path) }
    }

    @Test func refusesAnotherKindOfFile() throws {
        for (bytes, kind) in [([], .empty), (Array("1,2\n3,4\n".utf8), .table)] as [([UInt8], FileKind)] {
            let path = try files.write(bytes)
            #expect(throws: IDXError.wrongKind(path: path, kind)) { try IDXArray(contentsOf: path) }
        }
    }

    @Test func refusesADirectory() {
        let path = files.directory.path
        #expect(throws: IDXError.cannotRead(path: path, reason: "Is a directory")) { try IDXArray(contentsOf: path) }
    }

    @Test func refusesAPathThroughAFile() throws {
        let path = try files.write(small) + "/inside"
        #expect(throws: IDXError.cannotRead(path: path, reason: "Not a directory")) { try IDXArray(contentsOf: path) }
    }

    @Test func refusesCutGzipWhereverItIsCut() throws {
        let whole = try Data(contentsOf: URL(fileURLWithPath: files.writeGzip(small))).count
        for count in [11, whole - 12, whole - 8, whole - 1] {
            let path = try files.writeGzip(small, keepingFirst: count)
            #expect(throws: IDXError.cannotRead(path: path, reason: "unexpected end of file"), "first \(count) bytes") {
                try IDXArray(contentsOf: path)
            }
        }
    }

    @Test func refusesGzipWhoseChecksumIsWrong() throws {
        let name = "packed.gz"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: files.writeGzip(small, as: name)))
        bytes[bytes.count - 5] ^= 1
        let path = try files.write(bytes, as: name)
        #expect(throws: IDXError.cannotRead(path: path, reason: "incorrect data check")) {
            try IDXArray(contentsOf: path)
        }
    }

    @Test(
        arguments: [
            [0, 0], [0, 0, 8], [0, 0, 8, 0], [0, 0, 7, 1], [1, 0, 8, 1], [0, 1, 8, 1], Array("PNG!".utf8),
        ] as [[UInt8]])
    func refusesAnotherBeginning(found: [UInt8]) throws {
        let rest: [UInt8] = found.count == 4 ? [0, 0, 0, 1, 7] : []
        let path = try files.write(found + rest)
        #expect(throws: IDXError.wrongMagic(path: path, found: found)) { try IDXArray(contentsOf: path) }
    }

    @Test(
        arguments: [
            (0x09, "signed byte"), (0x0B, "16-bit integer"), (0x0C, "32-bit integer"), (0x0D, "32-bit float"),
            (0x0E, "64-bit float"),
        ] as [(UInt8, String)])
    func namesATypeItDoesNotRead(code: UInt8, name: String) throws {
        let path = try files.write([0, 0, code, 1, 0, 0, 0, 0])
        #expect(throws: IDXError.unsupportedType(path: path, name: name)) { try IDXArray(contentsOf: path) }
    }

    @Test func refusesAFileThatEndsInTheHeader() throws {
        let path = try files.write(small.prefix(10))
        #expect(throws: IDXError.truncated(path: path, expected: 12, found: 10)) { try IDXArray(contentsOf: path) }
    }

    @Test func refusesAFileThatEndsInTheValues() throws {
        for path in [try files.write(small.dropLast()), try files.writeGzip(small.dropLast())] {
            #expect(throws: IDXError.truncated(path: path, expected: 18, found: 17)) { try IDXArray(contentsOf: path) }
        }
    }

    @Test func refusesBytesBehindTheValues() throws {
        for path in [try files.write(small + [1, 2]), try files.writeGzip(small + [1, 2])] {
            #expect(throws: IDXError.trailingBytes(path: path, expected: 18, found: 20)) {
                try IDXArray(contentsOf: path)
            }
        }
    }

    @Test func doesNotAllocateTheClaimedSizeOfATruncatedFile() throws {
        let path = try files.write([0, 0, 8, 2, 0, 0x10, 0, 0, 0, 0x10, 0, 0, 1, 2, 3])
        #expect(throws: IDXError.truncated(path: path, expected: 1 << 40 + 12, found: 15)) {
            try IDXArray(contentsOf: path)
        }
    }

    @Test func anOverflowingSizeIsATruncatedFile() throws {
        let path = try files.write([0, 0, 8, 3] + Array(repeating: 0xFF, count: 12) + [1])
        #expect(throws: IDXError.truncated(path: path, expected: .max, found: 17)) { try IDXArray(contentsOf: path) }
    }
}

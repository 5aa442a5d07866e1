import DurableFiles
import Foundation
import Testing

@testable import Formats

@Suite struct EventFileTests {
    private let path = NSTemporaryDirectory() + "events.out.tfevents.\(UUID())"

    /// RFC 3720, appendix B.4, and the check value of the catalogue of parametrised CRC algorithms.
    @Test func checksumsAreThoseOfTheSpecification() {
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(of: Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.checksum(of: Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test func filesEqualTensorBoardsByteByByte() throws {
        defer { try? removeFile(path) }
        let file = try EventFile(creating: path, wallTime: 1.7e9)
        try file.append([.scalar(tag: "loss/training", 0.7)], step: 1, wallTime: 1.7e9 + 0.25)
        try file.append(
            [
                .scalar(tag: "loss/training", -2.5), .scalar(tag: "accuracy", 0),
                .histogram(tag: "weights", Histogram(of: [-1, 0.5, 0.25, 2, 0.3])),
                .histogram(tag: "zeros", Histogram(of: [0, 0])), .histogram(tag: "none", Histogram(of: [])),
            ], step: 300, wallTime: 1.7e9 + 1)
        #expect(try readFile(path) == recorded("tfevents"))
    }

    @Test func recordsAreInTheFileAtOnce() throws {
        defer { try? removeFile(path) }
        let file = try EventFile(creating: path, wallTime: 1)
        let size = try fileSize(path)
        #expect(size > 0)
        try file.append([.scalar(tag: "loss", 1)], step: 1, wallTime: 2)
        #expect(try fileSize(path) > size)
    }

    @Test func anExistingFileIsNotContinued() throws {
        defer { try? removeFile(path) }
        _ = try EventFile(creating: path, wallTime: 1)
        #expect(throws: FileError(.create, path, code: EEXIST)) { try EventFile(creating: path, wallTime: 1) }
    }

    @Test func numbersThatAreNotFiniteAreInNoBucket() {
        let histogram = Histogram(of: [.nan, 1, -.infinity, 3, .infinity])
        #expect(histogram == Histogram(of: [1, 3]))
        #expect(histogram.buckets.reduce(0) { $0 + $1.count } == 2)
        #expect(Histogram(of: [.nan]) == Histogram(of: []))
    }
}

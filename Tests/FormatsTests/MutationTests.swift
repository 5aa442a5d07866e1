import TestSupport
import Testing

@testable import Formats

/// Files with a few bytes changed: each is read, or refused with an error of its format.
@Suite struct MutationTests {
    private static let fileCount = 500

    /// Bytes that mean something in lengths, sizes and counts.
    private static let telling: [UInt8] = [0, 1, 2, 4, 8, 0x7F, 0x80, 0xFE, 0xFF]

    /// Changes one or two places of a file.
    private static func mutated(_ file: [UInt8], _ random: inout TestRandom) -> [UInt8] {
        var bytes = file
        for _ in 0...random.integer(below: 2) where !bytes.isEmpty {
            let place = random.integer(below: bytes.count)
            let end = min(bytes.count, place + 1 + random.integer(below: 12))
            switch random.integer(below: 8) {
            case 0: bytes[place] ^= 1 << UInt8(random.integer(below: 8))
            case 1: bytes[place] = UInt8(random.integer(below: 256))
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: random.integer(below: bytes.count))
            case 4: bytes.removeLast(bytes.count - place)
            case 5: for index in place..<end { bytes[index] = telling[random.integer(below: telling.count)] }
            default: bytes[place] = telling[random.integer(below: telling.count)]
            }
        }
        return bytes
    }

    /// Reads mutations of a file. Each must be read or refused by an error of type `Failure`, and some of both.
    private func expectRefusals(_ file: [UInt8], seed: UInt64, read: ([UInt8]) throws -> Void) {
        var random = TestRandom(seed: seed)
        var (readCount, refusedCount) = (0, 0)
        for index in 0..<Self.fileCount {
            let bytes = Self.mutated(file, &random)
            do {
                try read(bytes)
                readCount += 1
            } catch is ProtobufError, is ONNXError, is SafetensorsError, is ZipError {
                refusedCount += 1
            } catch {
                Issue.record("\(index): \(error)")
            }
        }
        #expect(readCount > 20 && refusedCount > 20, "\(readCount) read, \(refusedCount) refused")
    }

    @Test func mutatedModelsAreReadOrRefused() throws {
        expectRefusals(try recorded("onnx"), seed: 1) { _ = try ONNXModel($0) }
        expectRefusals(try ONNXExample.all[2].model().file().joined, seed: 2) { _ = try ONNXModel($0) }
    }

    @Test func mutatedTensorFilesAreReadOrRefused() throws {
        expectRefusals(try recorded("safetensors"), seed: 3) { bytes in
            let file = try SafetensorsFile(bytes)
            for name in file.names where name != "mask" { _ = try file.tensor(name) }
        }
    }

    @Test(arguments: ["zip", "pt"]) func mutatedArchivesAreReadOrRefused(fileExtension: String) throws {
        expectRefusals(try recorded(fileExtension), seed: 4) { bytes in
            let archive = try ZipArchive(bytes)
            for name in archive.names { #expect(try archive.content(of: name, limit: 1 << 16).count <= 1 << 16) }
        }
    }

    @Test func mutatedMessagesAreReadOrRefused() throws {
        /// Reads every field as all that it can be.
        func read(_ reader: ProtobufReader) throws {
            var reader = reader
            while let field = try reader.next() {
                _ = (try? field.integer(), try? field.float(), try? field.text())
                _ = (try? field.integers(), try? field.floats(), try? field.doubles())
                if let message = try? field.message() { try? read(message) }
            }
        }
        expectRefusals(try recorded("onnx"), seed: 5) { try read(ProtobufReader($0[...])) }
    }
}

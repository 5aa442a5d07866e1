import TestSupport
import Testing

@testable import Formats

/// Files with a few bytes changed: each is read, or refused with an error of its format.
@Suite struct MutationTests {
    private static let fileCount = 500

    /// Reads mutations of a file. Each must be read or refused by an error of type `Failure`, and some of both.
    private func expectRefusals(_ file: [UInt8], seed: UInt64, read: ([UInt8]) throws -> Void) {
        var random = TestRandom(seed: seed)
        var (readCount, refusedCount) = (0, 0)
        for index in 0..<Self.fileCount {
            let bytes = mutated(file, &random)
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

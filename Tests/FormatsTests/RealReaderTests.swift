import DurableFiles
import Foundation
import Testing

@testable import Formats

/// Writes the files that Fixtures/check_formats.py and check_torch.py read, into the folder that FORMATS_OUTPUT names:
///
///     FORMATS_OUTPUT=/tmp/formats swift test --filter RealReaderTests
///     python3 check_formats.py /tmp/formats
@Suite(.enabled(if: ProcessInfo.processInfo.environment["FORMATS_OUTPUT"] != nil)) struct RealReaderTests {
    private let folder: String

    init() throws {
        folder = try #require(ProcessInfo.processInfo.environment["FORMATS_OUTPUT"])
        try createDirectories(folder)
    }

    private func write(_ name: String, _ parts: FileParts) throws {
        try replaceFile("\(folder)/\(name)", with: parts.arrays)
    }

    @Test func writesModels() throws {
        for example in ONNXExample.all { try write("\(example.name).onnx", example.model().file()) }
    }

    @Test func writesTensorFiles() throws {
        let tensors = try TorchFileTests.tensors()
        try write("written.safetensors", safetensors(tensors, metadata: [("a\"b", "é\n")]))
        try write("written.pt", torchFile(tensors))
        try write("none.pt", torchFile([]))
        try write("none.safetensors", safetensors([], metadata: []))
    }

    @Test func writesAnArchive() throws {
        var archive = ZipWriter()
        try archive.append("config.json", Array("{}".utf8))
        try archive.append("straße/large", (0..<100_000).map { UInt8(truncatingIfNeeded: ($0 * $0) >> 4) })
        try archive.append("empty", [])
        try write("written.zip", archive.finished())
    }

    @Test func writesEvents() throws {
        let path = "\(folder)/run/events.out.tfevents.1700000000.host"
        try createDirectories(directory(of: path))
        try removeFile(path)
        let file = try EventFile(creating: path, wallTime: 1.7e9)
        for step in 0..<100 {
            let values = (0..<1000).map { Float($0 * $0 % (step + 2)) }
            try file.append(
                [
                    .scalar(tag: "loss/training", 1 / Float(step + 1)), .scalar(tag: "accuracy", Float(step) / 128),
                    .histogram(tag: "weights/first", Histogram(of: values)),
                ], step: step, wallTime: 1.7e9 + Double(step))
        }
    }
}

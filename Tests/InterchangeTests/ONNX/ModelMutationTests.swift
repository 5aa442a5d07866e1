import Formats
import TestSupport
import Testing

@testable import Interchange
@testable import ONNXNetworks
@testable import PortableNetworks
@testable import Runs

/// Files with a few bytes changed: each gives a network, or is refused with an error that says what is wrong.
@Suite struct ModelMutationTests {
    private static let fileCount = 500

    @Test("Mutated ONNX models give networks or are refused")
    func readsOrRefusesMutatedModels() throws {
        let examples = [
            "conv 3 3x3 norm=batch, max-pool 2, residual [conv 3 3x3], flatten, layer-norm, 4",
            "24, reshape 3x4x2, transposed-conv 2 2x2 stride=2, 3",
        ].map { NetworkExample(layers: $0, shape: [4, 4, 2]) }
        let sequences = NetworkExample(
            layers: "conv 3 2 pad=valid, gru 3 bidirectional=yes returns=mean", shape: [5, 2], axes: "TC",
            hasLengths: true)
        for (index, example) in (examples + [sequences]).enumerated() {
            var model = try ONNXModel(Array(export(example.checkpoint(), as: .onnx).file.joined()))
            // Without our description, everything is found out from the graph.
            model.entries = []
            try expectReadingOrRefusal(of: Array(model.file().arrays.joined()), seed: UInt64(index)) {
                _ = try ONNXImport.network(of: ONNXModel($0), file: "model.onnx").checkpoint(task: .classification)
            }
        }
    }

    @Test("Mutated safetensors give networks or are refused")
    func readsOrRefusesMutatedSafetensors() throws {
        let example = NetworkExample(layers: "conv 2 3x3 norm=batch, 3", shape: [4, 4, 2])
        let file = Array(try export(example.checkpoint(), as: .safetensors).file.joined())
        try expectReadingOrRefusal(of: file, seed: 7) {
            _ = try SafetensorsFile($0).checkpoint(file: "model.safetensors", like: nil)
        }
    }

    private func expectReadingOrRefusal(of file: [UInt8], seed: UInt64, read: ([UInt8]) throws -> Void) throws {
        var random = TestRandom(seed: seed)
        var (readCount, refusedCount) = (0, 0)
        for index in 0..<Self.fileCount {
            do {
                try read(mutated(file, &random))
                readCount += 1
            } catch is ModelImportError, is ProtobufError, is ONNXError, is SafetensorsError {
                refusedCount += 1
            } catch {
                Issue.record("\(index): \(error)")
            }
        }
        #expect(readCount > 20 && refusedCount > 20, "\(readCount) read, \(refusedCount) refused")
    }
}

import Formats
import TestSupport
import Testing

@testable import Interchange
@testable import ONNXNetworks
@testable import PortableNetworks
@testable import Runs

@Suite struct ONNXRoundTripTests {
    @Test("An exported network is read back with the same parameters", arguments: NetworkExample.all)
    func readsBack(_ example: NetworkExample) throws {
        let checkpoint = try example.checkpoint()
        let file = try export(checkpoint, as: .onnx).file
        let read = try ONNXImport.network(of: ONNXModel(Array(file.joined())), file: "model.onnx")
            .checkpoint(task: nil)
        let exported = PortableNetwork(checkpoint)
        let expected = checkpoint.model.network.nodes.flatMap { node in
            (node.layer.tensors.map(\.name) + node.layer.statistics.map(\.name)).map {
                exported.required($0, of: node)
            }
        }
        let found = read.model.network.nodes.flatMap { node in
            (node.layer.tensors.map(\.name) + node.layer.statistics.map(\.name)).map {
                PortableNetwork(read).required($0, of: node)
            }
        }
        // A scale or a shift that was left out is 1 or 0 there.
        #expect(found == expected)
        #expect(read.model.schema.features == checkpoint.model.schema.features)
        #expect(read.model.schema.labels.classNames == checkpoint.model.schema.labels.classNames)
        #expect(read.model.network.objective.loss == checkpoint.model.network.objective.loss)
    }

    @Test("Safetensors are read back with the same network and the same parameters", arguments: NetworkExample.all)
    func readsBackSafetensors(_ example: NetworkExample) throws {
        let checkpoint = try example.checkpoint()
        let file = try export(checkpoint, as: .safetensors).file
        let read = try SafetensorsFile(Array(file.joined())).checkpoint(file: "model.safetensors", like: nil)
        #expect(read.model.configuration.layers == checkpoint.model.configuration.layers)
        guard !example.isRegression else { return }
        #expect(read.tensors == checkpoint.tensors)
    }
}

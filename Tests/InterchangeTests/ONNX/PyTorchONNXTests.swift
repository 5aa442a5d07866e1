import Foundation
import HDF5
import Testing

@testable import Interchange
@testable import ONNXNetworks
@testable import PortableNetworks
@testable import Runs

/// Models that PyTorch has exported (Fixtures/record_onnx.py), with its inputs and outputs.
@Suite struct PyTorchONNXTests {
    static let names = ["dense", "normalized", "block", "decoder", "lstm", "gru", "mean", "words"]

    @Test("A network that PyTorch has exported gives PyTorch's outputs", arguments: names)
    func givesOutputsOfPyTorch(_ name: String) throws {
        let checkpoint = try importModel(try fixture("torch-\(name).onnx"), like: nil, task: nil)
        let file = try File.open(try fixture("torch-onnx.h5"))
        let samples = try file.root.dataset("\(name)/input").read(as: Float.self)
        let expected = try file.root.dataset("\(name)/output").read(as: Float.self)
        let outputs = try checkpoint.outputs(samples)
        try #require(outputs.count == expected.count)
        for (output, expected) in zip(outputs, expected) { #expect(abs(output - expected) < 1e-5) }
    }
}

/// The path of a recorded file.
func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: name, withExtension: nil)).path
}

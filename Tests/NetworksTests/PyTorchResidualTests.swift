import Foundation
import HDF5
import Kernels
import Layers
import Networks
import RecurrentLayers
import TestSupport
import Testing

/// Residual networks against PyTorch's, which Fixtures/record_residual.py recorded in Double.
@Suite struct PyTorchResidualTests {
    struct Example: Sendable, CustomTestStringConvertible {
        /// Of its group in the file.
        let name: String
        let layers: String
        let activation: Activation
        let objective: Objective
        let tensors: [String]
        var testDescription: String { name }
    }

    static let all = [
        Example(
            name: "identity", layers: "8, residual [8, dense 8 activation=identity]", activation: .relu,
            objective: Objective(
                loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 4),
            tensors: [
                "dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias", "dense3/weight", "dense3/bias",
                "output/weight", "output/bias",
            ]),
        Example(
            name: "projected", layers: "residual [dense 7 activation=gelu bias=no, dense 6 bias=no]",
            activation: .tanh,
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3),
            tensors: ["dense1/weight", "dense2/weight", "residual1/project/weight", "output/weight", "output/bias"]),
    ]

    @Test(arguments: all)
    func outputsLossAndGradientsAreTheRecorded(example: Example) throws {
        let path = try #require(Bundle.module.url(forResource: "residual", withExtension: "h5")).path
        let group = try File.open(path).root.group(example.name)
        let shape = try group.dataset("features").shape
        let network = try Network(
            inputShape: [shape[1]], items: NetworkReader.all.items(of: example.layers), activation: example.activation,
            objective: example.objective)
        #expect(network.layout.tensors.map { "\($0.layer)/\($0.name)" } == example.tensors)
        try RecordedNetwork(group, network).expectOutputsLossAndGradients()
    }
}

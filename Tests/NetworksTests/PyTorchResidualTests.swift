import Foundation
import HDF5
import Kernels
import Networks
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
        func recorded(_ path: String) throws -> [Double] { try group.dataset(path).read(as: Double.self) }
        let shape = try group.dataset("features").shape
        let network = try Network(
            inputShape: [shape[1]], items: NetworkReader.all.items(of: example.layers), activation: example.activation,
            objective: example.objective)
        let tensors = network.layout.tensors
        #expect(tensors.map { "\($0.layer)/\($0.name)" } == example.tensors)

        let parameters = FloatBuffer(count: network.layout.bufferCount)
        for (tensor, name) in zip(tensors, example.tensors) {
            try fill(parameters.view.slice(tensor), recorded("parameters/\(name)"))
        }
        let features = FloatBuffer(count: shape[0] * shape[1])
        try fill(features.view, recorded("features"))
        let pass = try FullPass(network, rows: shape[0])
        let outputs = try pass.outputs(features.view, parameters: parameters.view)
        try expectClose(outputs, recorded("outputs"), "outputs")

        let targets = try recorded("targets")
        let (ids, values) = (AlignedBuffer<Int32>(count: shape[0]), FloatBuffer(count: targets.count))
        fill(values.view, targets)
        if targets.count == shape[0] { for (row, id) in targets.enumerated() { ids.view[row] = Int32(id) } }
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        let sum = try pass.train(
            features.view, targets.count == shape[0] ? .classes(ids.view) : .values(values.view),
            totalWeight: Double(shape[0]), parameters: parameters.view, gradients: gradients.view)
        try expectClose([Float(sum.loss / Double(shape[0]))], recorded("loss"), "loss")
        for (tensor, name) in zip(tensors, example.tensors) {
            try expectClose(gradients.view.slice(tensor).array, recorded("gradients/\(name)"), name)
        }
    }

    private func fill(_ view: FloatView, _ values: [Double]) {
        for (index, value) in values.enumerated() { view[index] = Float(value) }
    }

    /// Compares to 1e-5 of the largest element: some 170 roundings, of which a path through these networks has fewer.
    private func expectClose(_ found: [Float], _ expected: [Double], _ what: String) {
        let largest = expected.map(abs).max() ?? 0
        let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(found.count == expected.count && difference <= 1e-5 * largest, "\(what): \(difference / largest)")
    }
}

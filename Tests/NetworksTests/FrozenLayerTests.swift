import Kernels
import Layers
import RecurrentLayers
import TestSupport
import Testing

@testable import Networks

/// The passes of networks with layers that training does not change.
@Suite struct FrozenLayerTests {
    private func example(_ layers: String, inputs: Int = 9) throws -> NetworkCase {
        try NetworkCase(
            NetworkShape(inputs: inputs, hiddenWidths: [], outputs: 5, rows: 13),
            items: NetworkReader.all.items(of: layers),
            NetworkKind(activation: .tanh, loss: .crossEntropy, outputActivation: .softmax), seed: 31)
    }

    /// Those of the others are as if all were trained. The reference computes them all.
    @Test(arguments: [
        ("9 trainable=no, 8, 7", ["dense1"]), ("9, 8 trainable=no, 7", ["dense2"]),
        ("9 trainable=no, residual [9, 9] trainable=no, residual [9, 4]", ["dense1", "dense2", "dense3"]),
        ("8, residual [dense 8 trainable=no, 8], 4", ["dense2"]),
        ("8, residual [8, 7] trainable=no, 4", ["dense2", "dense3", "residual1/project"]),
        ("residual [9 trainable=no, 9], 8 trainable=no", ["dense1", "dense3"]),
    ])
    func theOthersHaveTheReferencesGradients(layers: String, frozen: [String]) throws {
        let example = try example(layers)
        let network = example.network
        #expect(Set(network.layout.tensors.filter { !$0.isTrainable }.map(\.layer)) == Set(frozen))
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        _ = try FullPass(network, rows: example.rows).train(
            example.features.view, example.targets, parameters: example.parameters.view, gradients: gradients.view)
        for (tensor, expected) in zip(network.layout.tensors, example.expectedGradients())
        where !frozen.contains(tensor.layer) {
            let found = gradients.view.slice(tensor).array.map(Double.init)
            let error = zip(found, expected.values).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= expected.tolerance, "\(tensor.layer)/\(tensor.name) is off by \(error)")
            #expect(expected.tolerance < expected.size / 4)
        }
    }

    /// The layers that the backward pass goes through, and those of them that compute the gradient of an input, for 4
    /// features.
    private static let passes: [(layers: String, backward: [String], inputs: [String])] = [
        ("4, 3", ["output", "dense2", "dense1"], ["output", "dense2"]),
        ("4 trainable=no, 3", ["output", "dense2"], ["output"]),
        ("4 trainable=no, 3 trainable=no", ["output"], []),
        ("4, 3 trainable=no", ["output", "dense2", "dense1"], ["output", "dense2"]),
        ("dropout 0.5, activation relu, 3", ["output", "dense1"], ["output"]),
        (
            "residual [4] activation=identity trainable=no, residual [4] activation=identity",
            ["output", "residual2", "dense2"], ["output", "residual2"]
        ),
        (
            "4, residual [4 trainable=no] activation=identity trainable=no",
            ["output", "residual1", "dense2", "dense1"], ["output", "residual1", "dense2"]
        ),
    ]

    @Test(arguments: passes)
    func theBackwardPassEndsWhereNothingBeforeTrains(layers: String, backward: [String], inputs: [String]) throws {
        let network = try example(layers, inputs: 4).network
        let nodes = network.order.backward.joined().map(\.node)
        #expect(nodes.map { network.nodes[$0].name } == backward)
        #expect(nodes.filter(network.givesInputGradient).map { network.nodes[$0].name } == inputs)
    }

    /// For 4 features and 5 outputs. A layer from n to m neurons takes 2nm operations forward, as many for the gradients
    /// of its tensors, and as many for that of its input; a sum of n takes n.
    @Test(arguments: [
        // 2·(4·4 + 4·3 + 3·5) = 86 forward, 86 for tensors, 2·(4·3 + 3·5) = 54 for inputs.
        ("4, 3", 86 + 86 + 54), ("4 trainable=no, 3", 86 + 54 + 30), ("4 trainable=no, 3 trainable=no", 86 + 30),
        ("4, 3 trainable=no", 86 + 62 + 54),
        // 2·4·4 + 4 + 2·4·5 = 76 forward, 72 for tensors; the sum's and the output's inputs have gradients.
        ("residual [4] activation=identity", 76 + 72 + 44), ("residual [4] activation=identity trainable=no", 76 + 40),
    ])
    func operationsAreThoseOfTheGradientsThatAreComputed(layers: String, operations: Int) throws {
        #expect(try example(layers, inputs: 4).network.trainingOperations == operations)
    }

    /// A layer of a frozen block is frozen, and rates multiply.
    @Test func aBlockTakesOverWhatItLiesIn() throws {
        let network = try example("residual [8 trainable=yes rate=3, residual [8 rate=0.5]] trainable=no rate=2")
            .network
        let own = network.layout.tensors.map { ("\($0.layer)/\($0.name)", $0.isTrainable, $0.rate) }
        #expect(
            own.map { "\($0.0) \($0.1) \($0.2)" } == [
                "dense1/weight false 6.0", "dense1/bias false 6.0", "dense2/weight false 1.0", "dense2/bias false 1.0",
                "residual1/project/weight false 2.0", "output/weight true 1.0", "output/bias true 1.0",
            ])
    }
}

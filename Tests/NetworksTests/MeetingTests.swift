import Kernels
import Networks
import Reference
import TestSupport
import Testing

/// Layers with meetings, and layers whose gradients are computed for each shard, against the reference.
@Suite struct MeetingTests {
    private static let rows = 7
    private static let networks: [(name: String, layers: [any Layer])] = [
        ("a meeting", [MeanSubtraction(inputShape: [5])]),
        ("scale and shift", [ScaleAndShift(inputShape: [5])]),
        (
            "two meetings between dense layers",
            [
                dense(5, 6), MeanSubtraction(inputShape: [6]), ScaleAndShift(inputShape: [6]), dense(6, 4),
                MeanSubtraction(inputShape: [4]),
            ]
        ),
    ]

    private static func dense(_ inputs: Int, _ outputs: Int) -> Dense {
        Dense(inputShape: [inputs], outputs: outputs, activation: .tanh, initializer: .xavierUniform)
    }

    private struct Example {
        let network: Network
        let parameters: FloatBuffer
        let features: FloatBuffer
        let targets: FloatBuffer
        let samples: [[Double]]
        let referenceTargets: [ReferenceTarget]
        let reference: ReferenceNetwork

        init(_ layers: [any Layer]) {
            var random = TestRandom(seed: 5)
            network = Network(
                inputShape: [5], layers: layers,
                objective: Objective(
                    loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3))
            parameters = FloatBuffer(count: network.layout.bufferCount)
            for tensor in network.layout.tensors {
                _ = parameters.view.slice(tensor).pointer.update(fromContentsOf: random.floats(tensor.count))
            }
            features = FloatBuffer(count: MeetingTests.rows * 5)
            _ = features.view.pointer.update(fromContentsOf: random.floats(features.count))
            targets = FloatBuffer(count: MeetingTests.rows * 3)
            _ = targets.view.pointer.update(fromContentsOf: random.floats(targets.count))
            samples = (0..<MeetingTests.rows).map { [features] in features.view.slice($0 * 5, 5).array.map(Double.init)
            }
            referenceTargets = (0..<MeetingTests.rows).map { [targets] in
                .values(targets.view.slice($0 * 3, 3).array.map(Double.init))
            }
            reference = network.reference(parameters: parameters)
        }
    }

    @Test(arguments: networks.indices)
    func gradientsAreTheReferences(index: Int) throws {
        let example = Example(Self.networks[index].layers)
        let gradients = FloatBuffer(count: example.network.layout.bufferCount)
        let sum = try FullPass(example.network, rows: Self.rows).train(
            example.features.view, .values(example.targets.view), parameters: example.parameters.view,
            gradients: gradients.view)
        let losses = example.reference.losses(example.samples, example.referenceTargets)
        let expected = example.reference.gradients(
            example.samples, example.referenceTargets, shares: losses.map { _ in 1 })
        // Each path sums over the rows, twice at a meeting, and over at most 6 inputs and outputs a layer, with values of
        // some units: some 60 roundings.
        let tolerance = 60 * 4 * Double(Float.ulpOfOne)
        #expect(abs(sum.loss - losses.reduce(0, +)) <= tolerance * (1 + sum.loss))
        for (tensor, values) in zip(example.network.layout.tensors, expected) {
            let found = gradients.view.slice(tensor).array.map(Double.init)
            let size = values.map(abs).max() ?? 0
            for (a, b) in zip(found, values) {
                #expect(abs(a - b) <= tolerance * max(1, size), "\(tensor.layer)/\(tensor.name)")
            }
        }
    }

    /// The reference itself, by finite differences.
    @Test(arguments: networks.indices)
    func theReferencesGradientsAreItsDifferences(index: Int) {
        let example = Example(Self.networks[index].layers)
        let shares = example.samples.map { _ in 1.0 }
        let expected = example.reference.gradients(example.samples, example.referenceTargets, shares: shares)
        let measured = example.reference.centralDifferences {
            $0.losses(example.samples, example.referenceTargets).reduce(0, +)
        }
        for (a, m) in zip(expected.joined(), measured.joined()) { #expect(abs(a - m) <= 1e-5 + 1e-3 * abs(m)) }
    }
}

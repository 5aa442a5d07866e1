import Kernels
import Layers
import Networks
import RecurrentLayers
import Reference
import TestSupport
import Testing

/// Networks in words: residual blocks, activations of their own, dropout. Their passes are held against the reference,
/// and the reference against finite differences.
@Suite struct ResidualTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var layers: String
        var activation = Activation.tanh
        var loss = Loss.crossEntropy
        /// Whether it draws random numbers.
        var isRandom = false
        /// Whether its functions are smooth, so that small errors have small effects.
        var isSmooth = true
        var testDescription: String { "\(layers), \(activation), \(loss)" }

        /// 13 samples of 9 features with 5 outputs.
        func network(precision: Precision = .fp32, seed: UInt64 = 21) throws -> NetworkCase {
            try NetworkCase(
                NetworkShape(inputs: 9, hiddenWidths: [], outputs: 5, rows: 13),
                items: NetworkReader.all.items(of: layers),
                NetworkKind(
                    activation: activation, loss: loss, outputActivation: loss.requiredOutputActivation ?? .identity),
                precision: precision, seed: seed,
                randomness: isRandom ? PassRandomness(seed: 3, step: 7, firstRow: 40) : nil)
        }
    }

    static let all =
        [Loss.crossEntropy, .meanSquaredError].flatMap { loss in
            [
                // The skip is the identity, from a layer or from the network's input.
                "8, residual [8, 8]", "residual [20, 9]",
                // It is projected, because it must be or because it is asked for.
                "8, residual [7, 6]", "8, residual [8] project=yes",
                "residual [17, residual [17, 4], 17] activation=identity, 6",
                "8, residual [residual [residual [8]], 8], residual [8, 3]",
                "dense 8 bias=no, residual [dense 8 bias=no, dense 8 activation=identity bias=no] activation=identity",
                "residual [dense 9 activation=identity, activation gelu, 9] activation=silu, activation softmax",
                "activation gelu, residual [activation softmax, 9, activation tanh] project=yes",
            ].map { Example(layers: $0, loss: loss) }
        } + [
            Example(layers: "8, residual [8, dense 8 activation=identity]", activation: .relu, isSmooth: false),
            Example(layers: "8, residual [7, 6]", activation: .relu, loss: .meanSquaredError, isSmooth: false),
            Example(layers: "dense 8 activation=identity, activation relu, residual [6]", isSmooth: false),
            Example(layers: "8, residual [8, dropout 0.4, 8], dropout 0.3", isRandom: true),
            Example(
                layers: "dropout 0.2, residual [dropout 0.5], residual [dropout 0.25 name=last, 6]", isRandom: true),
            Example(layers: "residual [8, dropout 0.4 name=a]", activation: .gelu, isRandom: true),
            Example(layers: "reshape 3x3x1, conv 6 2x2, dropout2d 0.4, 6", isRandom: true),
            Example(layers: "12, reshape 3x4, dropout2d 0.4, conv 5 2, dropout 0.2, reshape 15, 6", isRandom: true),
        ]

    /// Where two outputs of relu add up to 0, that of the block is at its kink, and what comes before it is flat.
    static let flat = Example(layers: "8, residual [8, 8]", activation: .relu, isSmooth: false)

    @Test(arguments: all + [flat])
    func lossAndGradientsAreTheReferences(example: Example) throws {
        try expectTheReferences(example.network())
    }

    @Test(arguments: all.filter(\.isSmooth))
    func withBFloat16TheyAreAsFarFromItAsItsRoundings(example: Example) throws {
        try expectTheReferences(example.network(precision: .bf16))
    }

    /// Central differences are off by the third derivative times ε², and by the roundings of the summed loss, one for each
    /// term of each sum, over ε.
    @Test(arguments: all)
    func theReferencesGradientsAgreeWithCentralDifferences(example: Example) throws {
        let found = try example.network()
        let (reference, samples, targets) = (found.reference, found.samples, found.referenceTargets)
        try #require(reference.distanceToKink(samples, targets) > 1e-4, "the case is of no use at a kink")
        let ones = samples.map { _ in 1.0 }
        let sum = { (network: ReferenceNetwork) in network.losses(samples, targets).reduce(0, +) }
        let roundings = found.network.nodes.reduce(samples.count) {
            $0 + ($1.layer.inputShape + $1.layer.outputShape).reduce(0, +) + 8
        }
        let tolerance = Double(roundings) * 0x1p-53 * max(1, sum(reference)) / 1e-6
        let (analytic, measured) = (
            reference.gradients(samples, targets, shares: ones), reference.centralDifferences(of: sum)
        )
        for (tensor, pair) in zip(found.network.layout.tensors, zip(analytic, measured)) {
            let error = zip(pair.0, pair.1).map { abs($0 - $1) }.max() ?? 0
            #expect(error <= tolerance, "\(tensor.layer)/\(tensor.name) is off by \(error), not \(tolerance)")
            #expect(pair.0.contains { abs($0) > 1000 * tolerance }, "\(tensor.layer)/\(tensor.name) has no gradient")
        }
    }

    private func expectTheReferences(_ example: NetworkCase) throws {
        let network = example.network
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors { gradients.view.slice(tensor).pointer.update(repeating: 1e9) }
        let sum = try FullPass(network, rows: example.rows).train(
            example.features.view, example.targets, parameters: example.parameters.view, gradients: gradients.view,
            randomness: example.randomness)
        let loss = example.expectedLoss()
        #expect(abs(sum.loss - loss.value) <= loss.tolerance, "loss \(sum.loss), not \(loss.value)")
        for (tensor, expected) in zip(network.layout.tensors, example.expectedGradients()) {
            let found = gradients.view.slice(tensor).array.map(Double.init)
            let errors = zip(found, expected.values).map { abs($0 - $1) }
            #expect(
                errors.allSatisfy { $0 <= expected.tolerance },
                "\(tensor.layer)/\(tensor.name) is off by \(errors.max() ?? 0), not \(expected.tolerance)")
            // Another network's gradients would differ by about their size.
            #expect(expected.tolerance < expected.size / 2)
        }
    }
}

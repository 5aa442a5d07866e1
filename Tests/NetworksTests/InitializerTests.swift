import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct InitializerTests {
    /// One layer of 300 × 400 = 120,000 weights, large enough to measure.
    private func weights(_ initializer: Initializer?, seed: UInt64 = 3) -> [Float] {
        drawn(network([], inputs: 400, outputs: 300, initializer), seed: seed)[0]
    }

    /// The initial values of each tensor.
    private func drawn(_ network: Network, seed: UInt64) -> [[Float]] {
        let parameters = network.initialParameters(seed: seed)
        return withExtendedLifetime(parameters) {
            network.layout.tensors.map { parameters.view.slice($0).array }
        }
    }

    private func network(_ hidden: [Int], inputs: Int, outputs: Int, _ initializer: Initializer?) -> Network {
        Network(
            inputShape: [inputs], hiddenWidths: hidden, activation: .relu,
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: outputs),
            initializer: initializer)
    }

    private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
        let count = Double(values.count)
        let mean = values.reduce(0) { $0 + Double($1) } / count
        return (mean, (values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count).squareRoot())
    }

    static let uniforms: [(Initializer, Double)] = [
        (.xavierUniform, (6.0 / 700).squareRoot()), (.kaimingUniform, (6.0 / 400).squareRoot()),
        (.kaimingUniformFanOut, (6.0 / 300).squareRoot()), (.lecunUniform, (3.0 / 400).squareRoot()),
        (.uniform(limit: 0.25), 0.25),
    ]

    /// Of 120,000 draws the mean is within five of its standard deviations, and some reach the range's last thousandth.
    @Test(arguments: uniforms)
    func uniformWeightsFillTheirBounds(initializer: Initializer, limit: Double) {
        let values = weights(initializer)
        let (mean, deviation) = moments(values)
        let expected = limit / 3.0.squareRoot()
        #expect(values.allSatisfy { abs(Double($0)) <= limit * (1 + 1e-6) })
        #expect(Double(values.max() ?? 0) > limit * 0.999 && Double(values.min() ?? 0) < -limit * 0.999)
        #expect(abs(mean) < 5 * expected / 120_000.0.squareRoot())
        #expect(abs(deviation / expected - 1) < 0.01)
    }

    static let normals: [(Initializer, Double)] = [
        (.xavierNormal, (2.0 / 700).squareRoot()), (.kaimingNormal, (2.0 / 400).squareRoot()),
        (.kaimingNormalFanOut, (2.0 / 300).squareRoot()), (.lecunNormal, (1.0 / 400).squareRoot()),
        (.normal(standardDeviation: 0.05), 0.05),
    ]

    /// A normal distribution has 68.27% of its draws within one standard deviation, and some beyond four.
    @Test(arguments: normals)
    func normalWeightsHaveTheirDeviation(initializer: Initializer, expected: Double) {
        let values = weights(initializer)
        let (mean, deviation) = moments(values)
        #expect(abs(mean) < 5 * expected / 120_000.0.squareRoot())
        #expect(abs(deviation / expected - 1) < 0.01)
        let within = Double(values.count { abs(Double($0)) < expected }) / 120_000
        #expect(abs(within - 0.6827) < 0.007)
        #expect(values.contains { abs(Double($0)) > 4 * expected })
    }

    @Test func zerosAreZeros() {
        #expect(weights(.zeros).allSatisfy { $0 == 0 })
    }

    @Test func constantsAreThatNumber() {
        #expect(weights(.constant(-0.25)).allSatisfy { $0 == -0.25 })
    }

    /// The rows, or columns if these are fewer, are orthonormal, and others for another seed.
    @Test(arguments: [(7, 7), (5, 12), (12, 5), (60, 90)])
    func orthogonalWeightsAre(inputs: Int, outputs: Int) {
        let values = drawn(network([], inputs: inputs, outputs: outputs, .orthogonal), seed: 4)[0].map(Double.init)
        let (count, length) = (min(inputs, outputs), max(inputs, outputs))
        func element(_ vector: Int, _ index: Int) -> Double {
            outputs <= inputs ? values[vector * inputs + index] : values[index * inputs + vector]
        }
        // Each element is rounded once to a Float.
        let tolerance = Double(length) * Double(Float.ulpOfOne)
        for first in 0..<count {
            for second in 0...first {
                let product = (0..<length).reduce(0) { $0 + element(first, $1) * element(second, $1) }
                #expect(abs(product - (first == second ? 1 : 0)) <= tolerance, "\(first) and \(second)")
            }
        }
        #expect(
            values != drawn(network([], inputs: inputs, outputs: outputs, .orthogonal), seed: 5)[0].map(Double.init))
    }

    @Test func biasesAreZero() {
        for initializer in [Initializer.kaimingNormal, .xavierUniform, .uniform(limit: 1)] {
            let network = network([20], inputs: 10, outputs: 30, initializer)
            for (tensor, values) in zip(network.layout.tensors, drawn(network, seed: 1)) {
                #expect(values.allSatisfy { $0 == 0 } == (tensor.name == "bias"))
            }
        }
    }

    @Test func withoutAChoiceWeightsSuitTheActivationAfterThem() {
        #expect(Initializer.suited(to: .relu) == .kaimingNormal)
        #expect(Initializer.suited(to: .gelu) == .kaimingNormal && Initializer.suited(to: .selu) == .lecunNormal)
        for activation in [Activation.identity, .sigmoid, .tanh, .softmax] {
            #expect(Initializer.suited(to: activation) == .xavierUniform)
        }
        func weight(_ layer: Int, _ initializer: Initializer?) -> [Float] {
            drawn(network([50], inputs: 40, outputs: 30, initializer), seed: 9)[2 * layer]
        }
        // relu after the first layer, nothing after the last
        #expect(weight(0, nil) == weight(0, .kaimingNormal))
        #expect(weight(1, nil) == weight(1, .xavierUniform))
        #expect(weight(0, nil) != weight(0, .xavierUniform))
    }

    @Test func theSeedAloneDecidesTheBits() {
        let first = weights(.kaimingNormal, seed: 5)
        #expect(weights(.kaimingNormal, seed: 5) == first)
        for seed: UInt64 in [6, 5 | 1 << 32, 5 | 1 << 63] {
            let other = weights(.kaimingNormal, seed: seed)
            #expect(zip(first, other).count { $0 == $1 } < 10)
        }
    }

    @Test func eachTensorHasItsOwnStream() {
        // Layers of one shape would be equal if they shared a stream.
        let network = network([64, 64], inputs: 64, outputs: 64, .uniform(limit: 1))
        let tensors = drawn(network, seed: 7)
        for (a, b) in [(0, 2), (0, 4), (2, 4)] {
            #expect(tensors[a].count == 64 * 64)
            #expect(zip(tensors[a], tensors[b]).count { $0 == $1 } < 10)
        }
    }

    /// Element i is a function of the stream's block i, so a wider layer begins with the same elements.
    @Test func aTensorsSizeDoesNotMoveItsNumbers() {
        let small = drawn(network([], inputs: 3, outputs: 2, .uniform(limit: 1)), seed: 2)
        let large = drawn(network([], inputs: 5, outputs: 4, .uniform(limit: 1)), seed: 2)
        #expect(small[0] == Array(large[0].prefix(6)))
    }

    // MARK: Text

    @Test(arguments: [
        ("xavier-uniform", Initializer.xavierUniform), ("xavier-normal", .xavierNormal),
        ("kaiming-uniform", .kaimingUniform), ("kaiming-normal", .kaimingNormal),
        ("kaiming-uniform-fan-out", .kaimingUniformFanOut), ("kaiming-normal-fan-out", .kaimingNormalFanOut),
        ("lecun-uniform", .lecunUniform), ("lecun-normal", .lecunNormal), ("orthogonal", .orthogonal),
        ("zeros", .zeros), ("constant:-0.5", .constant(-0.5)), ("normal:0.05", .normal(standardDeviation: 0.05)),
        ("uniform:0.1", .uniform(limit: 0.1)),
    ])
    func textAndInitializerAreTheSameThing(text: String, initializer: Initializer) {
        #expect(Initializer(text) == initializer)
        #expect(initializer.description == text)
    }

    @Test(arguments: [0.1, 1.0 / 3, Double.leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func textKeepsEveryBitOfAWidth(width: Double) {
        for initializer in [Initializer.normal(standardDeviation: width), .uniform(limit: width)] {
            #expect(Initializer(initializer.description) == initializer)
        }
    }

    @Test(arguments: [
        "", ":", "xavier", "Xavier-Uniform", "xavier-uniform:", "kaiming-normal:1", "normal", "normal:", "normal:x",
        "normal:0", "normal:-0.1", "normal:nan", "normal:inf", "normal:0.1:2", "uniform", "uniform:1,5", " normal:1",
        "normal: 1", "uniform:1e999", "constant", "constant:nan", "zeros:0", "orthogonal:1",
    ])
    func otherTextIsRefused(text: String) {
        #expect(Initializer(text) == nil)
    }
}

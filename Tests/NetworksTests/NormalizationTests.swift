import Kernels
import Layers
import Networks
import TestSupport
import Testing

/// Normalisations against the reference, and the reference against finite differences.
@Suite struct NormalizationTests {
    private static func dense(_ inputs: Int, _ outputs: Int, _ activation: Activation = .tanh) -> Dense {
        Dense(inputShape: [inputs], outputs: outputs, activation: activation, initializer: .xavierUniform)
    }

    private static let networks: [(name: String, inputShape: [Int], layers: [any Layer])] = [
        ("batch", [5], [BatchNormalization(inputShape: [5])]),
        (
            "batch with functions of z and of y", [5],
            [
                dense(5, 20), BatchNormalization(inputShape: [20], activation: .gelu, epsilon: 0.01), dense(20, 6),
                BatchNormalization(inputShape: [6], activation: .sigmoid, hasScale: false),
            ]
        ),
        (
            "batch without numbers of its own", [5],
            [BatchNormalization(inputShape: [5], hasScale: false, hasShift: false)]
        ),
        ("batch of images", [3, 2, 17], [BatchNormalization(inputShape: [3, 2, 17], activation: .relu)]),
        ("layer", [5], [dense(5, 20), GroupNormalization(.layer, inputShape: [20], activation: .silu)]),
        (
            "layer of images", [3, 2, 5],
            [GroupNormalization(.layer, inputShape: [3, 2, 5], activation: .tanh, hasShift: false)]
        ),
        ("group", [3, 2, 6], [GroupNormalization(.group(3), inputShape: [3, 2, 6], epsilon: 0.1)]),
        ("group of vectors", [6], [GroupNormalization(.group(2), inputShape: [6], hasScale: false)]),
        ("instance", [3, 4, 18], [GroupNormalization(.instance, inputShape: [3, 4, 18], activation: .relu)]),
        (
            "several", [4, 3],
            [
                GroupNormalization(.instance, inputShape: [4, 3]), BatchNormalization(inputShape: [4, 3]),
                GroupNormalization(.layer, inputShape: [4, 3], activation: .tanh), dense(12, 8),
                BatchNormalization(inputShape: [8]),
            ]
        ),
    ]

    @Test(arguments: networks.indices)
    func thePassHasTheReferencesLossAndGradients(index: Int) throws {
        let example = Self.networks[index]
        // Each path sums over rows and places, twice at a normalisation, at most 7 · 12, and over 20 products a layer, with values
        // of some units, that a normalisation divides by deviations of 0.2 and more.
        try LayerExample(inputShape: example.inputShape, rows: 7, example.layers)
            .expectTheReferencesGradients(within: 1600 * Double(Float.ulpOfOne))
    }

    @Test(arguments: networks.indices)
    func theReferencesGradientsAreItsDifferences(index: Int) {
        let example = Self.networks[index]
        LayerExample(inputShape: example.inputShape, rows: 7, example.layers).expectTheReferencesDifferences()
    }

    /// The variance of values near 1,000 that differ by thousandths, as sums of squares in Float could not say.
    @Test func aLargeMeanHidesNoSmallVariance() throws {
        let layer = BatchNormalization(inputShape: [1], hasScale: false, hasShift: false, epsilon: 0)
        let network = Network(
            inputShape: [1],
            layers: [layer, Dense(inputShape: [1], outputs: 1, activation: .identity, initializer: .zeros)],
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 1))
        let features = FloatBuffer(count: 4)
        _ = features.view.pointer.update(fromContentsOf: [1000, 1000.0078125, 1000, 1000.0078125])
        let parameters = network.initialParameters(seed: 0)
        for tensor in network.layout.tensors { parameters.view.slice(tensor).pointer.update(repeating: 1) }
        let outputs = try FullPass(network, rows: 4).outputs(features.view, parameters: parameters.view)
        // Two dense layers of one weight and a bias of 1.
        #expect(outputs == [1, 3, 1, 3])
    }

    /// With running statistics a sample's output depends on no other.
    @Test func aFrozenBatchNormalizationUsesItsRunningStatistics() throws {
        let objective = Objective(
            loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 2)
        let norm = BatchNormalization(inputShape: [3], activation: .relu, epsilon: 0.25)
        func node(_ name: String, _ layer: any Layer, _ input: Int, isTrainable: Bool) -> Node {
            Node(name: name, layer: layer, inputs: [input], isTrainable: isTrainable, rate: 1)
        }
        let network = Network(
            inputShape: [3],
            nodes: [
                node("first", Self.dense(3, 3, .identity), 0, isTrainable: true),
                node("norm", norm, 1, isTrainable: false),
                node("output", Self.dense(3, 2, .identity), 2, isTrainable: true),
            ], objective: objective)
        #expect(network.meetingCount == 0)
        var random = TestRandom(seed: 2)
        let parameters = network.initialParameters(seed: 1)
        let flat = parameters.view.slice(network.layout.nodeRanges[1])
        let (ranges, statistics) = (norm.tensorRanges.map(flat.slice), norm.statisticRanges(in: flat))
        for values in ranges + [statistics[0]] { _ = values.pointer.update(fromContentsOf: random.floats(3)) }
        for channel in 0..<3 { statistics[1][channel] = 0.5 + random.float() * random.float() }

        let features = FloatBuffer(count: 15)
        _ = features.view.pointer.update(fromContentsOf: random.floats(15))
        let outputs = try FullPass(network, rows: 5).outputs(features.view, parameters: parameters.view)
        func matrix(_ node: Int) -> [Double] {
            let range = network.layout.tensors.first { $0.layer == network.nodes[node].name }.map {
                $0.offset..<$0.offset + $0.count
            }
            return parameters.view.slice(range ?? 0..<0).array.map(Double.init)
        }
        let (first, last) = (matrix(0), matrix(2))
        for row in 0..<5 {
            let x = (0..<3).map { Double(features.view[3 * row + $0]) }
            let y = (0..<3).map { j in
                let z = (0..<3).reduce(0) { $0 + first[3 * j + $1] * x[$1] }
                let normalized = (z - Double(statistics[0][j])) / (Double(statistics[1][j]) + 0.25).squareRoot()
                return max(0, Double(ranges[0][j]) * normalized + Double(ranges[1][j]))
            }
            for output in 0..<2 {
                let expected = (0..<3).reduce(0) { $0 + last[3 * output + $1] * y[$1] }
                #expect(abs(Double(outputs[2 * row + output]) - expected) <= 64 * Double(Float.ulpOfOne))
            }
        }
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        let targets = FloatBuffer(count: 10)
        _ = try FullPass(network, rows: 5).train(
            features.view, .values(targets.view), totalWeight: 5, parameters: parameters.view, gradients: gradients.view
        )
        // ∂L/∂first by differences of the formula above.
        func loss(_ first: [Double]) -> Double {
            (0..<5).reduce(0) { sum, row in
                let y = (0..<3).map { j in
                    let z = (0..<3).reduce(0) { $0 + first[3 * j + $1] * Double(features.view[3 * row + $1]) }
                    let normalized = (z - Double(statistics[0][j])) / (Double(statistics[1][j]) + 0.25).squareRoot()
                    return max(0, Double(ranges[0][j]) * normalized + Double(ranges[1][j]))
                }
                return sum
                    + (0..<2).reduce(0) { sum, output in
                        let value = (0..<3).reduce(0) { $0 + last[3 * output + $1] * y[$1] }
                        return sum + value * value / 2 / 5
                    }
            }
        }
        let found = gradients.view.slice(network.layout.tensors[0]).array
        for index in 0..<9 {
            var (below, above) = (first, first)
            below[index] -= 1e-6
            above[index] += 1e-6
            let slope = (loss(above) - loss(below)) / 2e-6
            #expect(abs(Double(found[index]) - slope) <= 1e-5 + 1e-4 * abs(slope))
        }
    }
}

import Kernels
import Layers
import Networks
import RecurrentLayers
import TestSupport
import Testing

/// Networks with transposed convolutions against the reference, and the reference against finite differences.
@Suite struct TransposedConvolutionTests {
    private static func network(
        _ words: String, _ shape: [Int], precision: Precision = .fp32, initializer: Initializer? = nil
    ) throws -> Network {
        try Network(
            inputShape: shape, axes: shape.count == 3 ? "HWC" : "TC", items: NetworkReader.all.items(of: words),
            activation: .tanh,
            objective: Objective(
                loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3),
            initializer: initializer, precision: precision)
    }

    private static func example(_ index: Int, rows: Int, precision: Precision = .fp32) throws -> LayerExample {
        let (words, shape) = networks[index]
        let layers = try network(words, shape, precision: precision).nodes.dropLast().map(\.layer)
        return LayerExample(inputShape: shape, rows: rows, layers, precision: precision)
    }

    private static let networks: [(words: String, shape: [Int])] = [
        ("transposed-conv 3 3x3", [3, 4, 2]),
        // A second one needs the gradient of its input.
        ("transposed-conv 3 3x2 stride=2, transposed-conv 18 2x3 stride=1x2 activation=gelu bias=no", [2, 3, 2]),
        ("conv 6 3x3, transposed-conv 4 3x3 groups=2 stride=2 activation=sigmoid, depthwise 2 stride=2", [3, 2, 2]),
        ("transposed-conv 5 2 stride=3 pad=valid, average-pool 2", [3, 2, 2]),
        ("transposed-conv 17 3x2 dilation=2x1 pad=1.0.0.1 stride=1x2, global-average-pool", [3, 3, 16]),
        ("transposed-conv 4 1 stride=2 activation=identity, conv 4 1 stride=2", [3, 2, 3]),
        ("transposed-conv 3 3 pad=3", [6, 5, 2]),
        (
            "transposed-conv 5 3 stride=2, transposed-conv 4 4 pad=1.2 dilation=2 groups=1 activation=silu, flatten",
            [5, 2]
        ),
        ("transposed-conv 6 5 groups=3 stride=2 activation=softplus, flatten", [4, 6]),
    ]

    @Test(arguments: networks.indices, Precision.allCases)
    func thePassHasTheReferencesLossAndGradients(index: Int, precision: Precision) throws {
        // Each path sums over rows and places, at most 7 · 48, and over at most 54 products a layer, with values of some units.
        // Operands of bfloat16 have 8 bits.
        let unit = precision == .fp32 ? Double(Float.ulpOfOne) : 0x1p-8
        try Self.example(index, rows: 7, precision: precision)
            .expectTheReferencesGradients(within: (precision == .fp32 ? 800 : 24) * unit)
    }

    @Test(arguments: networks.indices)
    func theReferencesGradientsAreItsDifferences(index: Int) throws {
        try Self.example(index, rows: 3).expectTheReferencesDifferences()
    }

    /// The number of neurons is that of filters, whatever reads them: initializers, norms and parts go by neurons.
    @Test func theWeightsOfAFilterLieTogether() throws {
        let network = try Self.network(
            "transposed-conv 6 3x3 stride=2 groups=2", [4, 4, 8], initializer: .orthogonal)
        let weight = network.layout.tensors[0]
        #expect(weight.shape == [6, 4, 3, 3] && network.layout.tensors[1].shape == [6])
        let parameters = network.initialParameters(seed: 3)
        let filters = (0..<6).map { parameters.view.slice(weight.offset + $0 * 36, 36).array.map(Double.init) }
        for (index, filter) in filters.enumerated() {
            for other in 0...index {
                let product = zip(filter, filters[other]).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(product - (index == other ? 1 : 0)) < 1e-6)
            }
        }
    }

    /// With strides an output is in a part of the windows: each of these sums over 4 · 9 / 4 values on average.
    @Test func stridesCountAmongTheValuesThatAreSummed() throws {
        func fans(_ words: String) throws -> [Int] {
            let tensor = try Self.network(words, [4, 4, 4]).nodes[0].layer.tensors[0]
            return [tensor.fanIn, tensor.fanOut]
        }
        #expect(try fans("transposed-conv 6 3x3") == [36, 54])
        #expect(try fans("transposed-conv 6 3x3 stride=2") == [9, 54])
        #expect(try fans("transposed-conv 6 1 stride=3") == [1, 6])
    }
}

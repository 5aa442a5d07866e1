import Kernels
import Layers
import Networks
import TestSupport
import Testing

/// Networks with convolutions against the reference, and the reference against finite differences.
@Suite struct ConvolutionNetworkTests {
    private typealias Pair = ConvolutionShape.Pair

    private static func convolution(
        _ size: (Int, Int), _ inputs: Int, _ outputs: Int, _ window: (Int, Int), _ activation: Activation = .tanh,
        bias: Bool = true, isSequence: Bool = false, precision: Precision = .fp32,
        set: (inout ConvolutionShape) -> Void = { _ in }
    ) -> Convolution {
        var shape = ConvolutionShape(
            inputSize: Pair(size.0, size.1), inputChannels: inputs, outputChannels: outputs,
            window: Pair(window.0, window.1))
        set(&shape)
        return Convolution(
            shape, isSequence: isSequence, activation: activation, hasBias: bias, initializer: .xavierUniform,
            format: OperandFormat(precision))
    }

    private static func padded(_ shape: inout ConvolutionShape) {
        (shape.paddingBefore, shape.paddingAfter) = (Pair(1, 1), Pair(1, 1))
    }

    private static func images(_ precision: Precision) -> [[any Layer]] {
        [
            [convolution((5, 4), 2, 3, (3, 3), precision: precision)],
            // A second convolution needs the gradient of its input.
            [
                convolution((5, 4), 2, 3, (3, 3), precision: precision, set: padded),
                convolution((5, 4), 3, 18, (3, 2), .gelu, bias: false, precision: precision),
            ],
            [
                convolution((5, 4), 2, 6, (3, 3), .sigmoid, precision: precision, set: padded),
                convolution((5, 4), 6, 6, (3, 3), precision: precision) { ($0.groups, $0.stride) = (6, Pair(2, 1)) },
                convolution((2, 2), 6, 4, (1, 1), .identity, precision: precision) { $0.groups = 2 },
            ],
        ]
    }

    @Test(arguments: 0..<3, Precision.allCases)
    func thePassHasTheReferencesLossAndGradients(index: Int, precision: Precision) throws {
        // Each path sums over rows and places, 7 · 20, and over at most 54 products a layer, with values of some units.
        // Operands of bfloat16 have 8 bits.
        let unit = precision == .fp32 ? Double(Float.ulpOfOne) : 0x1p-8
        try LayerExample(inputShape: [5, 4, 2], rows: 7, Self.images(precision)[index], precision: precision)
            .expectTheReferencesGradients(within: (precision == .fp32 ? 800 : 24) * unit)
    }

    @Test(arguments: 0..<3)
    func theReferencesGradientsAreItsDifferences(index: Int) {
        LayerExample(inputShape: [5, 4, 2], rows: 3, Self.images(.fp32)[index]).expectTheReferencesDifferences()
    }

    @Test func sequencesAreImagesOfOneRow() throws {
        let example = LayerExample(
            inputShape: [9, 2], rows: 5,
            [
                Self.convolution((1, 9), 2, 5, (1, 3), isSequence: true) {
                    ($0.paddingBefore, $0.paddingAfter, $0.dilation) = (Pair(0, 2), Pair(0, 2), Pair(1, 2))
                },
                Self.convolution((1, 9), 5, 4, (1, 4), isSequence: true) { $0.stride = Pair(1, 2) },
            ])
        #expect(example.network.layout.tensors.map(\.shape) == [[5, 2, 3], [5], [4, 5, 4], [4], [3, 12], [3]])
        try example.expectTheReferencesGradients(within: 800 * Double(Float.ulpOfOne))
        example.expectTheReferencesDifferences()
    }

    // MARK: Pooling

    private static let pools: [(name: String, shape: PoolingShape)] = [
        ("maximum", pool(.maximum, (2, 2), (2, 2))),
        ("maximum of overlapping windows, padded", pool(.maximum, (3, 2), (2, 1), before: (1, 0), after: (1, 1))),
        ("mean", pool(.average, (2, 2), (1, 2))),
        ("mean without the padding", pool(.average, (3, 3), (2, 2), before: (1, 1), after: (1, 1))),
        ("mean with the padding", pool(.averageWithPadding, (3, 3), (2, 2), before: (1, 1), after: (1, 1))),
        ("mean of the whole image", pool(.average, (5, 4), (1, 1))),
    ]

    private static func pool(
        _ kind: PoolingShape.Kind, _ window: (Int, Int), _ stride: (Int, Int), before: (Int, Int) = (0, 0),
        after: (Int, Int) = (0, 0)
    ) -> PoolingShape {
        var geometry = ConvolutionShape(
            inputSize: Pair(5, 4), inputChannels: 3, outputChannels: 3, window: Pair(window.0, window.1))
        geometry.stride = Pair(stride.0, stride.1)
        (geometry.paddingBefore, geometry.paddingAfter) = (Pair(before.0, before.1), Pair(after.0, after.1))
        return PoolingShape(kind, geometry)
    }

    private static func pooled(_ index: Int, rows: Int) -> LayerExample {
        LayerExample(
            inputShape: [5, 4, 2], rows: rows,
            [convolution((5, 4), 2, 3, (3, 3), set: padded), Pooling(pools[index].shape)])
    }

    @Test(arguments: pools.indices)
    func poolingHasTheReferencesLossAndGradients(index: Int) throws {
        try Self.pooled(index, rows: 7).expectTheReferencesGradients(within: 800 * Double(Float.ulpOfOne))
    }

    @Test(arguments: pools.indices)
    func poolingsReferenceHasItsDifferences(index: Int) {
        Self.pooled(index, rows: 3).expectTheReferencesDifferences()
    }
}

import Kernels
import Layers
import Networks
import TestSupport
import Testing

/// Layers with meetings, and layers whose gradients are computed for each shard, against the reference.
@Suite struct MeetingTests {
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

    @Test(arguments: networks.indices)
    func thePassHasTheReferencesLossAndGradients(index: Int) throws {
        // Each path sums over the rows, twice at a meeting, and over at most 6 inputs and outputs a layer, with values of
        // some units: some 60 roundings.
        try LayerExample(inputShape: [5], rows: 7, Self.networks[index].layers)
            .expectTheReferencesGradients(within: 60 * 4 * Double(Float.ulpOfOne))
    }

    @Test(arguments: networks.indices)
    func theReferencesGradientsAreItsDifferences(index: Int) {
        LayerExample(inputShape: [5], rows: 7, Self.networks[index].layers).expectTheReferencesDifferences()
    }
}

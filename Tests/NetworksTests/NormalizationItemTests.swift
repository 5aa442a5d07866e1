import Kernels
import Layers
import RecurrentLayers
import TestSupport
import Testing

@testable import Networks

/// Normalisations in words: where they stand, what they are called, and what is refused.
@Suite struct NormalizationItemTests {
    private static func network(_ text: String, _ shape: [Int]) throws -> Network {
        try Network(
            inputShape: shape, axes: shape.count == 3 ? "HWC" : nil, items: NetworkReader.all.items(of: text),
            activation: .relu,
            objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3))
    }

    private static func names(_ tensors: [ParameterLayout.Tensor]) -> [String] {
        tensors.map { "\($0.layer)/\($0.name) \($0.shape.map(String.init).joined(separator: "×"))" }
    }

    @Test func aNormalisationStandsBetweenTheLinearPartAndItsActivation() throws {
        let network = try Self.network("conv 8 3x3 norm=batch activation=gelu epsilon=0.1", [5, 5, 2])
        #expect(
            Self.names(network.layout.tensors) == [
                "conv1/weight 8×2×3×3", "conv1/scale 8", "conv1/shift 8", "output/weight 3×200", "output/bias 3",
            ])
        #expect(Self.names(network.layout.statistics) == ["conv1/mean 8", "conv1/variance 8"])
        let layers = network.nodes.map(\.layer)
        #expect((layers[0] as? Convolution)?.activation == .identity)
        let norm = try #require(layers[1] as? BatchNormalization)
        #expect((norm.activation, norm.epsilon, norm.momentum) == (.gelu, 0.1, 0.9))
        #expect(network.layersWithTensors == ["conv1", "output"])
        #expect(network.lines[0].nodes == [0, 1])
    }

    @Test func onlyBatchNormalisationTakesTheBias() throws {
        for (text, tensors) in [
            ("20 norm=batch", ["weight", "scale", "shift"]), ("20 norm=layer", ["weight", "bias", "scale", "shift"]),
            ("reshape 3x2x1, transposed-conv 8 3 norm=batch", ["weight", "scale", "shift"]),
            ("20 norm=group:4 bias=no", ["weight", "scale", "shift"]),
            ("20, batch-norm", ["weight", "bias", "scale", "shift"]),
            ("20, layer-norm scale=no shift=no", ["weight", "bias"]),
        ] {
            let found = try Self.network(text, [6]).layout.tensors.filter { $0.layer != "output" }.map(\.name)
            #expect(found == tensors, "\(text)")
        }
    }

    @Test func runningStatisticsBeginAtTheStandardNormalAndWeightDecaySparesScaleAndShift() throws {
        let network = try Self.network("4 norm=batch", [6])
        let parameters = network.initialParameters(seed: 3)
        let values = network.layout.all.filter { ["scale", "shift", "mean", "variance"].contains($0.name) }
            .map { parameters.view.slice($0).array }
        #expect(values == [[1, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1]])
        #expect(network.layout.tensors.filter(\.isWeight).map(\.name) == ["weight", "weight"])
        #expect(network.layout.parameterCount == 6 * 4 + 8 + 4 * 3 + 3)
    }

    @Test func aProjectionHasTheLastNormalisationOfItsBlock() throws {
        let network = try Self.network(
            "residual [conv 8 3 norm=layer stride=2, conv 8 3 norm=batch momentum=0.5 activation=identity]", [6, 6, 2])
        let project = network.nodes.filter { $0.name == "residual1/project" }.map(\.layer)
        #expect(project.count == 2 && project[0] is Convolution)
        #expect((project[1] as? BatchNormalization)?.momentum == 0.5)
        #expect(network.lines.map(\.nodes) == [[4, 5, 6, 7], [0, 1], [2, 3], [8]])
    }

    @Test func theShortTextLeavesOutWhatIsUsualAndTheFullOneHasAllThatMeansSomething() throws {
        let items = try NetworkReader.all.items(
            of: "64, 8 norm=batch statistics=minibatch momentum=0.90, 4 norm=group:02")
        #expect(items.shortText == "64, dense 8 norm=batch, dense 4 norm=group:2")
        #expect(
            items.fullText == """
                dense 64 bias=yes norm=none trainable=yes rate=1, \
                dense 8 bias=yes norm=batch epsilon=1e-05 momentum=0.9 statistics=minibatch trainable=yes rate=1, \
                dense 4 bias=yes norm=group:2 epsilon=1e-05 trainable=yes rate=1
                """)
        #expect(try NetworkReader.all.items(of: items.fullText) == items)
    }

    @Test func whatDoesNotFitIsRefused() {
        for (text, shape, problem) in [
            ("10 norm=group:4", [6], NetworkItemError.Problem.channelGroupsDoNotDivide(4, channels: 10)),
            ("conv 6 3, group-norm 4", [5, 5, 2], .channelGroupsDoNotDivide(4, channels: 6)),
            ("10, instance-norm", [6], .oneValueToNormalize([10])),
            ("10 norm=group:10", [6], .oneValueToNormalize([10])),
            ("layer-norm", [1], .oneValueToNormalize([1])),
        ] {
            let error = #expect(throws: NetworkItemError.self) { try Self.network(text, shape) }
            #expect(error?.problem == problem, "\(text)")
        }
    }
}

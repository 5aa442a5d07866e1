import Datasets
import Kernels
import Layers
import Models
import Networks
import RecurrentLayers
import RunSettings
import Splits
import Stepping
import Testing

@testable import Interchange
@testable import ONNXNetworks
@testable import PortableNetworks
@testable import Runs

/// A network in words with new parameters, which are no round numbers anywhere.
struct NetworkExample: Sendable, CustomTestStringConvertible {
    var layers: String
    var shape = [8, 6, 2]
    var axes: String? = "HWC"
    var hasLengths = false
    var labelsAreOfSteps = false
    var isRegression = false
    var standardization = Standardization.none

    var testDescription: String { layers }

    func checkpoint() throws -> Checkpoint {
        var configuration = Configuration()
        configuration.layers = layers.isEmpty ? [] : try NetworkReader.all.items(of: layers)
        configuration.activation = .tanh
        var features = FeatureSchema(
            sampleShape: shape, axes: axes, names: nil, categories: [], elementType: "float32", scale: 1, offset: 0,
            standardization: standardization, missing: .init(policy: .refuse, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(count: 1))
        features.hasLengths = hasLengths
        var labels =
            isRegression
            ? LabelSchema(kind: .numbers, classNames: [], width: 2)
            : LabelSchema(kind: .classes, classNames: ["low", "middle", "high"], width: 1)
        labels.areOfSteps = labelsAreOfSteps
        if isRegression { (labels.means, labels.deviations) = ([20, -3], [4, 0.5]) }
        let model = try Model(
            configuration: configuration, loss: isRegression ? .meanSquaredError : .crossEntropy,
            schema: Schema(features: features, labels: labels))
        let parameters = model.network.initialParameters(seed: 18)
        for (index, tensor) in model.network.layout.all.enumerated() {
            let values = parameters.view.slice(tensor)
            for element in 0..<values.count {
                // Biases and statistics begin at 0 and 1.
                values[element] += 0.01 * Float((7 * element + 3 * index) % 11)
            }
        }
        return Checkpoint(model: model, parameters: parameters)
    }

    /// Networks with every kind of layer.
    static let all: [NetworkExample] =
        [
            "", "12, dense 7 bias=no activation=gelu", "flatten, batch-norm, dropout 0.2, 9",
            "conv 5 3x3 norm=batch activation=relu, max-pool 2, conv 4 3x2 stride=2x1 pad=1.0.2.1 dilation=1x2, 10",
            "depthwise 3x3 activation=leaky-relu, conv 6 1x1 groups=2, average-pool 3x2 stride=2 pad=1, 9",
            "conv 4 3x3 activation=silu, average-pool 3 stride=2 pad=1 padding=counted ceil=yes, flatten, layer-norm, 9",
            "conv 4 3x3 pad=valid, global-average-pool, 5", "conv 4 3x3 norm=group:2, max-pool 3 stride=2 ceil=yes, 9",
            "conv 4 3x3, instance-norm, dropout2d 0.3, conv 4 3x3 norm=layer activation=elu, 8",
            "conv 4 3x3 stride=2, transposed-conv 3 3x3 stride=2 activation=selu, 8",
            "conv 4 3x3, transposed-conv 6 2x3 stride=3x2 groups=2 pad=0.1.1.0 dilation=1, 8",
            "transposed-conv 4 1x1 stride=2 norm=batch, 8",
            "conv 4 3x3 bias=no, residual [conv 4 3x3 norm=batch activation=relu, conv 4 3x3 norm=batch activation=identity]"
                + " activation=relu, residual [conv 6 3x3 stride=2, conv 6 3x3] project=yes, 9",
            "20, residual [20, residual [20, dense 20 activation=identity]], residual [10 , 6], 5",
            "24, reshape 3x4x2, conv 4 2x2, 7", "24, reshape 6x4, conv 4 3, max-pool 2, 7",
            "9, activation softmax, 8, activation log-softmax, 7, activation sign, 6, activation step, 5",
            "dense 8 activation=softplus, dense 8 activation=gelu-tanh, dense 8 activation=sigmoid",
        ].map { NetworkExample(layers: $0) }
        + [
            "rnn 5", "lstm 6 returns=mean", "gru 5 reset=before, lstm 4 bidirectional=yes", "gru 5 returns=max",
            "gru 6 bidirectional=yes layers=2 dropout=0.2 returns=mean", "lstm 6 bidirectional=yes returns=max, 7",
            "conv 4 3 activation=relu, max-pool 2, gru 5", "conv 4 3 stride=2 pad=valid, lstm 5, dropout 0.2",
            "residual [gru 3 returns=sequence, gru 3 returns=sequence], dense 4, layer-norm, rnn 4 bidirectional=yes",
        ].flatMap { layers in
            [
                NetworkExample(layers: layers, shape: [9, 3], axes: "TC"),
                NetworkExample(layers: layers, shape: [9, 3], axes: "TC", hasLengths: true),
            ]
        }
        + [
            NetworkExample(layers: "embedding 5 entries=11, gru 4", shape: [7], axes: "T"),
            NetworkExample(
                layers: "embedding 5 entries=11 padding=0, lstm 4 returns=mean", shape: [7, 1], axes: "TC",
                hasLengths: true),
            NetworkExample(layers: "gru 5, dense 4", shape: [9, 3], axes: "TC", labelsAreOfSteps: true),
            NetworkExample(
                layers: "conv 4 3, gru 5", shape: [9, 3], axes: "TC", hasLengths: true, labelsAreOfSteps: true),
            NetworkExample(layers: "8", shape: [5], axes: nil, isRegression: true),
            NetworkExample(
                layers: "8", shape: [4], axes: nil,
                standardization: Standardization(
                    kind: .feature, grouping: .each, shift: [1, 2000, -3, 4], divisor: [2, 0.5, 0, 3])),
            NetworkExample(
                layers: "conv 3 3x3, 5", shape: [2, 6, 5], axes: "CHW",
                standardization: Standardization(
                    kind: .channel, grouping: .firstAxis(2), shift: [1, 2], divisor: [3, 4])),
            NetworkExample(
                layers: "gru 4", shape: [9, 2], axes: "TC", hasLengths: true,
                standardization: Standardization(
                    kind: .channel, grouping: .lastAxis(2), shift: [1, 2], divisor: [3, 4])),
            NetworkExample(
                layers: "conv 3 3x3, 5", shape: [6, 5], axes: "HW",
                standardization: Standardization(kind: .all, grouping: .all, shift: [10], divisor: [4])),
        ]
}

extension Checkpoint {
    /// The outputs of the network on samples in its own order.
    func outputs(_ samples: [Float]) throws -> [Float] {
        let shape = model.network.inputShape
        let buffer = FloatBuffer(count: samples.count)
        for (index, value) in samples.enumerated() { buffer.view[index] = value }
        var matrix = FeatureMatrix(.floats(buffer), sampleShape: shape, scale: 1, offset: 0)
        matrix = model.schema.features.hasLengths ? matrix.fitting(steps: shape[0]) : matrix
        return try Inference(network: model.network, workerCount: 1)
            .outputs(of: matrix, parameters: networkParameters).array
    }

    /// All parameters and statistics, by their names.
    var tensors: [String: [Float]] {
        Dictionary(
            uniqueKeysWithValues: model.network.layout.all.map {
                ("\($0.layer)/\($0.name)", parameters.view.slice($0).array)
            })
    }
}

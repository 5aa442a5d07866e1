import Datasets
import Kernels
import Layers
import Models
import Networks
import RunSettings
import Runs
import Splits
import Stepping
import TestSupport
import Testing

@testable import Interchange
@testable import KerasNetworks
@testable import PortableNetworks

/// A network, as a checkpoint that has taken no step, with parameters that are all different.
struct KerasCase: Sendable, CustomTestStringConvertible {
    let name: String
    let words: String
    let shape: [Int]
    var axes: String?
    var hasLengths = false
    var loss = Loss.crossEntropy
    var outputActivation: Activation?
    var outputs = 3
    var isOfSteps = false
    /// What the schema does to raw values; nil for nothing.
    var scaling: Scaling?
    /// Whether the measurements are standardised.
    var standardizesTargets = false
    /// Whether a network that is read back has the same parameters: all but kernels that Keras holds with zeros in them.
    var keepsParameters = true

    enum Scaling: Sendable { case ofFile, ofChannels, ofEach, withConstant }

    var testDescription: String { name }

    func model() throws -> Model {
        var configuration = Configuration()
        configuration.layers = words.isEmpty ? [] : try NetworkReader.all.items(of: words)
        configuration.outputActivation = outputActivation
        var features = FeatureSchema(
            sampleShape: shape, axes: axes, names: nil, categories: [], elementType: "float32", scale: 1, offset: 0,
            standardization: .none, missing: .init(policy: .refuse, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(count: 1))
        features.hasLengths = hasLengths
        if let scaling { scale(&features, scaling) }
        let isOfClasses = loss == .crossEntropy || loss == .binaryCrossEntropy && outputs == 1
        var labels = LabelSchema(
            kind: isOfClasses ? .classes : loss == .binaryCrossEntropy ? .binary : .numbers,
            classNames: isOfClasses ? (0..<max(2, outputs)).map { "class \($0)" } : [], width: isOfClasses ? 1 : outputs
        )
        labels.areOfSteps = isOfSteps
        if standardizesTargets {
            labels.means = (0..<outputs).map { 20 + Double($0) }
            labels.deviations = (0..<outputs).map { 3 + Double($0) }
        }
        return try Model(configuration: configuration, loss: loss, schema: Schema(features: features, labels: labels))
    }

    private func scale(_ features: inout FeatureSchema, _ scaling: Scaling) {
        func standardization(_ grouping: FeatureGrouping, _ count: Int, constant: Bool = false) -> Standardization {
            Standardization(
                kind: .feature, grouping: grouping, shift: (0..<count).map { 1 + Double($0) / 7 },
                divisor: (0..<count).map { constant && $0 == 1 ? 0 : 0.5 + Double($0) / 3 })
        }
        let count = features.featureCount
        switch scaling {
        case .ofFile: (features.scale, features.offset) = (0.25, 0.5)
        case .ofChannels:
            let channels = shape[shape.count - 1]
            features.standardization = standardization(.lastAxis(channels), channels)
        case .ofEach: features.standardization = standardization(.each, count)
        case .withConstant: features.standardization = standardization(.each, count, constant: true)
        }
    }

    func checkpoint() throws -> Checkpoint {
        let model = try model()
        let parameters = model.network.initialParameters(seed: 1)
        var random = TestRandom(seed: 2)
        for tensor in model.network.layout.all {
            let values = parameters.view.slice(tensor)
            for index in 0..<values.count {
                values[index] = tensor.name == "variance" ? 1.5 + random.float() : values[index] + 0.3 * random.float()
            }
        }
        return Checkpoint(
            model: model, fingerprint: DataFingerprint([]), progress: TrainingProgress(), history: [],
            parameters: parameters, slots: [])
    }

    /// Raw samples [rows, shape…], with zeros beyond the ends of sequences.
    struct Samples {
        let rows: Int
        var values: [Float]
        /// Of each sample; nil if all are as long.
        var lengths: [Int]?
    }

    func samples(rows: Int = 5) -> Samples {
        var random = TestRandom(seed: 3)
        let isOfIDs = words.hasPrefix("embedding")
        var values = (0..<rows * shape.reduce(1, *)).map { _ in
            isOfIDs ? Float(random.integer(below: 10)) : 1 + random.float()
        }
        guard hasLengths else { return Samples(rows: rows, values: values) }
        let lengths = (0..<rows).map { shape[0] - $0 }
        let width = shape.dropFirst().reduce(1, *)
        for (row, length) in lengths.enumerated() {
            for index in length * width..<shape[0] * width { values[row * shape[0] * width + index] = 0 }
        }
        return Samples(rows: rows, values: values, lengths: lengths)
    }
}

extension Checkpoint {
    /// The network's outputs of raw samples [rows, shape…], in the unit of the data; of sequences with labels of steps those of valid
    /// steps alone.
    func outputs(of samples: KerasCase.Samples) throws -> [Float] {
        let features = model.schema.features
        let width = samples.values.count / samples.rows
        let stepWidth = features.featureCount
        var inputs: [Float] = []
        for (row, start) in stride(from: 0, to: samples.values.count, by: width).enumerated() {
            let count = samples.lengths.map { stepWidth * $0[row] } ?? width
            inputs += samples.values[start..<start + count]
        }
        if let scaling = InputScaling(features) {
            let count = scaling.factor.count
            inputs = inputs.enumerated().map {
                Float((Double($1) - scaling.shift[$0 % count]) * scaling.factor[$0 % count])
            }
        }
        let longest = samples.lengths.map { [$0.max() ?? 0] + features.sampleShape.dropFirst() }
        let matrix = FeatureMatrix(
            .floats(FloatBuffer(inputs)), sampleShape: longest ?? features.sampleShape, scale: 1, offset: 0,
            sequences: samples.lengths.map { SequenceOffsets(lengths: $0) })
        let buffer = try Inference(network: model.network, workerCount: 1).outputs(
            of: matrix, parameters: networkParameters)
        let outputs = buffer.values
        let labels = model.schema.labels
        guard !labels.means.isEmpty else { return outputs }
        return outputs.enumerated().map {
            Float(Double($1) * labels.deviations[$0 % labels.width] + labels.means[$0 % labels.width])
        }
    }
}

extension FloatBuffer {
    /// Its elements, which a view does not keep alive.
    var values: [Float] { withExtendedLifetime(self) { view.array } }
}

extension KerasCase {
    static let all: [KerasCase] = [
        KerasCase(name: "dense", words: "8, 6 activation=tanh", shape: [4], scaling: .ofEach),
        KerasCase(name: "dense-constant", words: "dense 8 activation=leaky-relu", shape: [4], scaling: .withConstant),
        KerasCase(name: "dense-image", words: "dense 8 activation=elu norm=batch", shape: [4, 5], scaling: .ofFile),
        KerasCase(
            name: "regression", words: "8 activation=selu, dropout 0.2, 5 activation=softplus", shape: [4],
            loss: .meanSquaredError, outputs: 2, standardizesTargets: true),
        KerasCase(
            name: "two-classes", words: "6 activation=gelu, layer-norm, activation silu", shape: [4],
            loss: .binaryCrossEntropy, outputs: 1),
        KerasCase(
            name: "several", words: "6 activation=softmax, activation log-softmax", shape: [4],
            loss: .binaryCrossEntropy,
            outputs: 3),
        KerasCase(
            name: "convolution",
            words:
                "conv 4 3x3, conv 4 3x2 stride=2 pad=1.1.0.1 norm=batch, conv 6 3 pad=valid dilation=2, dropout2d 0.1",
            shape: [11, 12, 2], axes: "HWC", scaling: .ofChannels),
        KerasCase(
            name: "grey", words: "conv 4 3 stride=2 groups=1 bias=no, max-pool 2, conv 6 3 groups=2", shape: [12, 12],
            axes: "HW", scaling: .ofFile),
        KerasCase(
            name: "strided-dilated", words: "conv 4 3 stride=2 dilation=2, conv 4 2 groups=2", shape: [9, 9, 2],
            axes: "HWC",
            keepsParameters: false),
        KerasCase(
            name: "pools",
            words: """
                conv 3 3, max-pool 3 stride=2 pad=same, conv 3 3, average-pool 2 stride=1 pad=same, \
                average-pool 3 stride=2 pad=1 padding=counted, max-pool 2 ceil=yes, global-average-pool
                """, shape: [15, 15, 1], axes: "HWC"),
        KerasCase(
            name: "residual",
            words: """
                conv 4 3, residual [conv 4 3 norm=batch, conv 4 3 activation=identity norm=batch], \
                residual [conv 6 3 stride=2 norm=batch, conv 6 3 activation=identity norm=batch], \
                residual [conv 8 3, conv 8 3 activation=identity] activation=tanh, global-average-pool
                """, shape: [8, 8, 2], axes: "HWC"),
        KerasCase(
            name: "residual-dense", words: "residual [8, 8 activation=identity], residual [8, 8], residual [5]",
            shape: [6], scaling: .ofEach),
        KerasCase(
            name: "depthwise", words: "depthwise 3 stride=2, conv 5 1, depthwise 3x3 pad=0 activation=tanh",
            shape: [10, 10, 3], axes: "HWC"),
        KerasCase(
            name: "transposed",
            words: """
                conv 4 3 stride=2, transposed-conv 3 3 stride=2, transposed-conv 2 4 stride=2 pad=1, \
                transposed-conv 2 2 stride=3 pad=0, transposed-conv 2 1 stride=2 pad=same bias=no
                """, shape: [6, 6, 1], axes: "HWC"),
        KerasCase(
            name: "transposed-groups",
            words: "transposed-conv 4 3 stride=2 groups=2, transposed-conv 2 2 dilation=2 stride=2",
            shape: [4, 4, 4], axes: "HWC", keepsParameters: false),
        KerasCase(
            name: "softmax-image", words: "conv 3 3 activation=softmax, activation log-softmax", shape: [4, 4, 2],
            axes: "HWC"),
        KerasCase(
            name: "norms",
            words: "conv 6 3 norm=layer, group-norm 3, instance-norm epsilon=1e-3, batch-norm scale=no shift=no",
            shape: [5, 5, 2], axes: "HWC"),
        KerasCase(name: "frozen", words: "6 trainable=no name=input, 4 name=mask", shape: [3]),
        KerasCase(name: "reshape", words: "reshape 4x4x3, conv 4 3, flatten, 6", shape: [48]),
        KerasCase(
            name: "series", words: "conv 4 3 pad=1.2, max-pool 2, conv 3 2 stride=2, flatten", shape: [12, 3],
            axes: "TC", scaling: .ofChannels),
        KerasCase(name: "lstm", words: "lstm 5, 4", shape: [7, 3], axes: "TC", scaling: .ofChannels),
        KerasCase(name: "gru", words: "gru 5 returns=max", shape: [7], axes: "T", scaling: .ofFile),
        KerasCase(name: "gru-before", words: "gru 5 reset=before returns=mean", shape: [7, 3], axes: "TC"),
        KerasCase(name: "rnn", words: "rnn 5 layers=2 bidirectional=yes dropout=0.2", shape: [7, 3], axes: "TC"),
        KerasCase(
            name: "bidirectional", words: "gru 4 bidirectional=yes returns=mean, 5", shape: [7, 3], axes: "TC"),
        KerasCase(
            name: "embedding", words: "embedding 4 entries=10, lstm 3 bidirectional=yes layers=2 returns=max",
            shape: [6], axes: "T"),
        KerasCase(
            name: "embedding-convolution", words: "embedding 4 entries=10, conv 3 3, global-average-pool", shape: [6],
            axes: "T"),
        KerasCase(
            name: "lengths",
            words:
                "lstm 5 bidirectional=yes returns=sequence, layer-norm, dense 4, gru 4 layers=2 bidirectional=yes returns=mean",
            shape: [8, 3], axes: "TC", hasLengths: true, scaling: .ofEach),
        KerasCase(
            name: "lengths-maximum", words: "lstm 4 returns=max, 5", shape: [8, 3], axes: "TC", hasLengths: true,
            scaling: .ofEach),
        KerasCase(
            name: "lengths-of-one", words: "conv 4 1, rnn 4 bidirectional=yes", shape: [8], axes: "T", hasLengths: true,
            scaling: .ofFile),
        KerasCase(
            name: "lengths-of-ids",
            words: "embedding 4 entries=10, residual [gru 4 returns=sequence], global-average-pool",
            shape: [8], axes: "T", hasLengths: true),
        KerasCase(
            name: "steps", words: "gru 4 reset=before bidirectional=yes, dense 3", shape: [8, 2], axes: "TC",
            hasLengths: true, isOfSteps: true),
        KerasCase(name: "steps-alone", words: "dense 3", shape: [8, 2], axes: "TC", hasLengths: true, isOfSteps: true),
        KerasCase(
            name: "steps-of-one-length", words: "lstm 4", shape: [6, 2], axes: "TC", loss: .binaryCrossEntropy,
            outputs: 2,
            isOfSteps: true),
    ]
}

import Checks
import Datasets
import Kernels
import Layers
import Models
import Networks
import RunSettings
import Splits
import TestSupport
import Testing

/// Compares gradients with central differences in Double, for all activations, losses and penalties.
@Suite struct GradientCheckTests {
    struct Regulariser: Sendable {
        var name: String
        var set: @Sendable (inout Configuration) -> Void
    }

    static let regularisers = [
        Regulariser(name: "none") { $0.weightDecay = 0 },
        Regulariser(name: "L2") { $0.weightDecay = 0.1 },
        Regulariser(name: "L2 of biases too") { ($0.weightDecay, $0.decayBiases) = (0.1, true) },
        Regulariser(name: "L1") { ($0.weightDecay, $0.l1) = (0, 0.05) },
        Regulariser(name: "L1 and L2") { ($0.weightDecay, $0.l1) = (0.1, 0.05) },
        Regulariser(name: "dropout, a shard for every sample") {
            ($0.weightDecay, $0.dropout, $0.shards) = (0, 0.4, 4)
        },
    ]

    static let initializers: [Initializer] = [
        .xavierUniform, .xavierNormal, .kaimingUniform, .kaimingNormal, .kaimingUniformFanOut, .kaimingNormalFanOut,
        .lecunUniform, .lecunNormal, .orthogonal, .normal(standardDeviation: 0.5), .uniform(limit: 0.5),
        .constant(0.25), .zeros,
    ]

    /// Four samples with three features, and targets for the loss.
    private func samples(for loss: Loss) -> (Samples, LabelSchema) {
        var random = TestRandom(seed: 9)
        let bytes = AlignedBuffer<UInt8>(count: 12)
        for index in 0..<12 { bytes.view[index] = UInt8(1 + random.integer(below: 255)) }
        let matrix = FeatureMatrix(bytes: bytes, sampleShape: [3], scale: 1 / 128)
        switch loss {
        case .crossEntropy:
            let ids = AlignedBuffer<Int32>(count: 4)
            _ = ids.view.pointer.update(fromContentsOf: [1, 0, 0, 1])
            return (
                Samples(features: matrix, targets: .classes(ids)),
                LabelSchema(kind: .classes, classNames: ["0", "1"], width: 1)
            )
        default:
            let targets = FloatBuffer(count: 8)
            _ = targets.view.pointer.update(fromContentsOf: [1, 0, 0, 1, 0.25, 0.75, 0.5, 0.5])
            return (
                Samples(features: matrix, targets: .values(targets, width: 2)),
                LabelSchema(kind: .binary, classNames: [], width: 2)
            )
        }
    }

    private func model(_ configuration: Configuration, _ loss: Loss, _ labels: LabelSchema) throws -> Model {
        let features = FeatureSchema(
            sampleShape: [3], axes: nil, names: nil, categories: [], elementType: "uint8", scale: 1 / 128, offset: 0,
            standardization: .none, missing: .init(policy: .refuse, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(count: 1))
        return try Model(configuration: configuration, loss: loss, schema: Schema(features: features, labels: labels))
    }

    @Test func theGivenNumberOfElementsIsCompared() throws {
        let (samples, labels) = samples(for: .crossEntropy)
        var configuration = Configuration()
        configuration.layers = [4]
        let model = try model(configuration, .crossEntropy, labels)
        let check = try GradientCheck(model, samples, sampleCount: 3, elementCount: 5)
        #expect(check.agrees && check.sampleCount == 3)
        #expect(check.tensors.map(\.name) == ["dense1/weight", "dense1/bias", "output/weight", "output/bias"])
        #expect(check.tensors.map(\.comparedCount) == [5, 4, 5, 2])
    }

    /// The weights of a sample that is left out, of one that counts little, and of one that counts three times.
    @Test(arguments: Loss.allCases)
    func gradientsOfWeightedSamplesAgree(loss: Loss) throws {
        let (samples, labels) = samples(for: loss)
        let weights = FloatBuffer(count: 4)
        _ = weights.view.pointer.update(fromContentsOf: [0.25, 3, 0, 1])
        let weighted = Samples(features: samples.features, targets: samples.targets, weights: weights)
        var configuration = Configuration()
        (configuration.layers, configuration.activation) = ([4], .tanh)
        let model = try model(configuration, loss, labels)
        let check = try GradientCheck(model, weighted, elementCount: .max)
        #expect(check.agrees, "\(String(describing: check.worst))")
        #expect(check.tensors.allSatisfy { $0.kinkCount == 0 })
    }

    /// Of the first two samples, which alone are compared, none has a weight.
    @Test func theGradientOfWeightsOf0IsThatOfThePenalty() throws {
        let (samples, labels) = samples(for: .crossEntropy)
        let weights = FloatBuffer(count: 4)
        _ = weights.view.pointer.update(fromContentsOf: [0, 0, 1, 1])
        var configuration = Configuration()
        (configuration.layers, configuration.weightDecay, configuration.shuffle) = ([4], 0.1, .none)
        let model = try model(configuration, .crossEntropy, labels)
        let check = try GradientCheck(
            model, Samples(features: samples.features, targets: samples.targets, weights: weights), sampleCount: 2,
            elementCount: .max)
        #expect(check.agrees, "\(String(describing: check.worst))")
    }

    @Test(arguments: Activation.allCases)
    func gradientsAgreeForEveryLossRegulariserAndInitializer(activation: Activation) throws {
        for loss in Loss.allCases {
            let (samples, labels) = samples(for: loss)
            for regulariser in Self.regularisers {
                for initializer in Self.initializers {
                    var configuration = Configuration()
                    (configuration.layers, configuration.activation) = ([4], activation)
                    configuration.initializer = initializer
                    regulariser.set(&configuration)
                    let model = try model(configuration, loss, labels)
                    let check = try GradientCheck(model, samples, elementCount: .max)
                    let worst = try #require(check.worst)
                    #expect(
                        check.agrees, "\(loss), \(regulariser.name), \(initializer): \(worst)")
                    // |w| has a kink at 0.
                    if initializer != .zeros || configuration.l1 == 0 {
                        let kinks = check.tensors.reduce(0) { $0 + $1.kinkCount }
                        #expect(kinks == 0, "\(loss), \(regulariser.name), \(initializer): \(kinks) of 26 left out")
                    }
                }
            }
        }
    }
}

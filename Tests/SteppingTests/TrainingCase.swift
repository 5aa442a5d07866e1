import Datasets
import Kernels
import Minibatches
import Models
import Networks
import Reference
import RunSettings
import Runs
import Splits
import Stepping
import TestSupport
import Testing

/// The kind of labels of random samples.
enum LabelKind: String, Sendable, CaseIterable {
    case classes, binary, measurements

    /// A kind that the loss takes.
    init(for loss: Loss) {
        switch loss {
        case .crossEntropy, .divergence: self = .classes
        case .binaryCrossEntropy, .hinge, .perceptron: self = .binary
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: self = .measurements
        }
    }
}

/// Random samples, as a trainer gets them, and the same in Double.
struct TrainingCase {
    /// What a sample is.
    enum Form: Sendable {
        case rows
        /// Sequences of up to five steps, with a label each, or one for each step.
        case sequences, steps
        /// Sequences of up to twenty ids from 0 to 6, with a label each, or one for each step.
        case ids, idsAndSteps

        /// The numbers of a step.
        func channels(width: Int) -> Int { self == .ids || self == .idsAndSteps ? 1 : width / 5 }
    }

    let data: TrainingData
    /// The training split, with weights if the case has any.
    let samples: Samples
    /// All 1 without weights.
    let weights: [Double]
    let features: [[Double]]
    let targets: [ReferenceTarget]

    var network: Network { data.model.network }
    /// The resolved configuration, with loss, output activation and shards.
    var configuration: Configuration { data.model.configuration }

    /// Samples are images of two rows for networks with windows.
    /// - Parameter isWeighted: whether samples have random weights up to 2, a quarter of them 0.
    init(
        _ kind: LabelKind, samples: Int, width: Int, isWeighted: Bool = false, form: Form = .rows,
        configuration: Configuration
    ) throws {
        var random = TestRandom(seed: 77)
        let rows = (0..<samples).map { _ in random.floats(width) }
        var labels: Labels
        switch kind {
        case .classes:
            let ids = rows.map { row in Int32(row[0] > 0 ? 0 : row[1] > 0 ? 1 : 2) }
            labels = Labels(.integers(ids.map(Int64.init)), classNames: ["a", "b", "c"], file: "labels")
            // For squared error, named classes are one-hot rows.
            targets = ids.map { id in
                configuration.loss == .meanSquaredError
                    ? .values((0..<3).map { $0 == id ? 1 : 0 }) : .classID(Int(id))
            }
        case .binary:
            let values = rows.map { row in row[0] * row[1] > 0 ? Float(1) : 0 }
            labels = Labels(.numbers(values.map(Double.init), width: 1), classNames: nil, file: "labels")
            targets = values.map { .values([Double($0)]) }
        case .measurements:
            let values = rows.map { row in row[0] - row[1] * row[2] }
            labels = Labels(.numbers(values.map(Double.init), width: 1), classNames: nil, file: "labels")
            targets = values.map { .values([Double($0)]) }
        }
        features = rows.map { $0.map(Double.init) }

        let values = rows.flatMap { $0.map(Double.init) }
        var description = FeatureDescription(file: "features", rows: samples, width: width)
        if configuration.layers.contains(where: \.movesWindow) { description.sampleShape = [2, width / 2] }
        let source: any FeatureSource
        if form == .rows {
            source = MemoryFeatures(description) { body in try values.withUnsafeBufferPointer { try body($0, 0) } }
        } else {
            let channels = form.channels(width: width)
            let lengths = (0..<samples).map { _ in random.integer(below: width / channels + 1) }
            let sequences = SequenceOffsets(lengths: lengths)
            let steps = zip(rows, lengths).flatMap { row, length in
                row.prefix(length * channels).map { channels == 1 ? Double(Int(($0 + 1) * 3.5)) : Double($0) }
            }
            let ofSteps = FeatureDescription(file: "features", rows: sequences.steps, width: channels)
            source = SequenceFeatures(
                MemoryFeatures(ofSteps) { body in try steps.withUnsafeBufferPointer { try body($0, 0) } }, sequences,
                lengthsName: "lengths")
            if form == .steps || form == .idsAndSteps {
                let ids = (0..<sequences.steps).map { Int64(steps[$0 * channels] > 0.3 ? 0 : $0 % 3) }
                labels = Labels(
                    .integers(ids), classNames: ["a", "b", "c"], file: "labels", dataset: "", sequences: sequences)
            }
        }
        data = try TrainingData(
            configuration, RawSplits(train: RawSplit(features: source, labels: labels, weights: nil)))
        let floats = (0..<samples).map { _ in isWeighted ? max(0, (random.float() + 0.5) * 4 / 3) : 1 }
        weights = floats.map(Double.init)
        self.samples = isWeighted ? data.train.weighted(floats) : data.train
    }

    /// Random parameters, because decay would not show on the initial biases of 0.
    func parameters() -> FloatBuffer {
        var random = TestRandom(seed: 78)
        let buffer = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            let fanIn = Float(tensor.shape.count > 1 ? tensor.shape[1] : 4)
            let values = random.floats(tensor.count, limit: 1.5 / fanIn.squareRoot())
            _ = buffer.view.slice(tensor).pointer.update(fromContentsOf: values)
        }
        return buffer
    }

    /// - Parameter microbatchSize: cuts small minibatches into microbatches, as only large ones are by default.
    func recipe(microbatchSize: Int?) -> TrainingRecipe {
        var recipe = configuration.trainingRecipe(for: network, samples: samples.count)
        recipe.plan = MinibatchPlan(
            batchSize: recipe.plan.batchSize, leafCount: recipe.plan.leafCount,
            microbatchSize: microbatchSize ?? recipe.plan.microbatchSize, shardCount: recipe.plan.shardCount)
        return recipe
    }

    func trainer(
        workerCount: Int, microbatchSize: Int? = nil, interruption: Interruption? = nil,
        executor: any WorkExecutor = ConcurrentExecutor()
    ) throws -> Trainer {
        try Trainer(
            network: network, samples: samples, recipe: recipe(microbatchSize: microbatchSize),
            workerCount: workerCount, parameters: parameters(), interruption: interruption, executor: executor)
    }

    /// The trainer's counterpart in Double, with the same parameters.
    /// - Parameter rates: factors of the learning rate, of each layer with parameters; empty: all 1.
    func reference(rates: [Double] = []) -> ReferenceTrainer {
        var trainer = ReferenceTrainer(network.reference(parameters: parameters()))
        // The trainer's settings are Floats.
        trainer.learningRate = Double(Float(configuration.learningRate ?? 0.1))
        trainer.momentum = Double(Float(configuration.momentum ?? 0.9))
        trainer.nesterov = configuration.nesterov
        trainer.weightDecay = Double(Float(configuration.weightDecay))
        trainer.decayBiases = configuration.decayBiases
        if !rates.isEmpty {
            let names = network.layout.tensors.map(\.layer)
            // The tensors of a layer follow one another.
            let layers = names.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            precondition(layers.count == rates.count, "a rate for each of \(layers)")
            trainer.rates = names.map { name in rates[layers.firstIndex(of: name) ?? 0] }
        }
        return trainer
    }

    /// How far parameters may be from the reference's after some steps.
    ///
    /// Each step rounds each gradient at most once for each of its sums' terms (the rows; each layer's inputs, forward,
    /// and outputs, backward), some 8 times a layer for functions and update, and twice for a weighted row's divisor.
    /// Steps are small enough to carry errors along without making them grow, and rates (over 1 − momentum), slopes and
    /// parameters are 1 or below.
    /// - Parameter rows: of a minibatch; nil for those of the case.
    func tolerance(steps: Int, rows: Int? = nil) -> Double {
        let rows = (rows ?? min(configuration.batchSize, features.count)) + (samples.weights == nil ? 0 : 2)
        let roundings = network.nodes.reduce(rows) {
            $0 + ($1.layer.inputShape + $1.layer.outputShape).reduce(0, +) + 8
        }
        return Double(steps * roundings) * Double(Float.ulpOfOne / 2)
    }

    /// The samples of each minibatch, for `steps` steps.
    func minibatches(_ steps: Int) -> [[Int]] {
        let sampler = Sampler(
            sampleCount: features.count, shuffle: configuration.shuffle, seed: configuration.seed)
        var minibatches: [[Int]] = []
        var epoch = 0
        while minibatches.count < steps {
            let order = sampler.order(ofEpoch: epoch)
            let size = configuration.batchSize * configuration.accumulate
            for start in stride(from: 0, to: order.count, by: size) {
                minibatches.append(Array(order[start..<min(start + size, order.count)]))
            }
            epoch += 1
        }
        return Array(minibatches.prefix(steps))
    }
}

extension Samples {
    /// The same samples with weights.
    func weighted(_ weights: [Float]) -> Samples {
        let buffer = FloatBuffer(count: weights.count)
        _ = buffer.view.pointer.update(fromContentsOf: weights)
        return Samples(
            features: features, targets: targets, areTargetsOfSteps: targetSteps != nil, weights: buffer)
    }
}

extension Trainer {
    /// The bits of parameters and slots.
    var bits: [[UInt32]] {
        ([store.parameters] + store.slots).map { $0.array.map(\.bitPattern) }
    }
}

import Datasets
import Kernels
import Layers
import Minibatches
import Networks
import RunSettings
import Stepping
import TestSupport
import Testing

/// A network and settings that several ranks train together, with eight leaves of 32 rows.
struct RankCase: Sendable, CustomTestStringConvertible {
    let name: String
    var layers: [any Layer] = [dense(20, 70, .relu), dense(70, 9, .tanh)]
    /// A network in words in place of `layers`.
    var words: String?
    /// The rows of a group, if that is to be smaller than the minibatch.
    var microbatchSize: Int?
    var isWeighted = false
    /// Whether `swift test` runs it with processes, too, for which there is no time to run all.
    var isTypical = false
    let set: @Sendable (inout Configuration) -> Void

    init(
        _ name: String, layers: [any Layer]? = nil, words: String? = nil, microbatchSize: Int? = nil,
        isWeighted: Bool = false,
        isTypical: Bool = false, set: @escaping @Sendable (inout Configuration) -> Void = { _ in }
    ) {
        (self.words, self.isTypical, self.set) = (words, isTypical, set)
        (self.name, self.microbatchSize, self.isWeighted) = (name, microbatchSize, isWeighted)
        if let layers { self.layers = layers }
    }

    var testDescription: String { name }

    static let all = [
        RankCase("momentum", isTypical: true),
        RankCase("groups of two leaves", microbatchSize: 64),
        RankCase("leaves of two microbatches", microbatchSize: 20),
        RankCase("weighted samples", isWeighted: true),
        RankCase("LAMB, clipped by global norm") { ($0.optimizer, $0.clipNorm) = (.lamb, 0.1) },
        RankCase("LARS, leaves of two microbatches", microbatchSize: 20) { $0.optimizer = .lars },
        RankCase("AdamW, moving average") { ($0.optimizer, $0.movingAverage) = (.adamw, 0.9) },
        RankCase("bfloat16") { $0.precision = .bf16 },
        RankCase("accumulation") { ($0.batchSize, $0.accumulate) = (64, 4) },
        RankCase(
            "frozen layers, rates, a residual block",
            words: "33 trainable=no, residual [33 rate=0.5, dropout 0.3, 33], residual [9] trainable=no, 17 rate=2"),
        RankCase(
            "images", words: "conv 20 3x3, max-pool 2 ceil=yes, residual [conv 20 3x3, depthwise 3x3], 9",
            microbatchSize: 64),
        RankCase(
            "recurrent layers",
            words: "reshape 5x4, gru 20 layers=2 bidirectional=yes dropout=0.3, 9, lstm 7 returns=max",
            microbatchSize: 64),
        RankCase("changed images", words: "conv 9 3x3, 9", microbatchSize: 20) {
            $0.augment = [.shift(2), .flip, .cutout(3)]
        },
        RankCase(
            "batch normalisation of images, average",
            words:
                "conv 20 3x3 norm=batch, residual [conv 9 3x3 norm=batch, conv 9 3x3 norm=batch activation=identity], 9",
            isTypical: true
        ) { $0.movingAverage = 0.9 },
        RankCase("batch normalisation of groups", words: "33 norm=batch statistics=64, batch-norm, 17 norm=batch"),
        RankCase("normalisations within samples", words: "32 norm=group:4, layer-norm, 17 norm=layer"),
        RankCase(
            "transposed convolutions, dropped channels",
            words: "conv 6 3x3, dropout2d 0.3, transposed-conv 20 3x2 stride=2, reshape 80x20, max-pool 4, 9"),
        RankCase(
            "a meeting over groups of two leaves", layers: [dense(20, 33, .relu), MeanSubtraction(inputShape: [33])],
            microbatchSize: 64),
        RankCase(
            "a meeting over parts of leaves",
            layers: [ScaleAndShift(inputShape: [20]), MeanSubtraction(inputShape: [20]), dense(20, 9, .tanh)],
            microbatchSize: 20),
        RankCase(
            "dropout, a meeting, gradients of shards",
            layers: [
                dense(20, 33, .relu), Dropout(inputShape: [33], rate: 0.5, randomLayer: .place(0)),
                MeanSubtraction(inputShape: [33]), ScaleAndShift(inputShape: [33]), dense(33, 8, .gelu),
                MeanSubtraction(inputShape: [8]),
            ], isTypical: true),
    ]

    static func dense(_ inputs: Int, _ outputs: Int, _ activation: Activation) -> Dense {
        Dense(inputShape: [inputs], outputs: outputs, activation: activation, initializer: .xavierUniform)
    }

    /// Samples for one minibatch of eight leaves, and one with a leaf and a half.
    struct Example: Sendable {
        let network: Network
        let samples: Samples
        /// [samples, 20]
        let features: [Double]
        let labels: [Int]
        let recipe: TrainingRecipe

        func trainer(
            _ communicator: any Communicator, workerCount: Int, interruption: Interruption? = nil,
            executor: any WorkExecutor = ConcurrentExecutor()
        ) throws -> Trainer {
            try Trainer(
                network: network, samples: samples, recipe: recipe, workerCount: workerCount,
                parameters: network.initialParameters(seed: 3), interruption: interruption, executor: executor,
                communicator: communicator)
        }
    }

    func example(hasNaN: Bool = false) throws -> Example {
        var random = TestRandom(seed: 8)
        let rows = 304
        let features = FloatBuffer(count: rows * 20)
        _ = features.view.pointer.update(fromContentsOf: random.floats(features.count))
        if hasNaN { features.view[20 * 100] = .nan }
        // Networks with windows have images.
        let shape = words.map { items($0).contains(where: \.movesWindow) } == true ? [5, 4] : [20]
        let labels = AlignedBuffer<Int32>(count: rows)
        for row in 0..<rows { labels.view[row] = Int32(random.integer(below: 4)) }
        let weights = FloatBuffer(count: rows)
        for row in 0..<rows { weights.view[row] = random.float() + 1 }
        let samples = Samples(
            features: FeatureMatrix(floats: features, sampleShape: shape), targets: .classes(labels),
            weights: isWeighted ? weights : nil)
        var configuration = Configuration()
        (configuration.batchSize, configuration.leaves, configuration.shards) = (256, 8, 3)
        configuration.learningRate = 0.05
        set(&configuration)
        let objective = Objective(
            loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 4)
        let network =
            try words.map {
                configuration.layers = items($0)
                return try configuration.network(inputShape: shape, objective)
            }
            ?? Network(
                inputShape: [20],
                layers: layers.map { layer in (layer as? Dense)?.with(configuration.precision) ?? layer },
                objective: objective, precision: configuration.precision)
        var recipe = configuration.trainingRecipe(for: network, samples: rows)
        if let microbatchSize {
            recipe.plan = MinibatchPlan(
                batchSize: 256, leafCount: 8, microbatchSize: microbatchSize, shardCount: 3)
        }
        return Example(
            network: network, samples: samples, features: features.array.map(Double.init),
            labels: labels.array.map(Int.init), recipe: recipe)
    }
}

extension Dense {
    fileprivate func with(_ precision: Precision) -> Dense {
        Dense(
            inputShape: inputShape, outputs: outputs, activation: activation, initializer: initializer,
            format: OperandFormat(precision))
    }
}

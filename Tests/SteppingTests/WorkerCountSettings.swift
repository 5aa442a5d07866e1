import Kernels
import Networks
import Optimizers
import RunSettings
import TestSupport
import Testing

/// The trainings whose bits depend neither on the number of workers nor on the order of their work.
extension WorkerCountTests {
    struct Settings: Sendable, CustomTestStringConvertible {
        var name: String
        var labels = LabelKind.classes
        var microbatchSize: Int?
        var isWeighted = false
        var form = TrainingCase.Form.rows
        var set: @Sendable (inout Configuration) -> Void
        var testDescription: String { name }
    }

    /// 203 samples of 20 features; minibatches of 32 leave a last one of 11.
    static func configuration(_ settings: Settings) -> Configuration {
        var configuration = Configuration()
        configuration.layers = [33, 17]
        configuration.batchSize = 32
        configuration.shards = 5
        settings.set(&configuration)
        return configuration
    }

    static func example(_ settings: Settings) throws -> TrainingCase {
        try TrainingCase(
            settings.labels, samples: 203, width: 20, isWeighted: settings.isWeighted, form: settings.form,
            configuration: configuration(settings))
    }

    /// Sequences of 0 to 5 steps, with labels one a sample or one a step; and sequences of ids.
    static let sequences = [
        Settings(name: "sequences, truncated", form: .sequences) {
            ($0.layers, $0.truncate) = (items("lstm 9 bidirectional=yes layers=2 dropout=0.3, 17, gru 20"), 2)
        },
        Settings(
            name: "weighted sequences of bfloat16, microbatches", microbatchSize: 7, isWeighted: true, form: .sequences
        ) {
            ($0.precision, $0.layers) = (.bf16, items("gru 37 returns=mean, 17"))
        },
        Settings(name: "labels of steps, four leaves, clipped", form: .steps) {
            ($0.batchSize, $0.leaves, $0.clipNorm) = (128, 4, 0.5)
            $0.layers = items("lstm 9, 17, rnn 7 bidirectional=yes")
        },
        Settings(
            name: "weighted labels of steps, microbatches, accumulated", microbatchSize: 12, isWeighted: true,
            form: .steps
        ) {
            ($0.batchSize, $0.accumulate, $0.optimizer) = (16, 2, .lamb)
            $0.layers = items("conv 9 3, layer-norm, gru 20 reset=before")
        },
        Settings(name: "ids through a table", form: .ids) {
            $0.layers = items("embedding 9 entries=7 padding=0, gru 20 returns=max")
        },
        Settings(name: "ids through a table, labels of steps, AdamW, average", microbatchSize: 12, form: .idsAndSteps) {
            ($0.optimizer, $0.movingAverage, $0.layers) = (
                .adamw, 0.9, items("embedding 9 entries=7, lstm 20, dropout 0.2")
            )
        },
    ]

    static let all = [
        Settings(name: "five shards") { _ in },
        Settings(name: "one shard") { $0.shards = 1 },
        Settings(name: "a shard a row") { $0.shards = 32 },
        Settings(name: "more shards than rows") { $0.shards = 100 },
        Settings(name: "shards of the library's choice") { ($0.shards, $0.batchSize) = (nil, 128) },
        Settings(name: "file order, no momentum") { ($0.shuffle, $0.momentum) = (.none, 0) },
        Settings(name: "Nesterov, biases decay") { ($0.nesterov, $0.decayBiases, $0.weightDecay) = (true, true, 0.01) },
        // Layers of several parts.
        Settings(name: "wide layers") { $0.layers = [200, 100] },
        Settings(name: "no hidden layer") { $0.layers = [] },
        Settings(name: "bfloat16, odd shards") { ($0.precision, $0.layers) = (.bf16, [200, 37]) },
        // Three microbatches of 11, 11 and 10; the last minibatch has one.
        Settings(name: "microbatches", microbatchSize: 12) { _ in },
        Settings(name: "microbatches of bfloat16", microbatchSize: 7) {
            ($0.precision, $0.layers) = (.bf16, [200, 37])
        },
        Settings(name: "softmax within") { $0.activation = .softmax },
        Settings(name: "squared error", labels: .measurements) { $0.activation = .tanh },
        Settings(name: "binary cross entropy", labels: .binary) {
            ($0.loss, $0.activation) = (.binaryCrossEntropy, .sigmoid)
        },
        Settings(name: "smoothed and weighted") {
            ($0.labelSmoothing, $0.classWeights) = (0.1, .balanced)
        },
        Settings(name: "warm-up and cosine") {
            ($0.schedule, $0.warmupSteps, $0.scheduleSteps) = (.cosine(end: 0), 3, 14)
        },
        Settings(name: "moving average") { $0.movingAverage = 0.9 },
        Settings(name: "dropout") { $0.dropout = 0.3 },
        Settings(name: "dropout, microbatches of bfloat16", microbatchSize: 7) {
            ($0.dropout, $0.precision, $0.layers) = (0.5, .bf16, [200, 37])
        },
        Settings(name: "accumulated") { ($0.batchSize, $0.accumulate) = (8, 4) },
        Settings(name: "hinge of classes") { $0.loss = .hinge },
        Settings(name: "divergence") { $0.loss = .divergence },
        Settings(name: "summed squares", labels: .measurements) {
            ($0.loss, $0.learningRate) = (.sumSquaredError, 0.01)
        },
        Settings(name: "perceptron", labels: .binary) { ($0.loss, $0.layers) = (.perceptron, []) },
        Settings(name: "absolute error", labels: .measurements) { $0.loss = .meanAbsoluteError },
        Settings(name: "huber", labels: .measurements) { ($0.loss, $0.huberDelta) = (.huber, 0.5) },
    ]

    static let weighted =
        Loss.allCases.map { loss in
            Settings(name: "weighted \(loss), accumulated", labels: LabelKind(for: loss), isWeighted: true) {
                ($0.loss, $0.batchSize, $0.accumulate, $0.learningRate) = (loss, 8, 4, 0.01)
            }
        } + [
            Settings(name: "weighted microbatches", microbatchSize: 12, isWeighted: true) { _ in },
            Settings(name: "weighted microbatches of bfloat16", microbatchSize: 7, isWeighted: true) {
                ($0.precision, $0.layers) = (.bf16, [200, 37])
            },
            Settings(name: "weighted samples and classes", isWeighted: true) { $0.classWeights = .balanced },
        ]

    static let optimizers = OptimizerName.allCases.flatMap { optimizer in
        [false, true].map { clips in
            Settings(
                name: "\(optimizer)" + (clips ? ", clipped, L1 and L2, microbatches" : ""),
                microbatchSize: clips ? 12 : nil
            ) {
                ($0.optimizer, $0.layers) = (optimizer, [200, 17])
                if clips {
                    ($0.clipNorm, $0.clipValue, $0.l1) = (0.1, 0.01, 1e-3)
                    ($0.decoupledDecay, $0.maxNorm) = (true, 1)
                }
            }
        }
    }

    static let activations = Activation.allCases.map { activation in
        Settings(name: "\(activation) within and out") {
            ($0.activation, $0.outputActivation, $0.learningRate) = (activation, activation, 0.001)
            $0.loss = .meanSquaredError
        }
    }

    /// Networks in words.
    static let words = [
        Settings(name: "residual") { $0.layers = items("33, residual [33, 33], residual [40, 17]") },
        Settings(name: "residual with dropout") {
            $0.layers = items("33, residual [33, dropout 0.3, 33], dropout 0.2 name=last")
        },
        Settings(name: "residual of bfloat16, odd shards, microbatches", microbatchSize: 7) {
            ($0.precision, $0.layers) = (.bf16, items("70, residual [70, dense 37 bias=no] activation=gelu"))
        },
        Settings(name: "activations by themselves") {
            $0.layers = items("residual [20, activation softmax] activation=identity, activation silu, flatten")
        },
        Settings(name: "frozen layers") {
            ($0.layers, $0.weightDecay) = (items("33 trainable=no, 20 trainable=no, 17"), 0.01)
        },
        Settings(name: "frozen blocks, LAMB, clipped, average", microbatchSize: 12) {
            $0.layers = items("33, residual [33, 33] trainable=no, 100, residual [dense 100 trainable=no, 33]")
            ($0.optimizer, $0.clipNorm, $0.movingAverage) = (.lamb, 0.1, 0.9)
        },
        Settings(name: "recurrent layers in both directions, dropout, truncated") {
            ($0.layers, $0.truncate) = (
                items("reshape 5x4, lstm 9 layers=2 bidirectional=yes dropout=0.3 returns=sequence, 17, gru 20"), 2
            )
        },
        Settings(name: "recurrent layers of bfloat16, microbatches, odd shards", microbatchSize: 7) {
            ($0.precision, $0.layers) = (.bf16, items("reshape 5x4, gru 37 reset=before, rnn 70 returns=mean"))
        },
        Settings(name: "convolutions and pools") {
            $0.layers = items("conv 6 3x3, max-pool 1x2 ceil=yes, depthwise 2 activation=gelu, average-pool 1x2, 17")
        },
        Settings(name: "residual convolutions of bfloat16, microbatches, odd shards", microbatchSize: 7) {
            ($0.precision, $0.shards) = (.bf16, 3)
            $0.layers = items(
                "conv 70 3x3 bias=no, residual [conv 70 3x3 groups=2, conv 40 1x1 stride=1x2], global-average-pool, 9")
        },
        Settings(name: "frozen convolutions, LAMB, dropout") {
            ($0.layers, $0.optimizer) = (items("conv 6 3x3 trainable=no, dropout 0.3, conv 4 3x3 rate=0.5"), .lamb)
        },
        Settings(name: "batch normalisation") { $0.layers = items("33 norm=batch, batch-norm, 17 norm=batch") },
        Settings(name: "batch normalisation of images, accumulated, LAMB, average") {
            ($0.batchSize, $0.accumulate, $0.optimizer, $0.movingAverage) = (16, 2, .lamb, 0.9)
            $0.layers = items(
                "conv 20 3x3 norm=batch, residual [conv 9 3x3 norm=batch, conv 9 3x3 norm=batch activation=identity]")
        },
        Settings(name: "batch normalisation of groups of bfloat16, dropout") {
            ($0.precision, $0.layers) = (.bf16, items("70 norm=batch statistics=12, dropout 0.3, 37 norm=batch"))
        },
        Settings(name: "normalisations within samples", microbatchSize: 7) {
            $0.layers = items("conv 20 3x3 norm=instance, conv 8 3x3 norm=group:2, layer-norm, 17 norm=layer")
        },
        Settings(name: "frozen batch normalisation") {
            $0.layers = items("33 norm=batch trainable=no, residual [33 norm=batch], batch-norm trainable=no")
        },
        Settings(name: "changed images, microbatches", microbatchSize: 7) {
            $0.augment = [.flip, .crop(1), .cutout(1), .shift(1)]
            $0.layers = items("conv 6 3x3, max-pool 1x2, 9")
        },
        Settings(name: "transposed convolutions, dropped channels") {
            $0.layers = items(
                "reshape 5x4x1, conv 6 3x3, dropout2d 0.3, transposed-conv 4 3x3 stride=2 activation=gelu, 9")
        },
        Settings(name: "transposed convolutions of bfloat16, microbatches, odd shards", microbatchSize: 7) {
            ($0.precision, $0.shards) = (.bf16, 3)
            $0.layers = items(
                "conv 20 3x3, transposed-conv 70 2x3 groups=2 stride=2x1, dropout2d 0.2 name=late, max-pool 2, 9")
        },
        Settings(name: "rates of layers") { $0.layers = items("33 rate=0.5, residual [33 rate=0, 33] rate=2") },
    ]

    /// Minibatches of several leaves, of 32 rows each.
    static let leaves = [
        // 203 samples are three minibatches of two leaves, and one of 11 rows.
        Settings(name: "two leaves") { ($0.batchSize, $0.leaves) = (64, 2) },
        // One minibatch of four leaves, and one of three, the last with 11 rows.
        Settings(name: "four leaves") { ($0.batchSize, $0.leaves) = (128, 4) },
        // The fourth leaf of a full minibatch has 4 rows; the last minibatch has 3.
        Settings(name: "four leaves, the last one small") { ($0.batchSize, $0.leaves) = (100, 4) },
        // Seven of eight leaves have rows.
        Settings(name: "eight leaves, one empty") { ($0.batchSize, $0.leaves) = (256, 8) },
        // Each leaf is three microbatches; the last one of 11 rows is not cut.
        Settings(name: "eight leaves, cut", microbatchSize: 12) { ($0.batchSize, $0.leaves) = (256, 8) },
        Settings(name: "four leaves of bfloat16, cut", microbatchSize: 9) {
            ($0.batchSize, $0.leaves, $0.precision, $0.layers) = (128, 4, .bf16, [200, 37])
        },
        Settings(name: "eight leaves in groups of four", microbatchSize: 128) {
            ($0.batchSize, $0.leaves, $0.layers) = (256, 8, [200, 17])
        },
        Settings(name: "four leaves in groups of two, clipped", microbatchSize: 64) {
            ($0.batchSize, $0.leaves, $0.clipNorm) = (128, 4, 0.1)
        },
        Settings(name: "eight leaves in groups of two, LARS", microbatchSize: 64) {
            ($0.batchSize, $0.leaves, $0.optimizer) = (256, 8, .lars)
        },
        Settings(name: "two leaves, LAMB, cut", microbatchSize: 12) {
            ($0.batchSize, $0.leaves, $0.optimizer, $0.clipNorm) = (64, 2, .lamb, 0.1)
        },
        Settings(name: "four leaves, dropout", microbatchSize: 64) {
            ($0.batchSize, $0.leaves, $0.dropout) = (128, 4, 0.3)
        },
        Settings(name: "four leaves, weighted, accumulated", isWeighted: true) {
            ($0.batchSize, $0.accumulate, $0.leaves) = (32, 4, 4)
        },
        Settings(name: "eight leaves, weighted, cut", labels: .measurements, microbatchSize: 12, isWeighted: true) {
            ($0.batchSize, $0.leaves, $0.shards) = (256, 8, 3)
        },
        Settings(name: "four leaves of images, cut", microbatchSize: 12) {
            ($0.batchSize, $0.leaves, $0.layers) = (128, 4, items("conv 6 3x3, max-pool 2, conv 20 3x3, 9"))
        },
        Settings(name: "four leaves with batch normalisation") {
            ($0.batchSize, $0.leaves) = (128, 4)
            $0.layers = items("conv 6 3x3 norm=batch, max-pool 2, conv 20 3x3 norm=batch, 9 norm=batch")
        },
        Settings(name: "eight leaves, batch normalisation of groups") {
            ($0.batchSize, $0.leaves, $0.layers) = (256, 8, items("33 norm=batch statistics=20, 17 norm=batch"))
        },
        Settings(name: "four leaves of changed images", microbatchSize: 64) {
            ($0.batchSize, $0.leaves, $0.layers) = (128, 4, items("conv 6 3x3, 9"))
            $0.augment = [.crop(1), .flip]
        },
        Settings(name: "four leaves of a residual network with frozen layers") {
            ($0.batchSize, $0.leaves) = (128, 4)
            $0.layers = items("33 trainable=no, residual [33, dropout 0.3, 33], 17")
        },
    ]
}

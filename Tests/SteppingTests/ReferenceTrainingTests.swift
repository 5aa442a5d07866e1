import Datasets
import Kernels
import Minibatches
import Models
import Networks
import Reference
import RunSettings
import Stepping
import TestSupport
import Testing

/// Fifty steps of the trainer against the reference in Double.
@Suite struct ReferenceTrainingTests {
    struct Settings: Sendable, CustomTestStringConvertible {
        var name: String
        var labels = LabelKind.classes
        var isWeighted = false
        /// Factors of the layers' learning rates; empty: all 1.
        var rates: [Double] = []
        var set: @Sendable (inout Configuration) -> Void
        var testDescription: String { name }
    }

    /// 37 samples in minibatches of 8 leave a last one of 5; 3 shards divide neither.
    private static func configuration(_ settings: Settings) -> Configuration {
        var configuration = Configuration()
        configuration.layers = [5, 4]
        configuration.activation = .tanh
        configuration.batchSize = 8
        configuration.shards = 3
        configuration.learningRate = 0.02
        configuration.momentum = 0
        configuration.weightDecay = 0
        configuration.shuffle = .none
        settings.set(&configuration)
        return configuration
    }

    static let all = [
        Settings(name: "plain") { _ in },
        Settings(name: "momentum") { $0.momentum = 0.9 },
        Settings(name: "Nesterov") { ($0.momentum, $0.nesterov) = (0.9, true) },
        Settings(name: "weight decay") { $0.weightDecay = 0.1 },
        Settings(name: "decay of biases too") { ($0.weightDecay, $0.decayBiases) = (0.1, true) },
        Settings(name: "momentum and decay") { ($0.momentum, $0.weightDecay) = (0.9, 0.05) },
        Settings(name: "Nesterov and decay of biases too") {
            ($0.momentum, $0.nesterov, $0.weightDecay, $0.decayBiases) = (0.8, true, 0.05, true)
        },
        Settings(name: "shuffled") { ($0.shuffle, $0.seed) = (.full, 5) },
        Settings(name: "shuffled with momentum") { ($0.shuffle, $0.seed, $0.momentum) = (.full, 6, 0.9) },
        Settings(name: "one shard") { $0.shards = 1 },
        Settings(name: "more shards than rows in the last minibatch") { $0.shards = 7 },
        Settings(name: "one sample at a time") { ($0.batchSize, $0.shards) = (1, 1) },
        Settings(name: "all samples at a time") { ($0.batchSize, $0.shards) = (37, 5) },
        Settings(name: "a minibatch larger than the samples") { ($0.batchSize, $0.shards) = (100, 5) },
        Settings(name: "two batches a step") { ($0.batchSize, $0.accumulate, $0.momentum) = (4, 2, 0.9) },
        Settings(name: "eight batches of one sample a step") { ($0.batchSize, $0.accumulate) = (1, 8) },
        Settings(name: "squared error", labels: .measurements) { ($0.momentum, $0.weightDecay) = (0.9, 0.05) },
        Settings(name: "squared error of a softmax") { ($0.loss, $0.outputActivation) = (.meanSquaredError, .softmax) },
        Settings(name: "binary cross entropy", labels: .binary) {
            ($0.loss, $0.momentum, $0.shuffle) = (.binaryCrossEntropy, 0.9, .full)
        },
        Settings(name: "relu") { ($0.activation, $0.momentum) = (.relu, 0.5) },
        Settings(name: "no hidden layer") { ($0.layers, $0.momentum) = ([], 0.9) },
        Settings(name: "weighted samples", isWeighted: true) { _ in },
        Settings(name: "weighted samples, shuffled, two batches a step", isWeighted: true) {
            ($0.batchSize, $0.accumulate, $0.momentum, $0.shuffle) = (4, 2, 0.9, .full)
        },
        Settings(name: "weighted samples and classes, smoothed", isWeighted: true) {
            ($0.classWeights, $0.labelSmoothing) = (.balanced, 0.1)
        },
        Settings(name: "weighted squared error", labels: .measurements, isWeighted: true) { $0.momentum = 0.9 },
        Settings(name: "weighted binary cross entropy", labels: .binary, isWeighted: true) {
            ($0.loss, $0.momentum) = (.binaryCrossEntropy, 0.9)
        },
        Settings(name: "residual") { ($0.layers, $0.momentum) = (items("6, residual [6, 6]"), 0.9) },
        Settings(name: "projected residual without biases") {
            $0.layers = items("residual [dense 5 bias=no, dense 4 activation=gelu bias=no] activation=identity")
            $0.weightDecay = 0.05
        },
        Settings(name: "activations by themselves", labels: .measurements) {
            $0.layers = items("dense 5 activation=identity, activation silu, residual [5, activation softmax]")
        },
        Settings(name: "a recurrent layer with momentum and decay") {
            ($0.layers, $0.momentum, $0.weightDecay) = (items("reshape 3x2, lstm 4 returns=mean"), 0.9, 0.05)
        },
        Settings(name: "recurrent layers, truncated") {
            ($0.layers, $0.truncate) = (items("reshape 3x2, gru 3 bidirectional=yes, dense 3, gru 2 reset=before"), 2)
        },
        Settings(name: "convolutions and pools") {
            ($0.layers, $0.momentum) = (items("conv 3 2x3, average-pool 1x2 ceil=yes, conv 4 1x2 pad=valid"), 0.9)
        },
        Settings(name: "convolutions with decay") {
            $0.layers = items("conv 3 2x3 bias=no, conv 3 3x3 groups=3, 4")
            ($0.weightDecay, $0.decayBiases) = (0.05, true)
        },
        Settings(name: "transposed convolutions with momentum and decay") {
            $0.layers = items("transposed-conv 3 2x2 stride=2, conv 3 2x2 stride=2, reshape 18, reshape 6x3, 4")
            ($0.momentum, $0.weightDecay) = (0.9, 0.05)
        },
        Settings(name: "half the rate", rates: [0.5, 0.25, 1]) {
            ($0.layers, $0.momentum) = (items("5 rate=0.5, 4 rate=0.25"), 0.9)
        },
        Settings(name: "rates of a block and in it", rates: [1, 1.5, 2, 2, 1]) {
            $0.layers = items("6, residual [6 rate=0.75, 5] rate=2")
            ($0.momentum, $0.nesterov, $0.weightDecay) = (0.8, true, 0.05)
        },
        Settings(name: "frozen first layers", rates: [0, 0, 1, 1]) {
            ($0.layers, $0.momentum) = (items("6 trainable=no, residual [6] trainable=no, 4"), 0.9)
        },
        Settings(name: "a frozen layer between others", rates: [1, 0, 1]) {
            ($0.layers, $0.weightDecay) = (items("5, 4 trainable=no"), 0.05)
        },
    ]

    private static let steps = 50

    @Test(arguments: all)
    func parametersFollowTheReference(settings: Settings) throws {
        try follow(
            TrainingCase(
                settings.labels, samples: 37, width: 6, isWeighted: settings.isWeighted,
                configuration: Self.configuration(settings)),
            steps: Self.steps, rates: settings.rates)
    }

    /// Of 203 samples, in leaves of 32 rows: a minibatch of 128 has four, the next one of 75 has three. A leaf is cut, or
    /// two leaves are a group, or all are.
    @Test(arguments: [12, 64, nil], [false, true])
    func minibatchesOfSeveralLeavesFollowTheReference(microbatchSize: Int?, isWeighted: Bool) throws {
        let settings = Settings(name: "") {
            ($0.batchSize, $0.leaves, $0.learningRate, $0.momentum) = (128, 4, 0.1, 0.8)
        }
        let example = try TrainingCase(
            .classes, samples: 203, width: 6, isWeighted: isWeighted, configuration: Self.configuration(settings))
        let plan = example.recipe(microbatchSize: microbatchSize).plan
        #expect(plan.leaves(rows: 128) == 4 && plan.leaves(rows: 75) == 3)
        #expect(plan.groups(rows: 128).count == (microbatchSize.map { $0 == 12 ? 12 : 2 } ?? 1))
        try follow(example, steps: 20, microbatchSize: microbatchSize)
    }

    /// Minibatches of 9,000 have three microbatches; the epoch's last, of 4,900, has two.
    @Test(arguments: [false, true])
    func minibatchesOfSeveralMicrobatchesFollowTheReference(isWeighted: Bool) throws {
        let settings = Settings(name: "") { ($0.batchSize, $0.shards, $0.learningRate) = (9000, nil, 0.5) }
        try follow(
            TrainingCase(
                .classes, samples: 13_900, width: 6, isWeighted: isWeighted,
                configuration: Self.configuration(settings)), steps: 4)
    }

    private func follow(
        _ example: TrainingCase, steps: Int, rates: [Double] = [], microbatchSize: Int? = nil
    ) throws {
        let trainer = try example.trainer(workerCount: 2, microbatchSize: microbatchSize)
        var reference = example.reference(rates: rates)
        let tolerance = example.tolerance(steps: steps)
        for (step, minibatch) in example.minibatches(steps).enumerated() {
            let (features, targets) = (minibatch.map { example.features[$0] }, minibatch.map { example.targets[$0] })
            let weights = minibatch.map { example.weights[$0] }
            let slope = meanSlope(reference.network, features, targets, weights)
            let (loss, expected) = (try trainer.step(), reference.step(features, targets, weights: weights))
            // An error of the parameters changes the loss by its slope.
            try #require(abs(loss - expected) <= tolerance * (1 + slope), "step \(step + 1)")
        }
        #expect(trainer.progress.step == steps)
        let distance = distance(trainer, reference.network, example.network)
        #expect(distance <= tolerance, "parameters are \(distance) away")
    }

    /// Two settings' parameters differ by far more than the tolerance of the comparison with the reference.
    @Test func everySettingLeadsElsewhere() throws {
        var ends: [(name: String, tensors: [Double])] = []
        for settings in Self.all.prefix(8) {
            let example = try TrainingCase(
                settings.labels, samples: 37, width: 6, configuration: Self.configuration(settings))
            let trainer = try example.trainer(workerCount: 1)
            for _ in 0..<Self.steps { try trainer.step() }
            let tolerance = example.tolerance(steps: Self.steps)
            let tensors = example.network.layout.tensors.flatMap {
                trainer.store.parameters.view.slice($0).array.map(Double.init)
            }
            for other in ends {
                let distance = zip(tensors, other.tensors).map { abs($0 - $1) }.max() ?? 0
                #expect(distance > 5 * tolerance, "\(settings.name) and \(other.name)")
            }
            ends.append((settings.name, tensors))
        }
    }

    @Test func theEpochsSumIsTheSumOfItsSteps() throws {
        let example = try TrainingCase(
            .classes, samples: 37, width: 6, configuration: Self.configuration(Self.all[1]))
        let trainer = try example.trainer(workerCount: 2)
        for epoch in 0..<3 {
            var sum = 0.0
            for rows in [8, 8, 8, 8, 5] { sum += try trainer.step() * Double(rows) }
            #expect(trainer.progress.isAtEpochStart)
            #expect(trainer.progress.position == Position(epoch: epoch + 1))
            #expect(abs(trainer.progress.epochSum.loss - sum) <= 1e-12 * sum)
            #expect((0...37).contains(trainer.progress.epochSum.correct))
        }
    }

    // MARK: Helpers

    /// Σ |∂L/∂w|, a weighted mean over the samples.
    private func meanSlope(
        _ network: ReferenceNetwork, _ features: [[Double]], _ targets: [ReferenceTarget], _ weights: [Double]
    ) -> Double {
        let slopes = zip(features, targets).map { sample, target in
            network.gradients([sample], [target], shares: [1]).reduce(0) { $0 + $1.reduce(0) { $0 + abs($1) } }
        }
        return zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }

    /// The largest distance of a parameter from the reference's; infinite if one is not finite.
    private func distance(_ trainer: Trainer, _ reference: ReferenceNetwork, _ network: Network) -> Double {
        zip(network.layout.tensors, reference.tensors).reduce(0) { largest, pair in
            let found = trainer.store.parameters.view.slice(pair.0).array
            return zip(found, pair.1).reduce(largest) { largest, values in
                let distance = abs(Double(values.0) - values.1)
                return distance.isFinite ? max(largest, distance) : .infinity
            }
        }
    }
}

import Datasets
import Kernels
import Networks

/// All that a user can say about a run, and what of it was said. Where `nil` means "choose for me", resolution writes down
/// what was chosen.
public struct Configuration: Sendable, Equatable {
    // What the trained bits depend on.
    public var layers = [512, 256]
    public var activation = Activation.relu
    public var outputActivation: Activation?
    public var loss: Loss?
    public var labelSmoothing = 0.0
    public var classWeights = ClassWeights.equal
    public var huberDelta = 1.0
    public var initializer: Initializer?
    public var dropout = 0.0
    public var optimizer = OptimizerName.sgd
    public var precision = Precision.fp32
    public var batchSize = 256
    public var accumulate = 1
    public var largeBatch = false
    public var shards: Int?
    public var learningRate: Double?
    public var schedule = LearningRateSchedule.constant
    public var warmupSteps = 0
    public var scheduleSteps: Int?
    public var momentum: Double?
    public var nesterov = false
    public var beta1 = 0.9
    public var beta2 = 0.999
    public var rho = 0.99
    public var trust = 0.001
    public var epsilon: Double?
    public var weightDecay = 1e-4
    public var decoupledDecay = false
    public var decayBiases = false
    public var l1 = 0.0
    public var maxNorm: Double?
    public var clipNorm: Double?
    public var clipValue: Double?
    public var movingAverage: Double?
    public var shuffle = Sampler.Shuffle.full
    public var seed: UInt64 = 0
    public var featureScale: Double?

    // How long and on what.
    public var epochs = 10
    public var maxSteps: Int?
    public var patience: Int?
    public var data = ""
    public var features: String?
    public var labels: String?
    public var validationFeatures: String?
    public var validationLabels: String?
    public var testFeatures: String?
    public var testLabels: String?
    public var initialWeights: String?

    // How the run goes about it; the bits do not depend on these.
    public var workers: Int?
    public var checkpointEvery: CheckpointCadence?
    public var keep = 3
    public var onDivergence = DivergencePolicy.stop

    /// The keys of what was said in words, on the command line or in a file, be it what would have been taken anyway.
    private var said: Set<String> = []

    public init() {}

    /// Sets what somebody said.
    public mutating func say(_ setting: Setting, _ text: String) throws(SettingProblem) {
        try setting.set(&self, text)
        said.insert(setting.key)
    }

    /// Whether a setting was said, in words or by another value than the default, so that nothing else may be chosen for it.
    func says(_ key: String) -> Bool {
        said.contains(key) || Setting.named(key).map { $0.text(self) != $0.text(Configuration()) } ?? false
    }

    /// The same with every setting that shapes the bits and is left open taken from a run's checkpoint: what would be chosen
    /// now may be another than what was chosen then.
    func completed(by resolved: Configuration) throws(SettingProblem) -> Configuration {
        var completed = self
        for setting in Setting.all where setting.shapesBits {
            let isOpen = !says(setting.key) || setting.text(self) == automatic
            if isOpen, let text = setting.text(resolved) { try completed.say(setting, text) }
        }
        return completed
    }

    /// The same with what another configuration says, and this one does not, of the settings that shape the bits and of the
    /// names of the data.
    func adding(_ former: Configuration) throws(SettingProblem) -> Configuration {
        var all = self
        for setting in Setting.all where setting.shapesBits || Setting.dataNames.contains(setting.key) {
            guard former.says(setting.key), !says(setting.key), let text = setting.text(former) else { continue }
            try all.say(setting, text)
        }
        return all
    }

    /// What to do when the loss or a gradient is no finite number.
    public enum DivergencePolicy: String, Sendable, CaseIterable {
        case stop
        /// Go back to the last checkpoint on the cadence, with half the learning rate.
        case rollback
    }

    /// A factor of each class's part of the loss.
    public enum ClassWeights: Sendable, Equatable {
        case equal
        /// So that each class counts as much as any other, however many samples it has.
        case balanced
        case each([Double])
    }

    public enum OptimizerName: String, Sendable, CaseIterable {
        case sgd, adagrad, rmsprop, adam, adamw, lars, lamb
    }

    /// Samples of one update of the parameters.
    public var minibatchSize: Int { batchSize.multipliedSaturating(by: accumulate) }

    /// How minibatches are cut: a function of batch size and network, unless `shards` is given, never of the machine.
    ///
    /// Microbatches bound the memory of a minibatch of any size, to some GiB; with as many rows as these, adding up their
    /// gradients takes no time to speak of. A shard should have rows enough for fast multiplications, 64, and some ten
    /// million floating-point operations.
    public func plan(for network: Network) -> MinibatchPlan {
        let microbatchSize = max(1, min(4096, (1 << 28) / network.numbersPerSample))
        let rows = min(minibatchSize, microbatchSize)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        return MinibatchPlan(
            batchSize: minibatchSize, microbatchSize: microbatchSize,
            shardCount: shards ?? max(1, min(rows / 64, operations / 10_000_000, 16)))
    }
}

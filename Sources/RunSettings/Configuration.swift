import Datasets
import Kernels
import Networks
import Optimizers

/// All that a user can say about a run, and what of it was said. Where `nil` means "choose for me", resolution writes down
/// what was chosen.
package struct Configuration: Sendable, Equatable {
    // What the trained bits depend on.
    package var layers = [512, 256]
    package var activation = Activation.relu
    package var outputActivation: Activation?
    package var loss: Loss?
    package var labelSmoothing = 0.0
    package var classWeights = ClassWeights.equal
    package var huberDelta = 1.0
    package var initializer: Initializer?
    package var dropout = 0.0
    package var optimizer = OptimizerName.sgd
    package var precision = Precision.fp32
    package var batchSize = 256
    package var accumulate = 1
    package var largeBatch = false
    package var shards: Int?
    package var learningRate: Double?
    package var schedule = LearningRateSchedule.constant
    package var warmupSteps = 0
    package var scheduleSteps: Int?
    package var momentum: Double?
    package var nesterov = false
    package var beta1 = 0.9
    package var beta2 = 0.999
    package var rho = 0.99
    package var trust = 0.001
    package var epsilon: Double?
    package var weightDecay = 1e-4
    package var decoupledDecay = false
    package var decayBiases = false
    package var l1 = 0.0
    package var maxNorm: Double?
    package var clipNorm: Double?
    package var clipValue: Double?
    package var movingAverage: Double?
    package var shuffle = Sampler.Shuffle.full
    package var seed: UInt64 = 0
    package var featureScale: Double?

    // How long and on what.
    package var epochs = 10
    package var maxSteps: Int?
    package var patience: Int?
    package var data = ""
    package var features: String?
    package var labels: String?
    package var validationFeatures: String?
    package var validationLabels: String?
    package var testFeatures: String?
    package var testLabels: String?
    package var initialWeights: String?

    // How the run goes about it; the bits do not depend on these.
    package var workers: Int?
    package var checkpointEvery: CheckpointCadence?
    package var keep = 3
    package var onDivergence = DivergencePolicy.stop

    /// The keys of what was said in words, on the command line or in a file, be it what would have been taken anyway.
    private var said: Set<String> = []

    package init() {}

    /// Sets what somebody said.
    package mutating func say(_ setting: Setting, _ text: String) throws(SettingProblem) {
        try setting.set(&self, text)
        said.insert(setting.key)
    }

    /// Whether a setting was said, in words or by another value than the default, so that nothing else may be chosen for it.
    package func says(_ key: String) -> Bool {
        said.contains(key) || Setting.named(key).map { $0.text(self) != $0.text(Configuration()) } ?? false
    }

    /// The same with every setting that shapes the bits and is left open taken from a run's checkpoint: what would be chosen
    /// now may be another than what was chosen then.
    package func completed(by resolved: Configuration) throws(SettingProblem) -> Configuration {
        var completed = self
        for setting in Setting.all where setting.shapesBits {
            let isOpen = !says(setting.key) || setting.text(self) == automatic
            if isOpen, let text = setting.text(resolved) { try completed.say(setting, text) }
        }
        return completed
    }

    /// The same with what another configuration says, and this one does not, of the settings that shape the bits and of the
    /// names of the data.
    package func adding(_ former: Configuration) throws(SettingProblem) -> Configuration {
        var all = self
        for setting in Setting.all where setting.shapesBits || Setting.dataNames.contains(setting.key) {
            guard former.says(setting.key), !says(setting.key), let text = setting.text(former) else { continue }
            try all.say(setting, text)
        }
        return all
    }

    /// What to do when the loss or a gradient is no finite number.
    package enum DivergencePolicy: String, Sendable, CaseIterable {
        case stop
        /// Go back to the last checkpoint on the cadence, with half the learning rate.
        case rollback
    }

    /// A factor of each class's part of the loss.
    package enum ClassWeights: Sendable, Equatable {
        case equal
        /// So that each class counts as much as any other, however many samples it has.
        case balanced
        case each([Double])
    }

}

import Datasets
import Kernels
import Layers
import Minibatches
import Networks
import Optimizers
import Splits
import Tables

/// All settings of a run, and which of them were specified. A setting of nil is automatic; resolution replaces it with the
/// chosen value.
package struct Configuration: Sendable, Equatable {
    // Settings that shape the trained bits.
    package var layers = [NetworkItem.dense(512), .dense(256)]
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
    package var leaves: Int?
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
    package var augment: [ImageChange] = []
    /// Through how many steps of sequences gradients go back at most; nil for all.
    package var truncate: Int?
    package var shuffle = Sampler.Shuffle.full
    package var seed: UInt64 = 0
    package var featureScale: Double?

    // Settings that say what the numbers of the data mean; they shape the bits, too.
    package var label: String?
    package var ignore: [String] = []
    package var categorical: [String] = []
    /// Of a table whose columns are the steps of sequences, one after another: how many, and of how many values each.
    package var steps: Int?
    package var channels: Int?
    package var task: LabelSchema.Task?
    package var axes: SampleAxes?
    package var standardize: Standardization.Kind?
    package var standardizeTargets: Answer?
    package var missing: FeatureSchema.MissingPolicy?
    package var unseenCategories = UnseenCategories.refuse
    package var sampleWeights: String?
    package var validationShare = 0.0
    package var testShare = 0.0
    package var split = SplitShares.Method.stratified
    package var splitSeed: UInt64 = 0

    // The length of the run, and its data.
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
    /// The layers that `initialWeights` gives; empty for all.
    package var only: [String] = []
    package var header: Answer?
    package var delimiter: Delimiter?
    package var decimal: DecimalMark?

    // Settings that do not affect the bits.
    package var workers: Int?
    package var checkpointEvery: CheckpointCadence?
    package var keep = 3
    package var onDivergence = DivergencePolicy.stop

    /// The keys of settings on the command line or in a file, even if they have their default value.
    private var specifiedKeys: Set<String> = []

    package init() {}

    /// Sets a setting from its text and records that it was specified.
    /// - Throws: `SettingProblem` for an invalid value.
    package mutating func specify(_ setting: Setting, _ text: String) throws(SettingProblem) {
        try setting.set(&self, text)
        specifiedKeys.insert(setting.key)
    }

    /// Whether a setting was specified or differs from its default, so that no other value may be chosen for it.
    package func specifies(_ key: String) -> Bool { specifiedKeys.contains(key) || differsFromDefault(key) }

    /// Whether a setting has another value than its default.
    package func differsFromDefault(_ key: String) -> Bool {
        Setting.named(key).map { $0.text(self) != $0.text(Configuration()) } ?? false
    }

    /// Fills open settings that shape the bits with those of a run's checkpoint: automatic choices may have changed since.
    /// - Throws: `SettingProblem` for an invalid value.
    package func completed(by resolved: Configuration) throws(SettingProblem) -> Configuration {
        var completed = self
        for setting in Setting.all where setting.shapesBits {
            let isOpen = !specifies(setting.key) || setting.text(self) == automatic
            if isOpen, let text = setting.text(resolved) { try completed.specify(setting, text) }
        }
        return completed
    }

    /// Fills unspecified settings that shape the bits or name datasets with those that another configuration specifies.
    /// - Throws: `SettingProblem` for an invalid value.
    package func filled(from former: Configuration) throws(SettingProblem) -> Configuration {
        var filled = self
        for setting in Setting.all where setting.shapesBits || Setting.keysOfHDF5Files.contains(setting.key) {
            guard former.specifies(setting.key), !specifies(setting.key), let text = setting.text(former) else {
                continue
            }
            try filled.specify(setting, text)
        }
        return filled
    }

    /// What to do when the loss or a gradient is not finite.
    package enum DivergencePolicy: String, Sendable, CaseIterable {
        case stop
        /// Return to the last checkpoint for rollbacks and halve the learning rate.
        case rollback
    }

    package enum Answer: String, Sendable, CaseIterable {
        case yes, no
    }

    /// What becomes of a category of a text feature that training has not met.
    package enum UnseenCategories: String, Sendable, CaseIterable {
        case refuse
        /// None of the feature's inputs is 1.
        case zeros
    }

    /// The weight of each class in the loss.
    package enum ClassWeights: Sendable, Equatable {
        case equal
        /// Weights inversely proportional to the classes' numbers of samples.
        case balanced
        case each([Double])
    }
}

import Datasets
import DurableFiles
import Kernels
import Networks
import RunSettings
import Splits

/// A network together with the meaning of its inputs and outputs: what a checkpoint stores so that the network can be
/// used without its training data.
package struct Model: Sendable {
    /// The resolved configuration: loss, output activation and shards are not nil.
    package let configuration: Configuration
    package let schema: Schema
    package let encoding: LabelEncoding
    package let network: Network

    /// The shape of one input.
    package var inputShape: [Int] { schema.features.inputShape }

    /// Makes the network of a resolved configuration, as a checkpoint has it.
    /// - Throws: `SettingsError` for settings that do not fit each other or the labels.
    package init(configuration: Configuration, loss: Loss, schema: Schema) throws(SettingsError) {
        let (encoding, correctness) = try schema.labels.encoding(for: loss)
        let activation = configuration.outputActivation ?? loss.requiredOutputActivation ?? .identity
        if let required = loss.requiredOutputActivation, activation != required {
            throw .outputActivationDoesNotFit(
                loss: loss.rawValue, outputActivation: activation.rawValue, required: required.rawValue)
        }
        if [.softmax, .logSoftmax].contains(activation) && encoding.outputs == 1 {
            throw .softmaxOfOneOutput(outputActivation: activation.rawValue)
        }
        guard schema.labels.means.isEmpty || loss.takesMeasurements && activation == .identity else {
            throw .targetsCannotBeStandardized(
                task: schema.labels.task.rawValue, loss: loss.rawValue, outputActivation: activation.rawValue)
        }
        let options = try configuration.lossOptions(for: loss, classCount: encoding.classCount)
        network = try configuration.network(
            inputShape: schema.features.inputShape, axes: schema.features.inputAxes,
            hasLengths: schema.features.hasLengths, labelsAreOfSteps: schema.labels.areOfSteps,
            Objective(
                loss: loss, options: options, outputActivation: activation, correctness: correctness,
                outputs: encoding.outputs, targetDeviations: schema.labels.deviations))
        var resolved = configuration
        // Regression gradients are unbounded, so the default learning rate of classification would diverge.
        if correctness == .none && configuration.optimizer == .sgd {
            resolved.learningRate = configuration.learningRate ?? 0.01
        }
        try resolved.requireSettingsFitOptimizer()
        resolved.resolveOptimizer()
        resolved.loss = loss
        resolved.outputActivation = activation
        let plan = configuration.plan(for: network)
        (resolved.leaves, resolved.shards) = (plan.leafCount, plan.shardCount)
        resolved.task = schema.labels.task
        resolved.axes = schema.features.axes.flatMap { SampleAxes(rawValue: $0) }
        resolved.missing = schema.features.missing.policy
        resolved.standardize = schema.features.standardization.kind
        resolved.standardizeTargets = schema.labels.means.isEmpty ? .no : .yes
        self.configuration = resolved
        self.schema = schema
        self.encoding = encoding
    }

    /// One worker for each 500,000 floating-point operations of a step, at most one for each core: waking a thread takes
    /// about as long as that many operations.
    package var defaultWorkerCount: Int {
        max(1, min(ProcessLimits.cores, stepOperations / 500_000))
    }

    /// Whether a step is too small for a second worker.
    package var areStepsSmall: Bool { stepOperations < 500_000 }

    /// Whether a step is so long that reading a clock at each of its work items takes no time that could be measured.
    package var areStepsLong: Bool { stepOperations >= 5_000_000 }

    private var stepOperations: Int {
        network.trainingOperations.multipliedSaturating(by: configuration.minibatchSize)
    }

    /// Chooses from the labels what the configuration leaves open. The default loss is cross-entropy for classes, binary
    /// cross-entropy for several answers of 0 or 1, and squared error for measurements.
    /// - Parameters:
    ///   - schema: of the training split; its measurements are standardised here, unless they are given.
    ///   - given: the parts of it that stay as they are.
    ///   - isTable: whether the data is a table, whose measurements are standardised unless the user says otherwise.
    /// - Throws: `DatasetError` and `SchemaMismatch` for labels that do not fit the schema, `SettingsError` for settings that
    ///   do not fit each other or the labels.
    package init(
        resolving configuration: Configuration, schema: Schema, given: GivenSchema = GivenSchema(), labels: Labels,
        isTable: Bool = false
    ) throws {
        let loss = configuration.loss ?? schema.labels.defaultLoss
        var (configuration, schema) = (configuration, schema)
        let canStandardize =
            schema.labels.kind == .numbers && loss.takesMeasurements
            && (configuration.outputActivation ?? .identity) == .identity
        if configuration.standardizeTargets == .yes && !canStandardize {
            throw SettingsError.targetsCannotBeStandardized(
                task: schema.labels.task.rawValue, loss: loss.rawValue,
                outputActivation: (configuration.outputActivation ?? loss.requiredOutputActivation ?? .identity)
                    .rawValue)
        }
        if isTable {
            configuration.chooseRateOfTable(samples: labels.rows, areMeasurements: schema.labels.kind == .numbers)
        }
        let standardizes = configuration.standardizeTargets.map { $0 == .yes } ?? isTable
        if canStandardize, standardizes, given.labels == nil {
            schema.labels = try schema.labels.standardized(by: labels)
        }
        if configuration.classWeights == .balanced && loss.takesProbabilities {
            let (encoding, _) = try schema.labels.encoding(for: loss)
            configuration.classWeights = .balanced(for: try schema.labels.encode(labels, as: encoding), encoding)
        }
        try self.init(configuration: configuration, loss: loss, schema: schema)
    }

    /// The accuracy over the targets of samples; nil if the objective has none.
    package func accuracy(_ sum: LossSum, on samples: Samples) -> Double? {
        network.objective.countedPerTarget.map { Double(sum.correct) / Double(samples.targets.rows * $0) }
    }
}

import ArgumentParser
import Kernels
import Messages
import Networks
import Optimizers
import RunSettings

/// The settings of a run as flags. Each is kept as text and read by the table of settings, which also reads files and
/// `--set`, so that a value is checked in one place and its error names where it came from.
struct RunOptions: ParsableArguments {
    @Option(parsing: .unconditional, help: ArgumentHelp("Widths of the hidden layers, or none.", valueName: "512,256"))
    var layers: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of the hidden layers: \(names(of: Activation.self)).", valueName: "relu"))
    var activation: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Of the outputs; auto follows the loss.", valueName: "auto"))
    var outputActivation: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "\(names(of: Loss.self)); auto follows the labels.", valueName: "auto"))
    var loss: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of a class's probability that all classes get alike.", valueName: "0"))
    var labelSmoothing: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Factors of each class's part of the loss: equal, balanced, or 1,2.5,1.", valueName: "equal"))
    var classWeights: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Where the huber loss becomes linear.", valueName: "1"))
    var huberDelta: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "\(Initializer.forms.joined(separator: ", ")); auto follows the activation.", valueName: "auto"))
    var initializer: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of the hidden layers' outputs that is dropped in training.", valueName: "0"))
    var dropout: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Passes over the training samples.", valueName: "10"))
    var epochs: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End after this many steps; 0 saves the initial parameters.", valueName: "N"))
    var maxSteps: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End after so many epochs without a lower loss on the validation split, or the test split where there is none. The "
                + "run's network is then the best, not the last.", valueName: "none"))
    var patience: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Samples a step, over all workers.", valueName: "256"))
    var batchSize: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Batches a step: the gradients of so many are added up before an update.", valueName: "1"))
    var accumulate: String?
    @Flag(
        help: ArgumentHelp(
            "Choose settings that suit a large batch, except for those that are given: a learning rate that grows with the "
                + "batch, a warm-up, a cosine, and above 1,024 samples lamb in place of sgd, unless a learning rate or momentum "
                + "is given. What was chosen is printed."))
    var largeBatch = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("\(names(of: OptimizerName.self)).", valueName: "sgd"))
    var optimizer: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of the operands of multiplications: fp32, or bf16, twice as fast where the CPU has it; sums, parameters and "
                + "checkpoints are fp32.", valueName: "fp32"))
    var precision: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "auto follows the optimizer: 0.1 for sgd, 0.01 where measurements are fitted, 0.001 for adam, …",
            valueName: "auto"))
    var learningRate: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How the rate goes on: \(LearningRateSchedule.forms.joined(separator: ", ")). EVERY and AT are steps, or epochs: "
                + "10epochs.", valueName: "constant"))
    var schedule: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Steps in which the rate rises to what it is set to.", valueName: "0"))
    var warmupSteps: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Where the schedule ends. Default: with the epochs that the run begins with.", valueName: "N"))
    var scheduleSteps: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of sgd, lars and rmsprop; auto: 0.9, for rmsprop 0.", valueName: "auto"))
    var momentum: String?
    @Flag(help: "Nesterov's form of momentum.")
    var nesterov = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of the mean gradient, with adam, adamw and lamb.", valueName: "0.9"))
    var beta1: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Of the mean squared gradient, with adam, adamw and lamb.", valueName: "0.999"))
    var beta2: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Of the mean squared gradient, with rmsprop.", valueName: "0.99"))
    var rho: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("How far lars goes, as a share of a layer's norm, at rate 1.", valueName: "0.001"))
    var trust: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Added to what adagrad, rmsprop, adam, adamw and lamb divide by.", valueName: "auto"))
    var epsilon: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("L2, on weights.", valueName: "1e-4"))
    var weightDecay: String?
    @Flag(help: "Weight decay beside the gradient, as adamw and lamb have it always.")
    var decoupledDecay = false
    @Option(parsing: .unconditional, help: ArgumentHelp("L1, on weights.", valueName: "0"))
    var l1: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Scale each neuron's incoming weights down to this norm.", valueName: "none"))
    var maxNorm: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Scale gradients down to this norm over all parameters.", valueName: "none"))
    var clipNorm: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Hold each element of the gradients within plus and minus this.", valueName: "none"))
    var clipValue: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Judge and use a moving average of the parameters, of which each step keeps this share: 0.99.",
            valueName: "none"))
    var movingAverage: String?
    @Flag(help: "Weight decay on biases, too.")
    var decayBiases = false
    @Option(parsing: .unconditional, help: ArgumentHelp("Of initial weights and shuffles.", valueName: "0"))
    var seed: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("full, or none for file order.", valueName: "full"))
    var shuffle: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "stop, or rollback to the last checkpoint with half the learning rate.", valueName: "stop"))
    var onDivergence: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Threads; the trained bits do not depend on it. Default: all cores, fewer for small steps.", valueName: "N")
    )
    var workers: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Parts of a minibatch, or of each 4,096 of its rows, that can run at the same time. Default: by batch size "
                + "and network.", valueName: "N"))
    var shards: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Save every so many steps, epochs or minutes: 500, 1epoch, 10min.", valueName: "auto"))
    var checkpointEvery: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Checkpoints to keep, beside the best.", valueName: "3"))
    var keep: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Start from the parameters of a checkpoint.", valueName: "file"))
    var initialWeights: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Multiply raw features, in place of the dataset's scale.", valueName: "number"))
    var featureScale: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Training features inside the file.", valueName: "path"))
    var features: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Training labels inside the file.", valueName: "path"))
    var labels: String?
    @Option(parsing: .unconditional, help: ArgumentHelp(valueName: "path"))
    var validationFeatures: String?
    @Option(parsing: .unconditional, help: ArgumentHelp(valueName: "path"))
    var validationLabels: String?
    @Option(parsing: .unconditional, help: ArgumentHelp(valueName: "path"))
    var testFeatures: String?
    @Option(parsing: .unconditional, help: ArgumentHelp(valueName: "path"))
    var testLabels: String?

    /// What was said, by the settings' keys.
    private var given: [(key: String, value: String?)] {
        [
            ("layers", layers), ("activation", activation), ("outputActivation", outputActivation), ("loss", loss),
            ("labelSmoothing", labelSmoothing), ("classWeights", classWeights), ("huberDelta", huberDelta),
            ("initializer", initializer), ("dropout", dropout), ("epochs", epochs), ("maxSteps", maxSteps),
            ("patience", patience),
            ("batchSize", batchSize),
            ("accumulate", accumulate), ("largeBatch", largeBatch ? "true" : nil),
            ("optimizer", optimizer), ("precision", precision), ("learningRate", learningRate), ("schedule", schedule),
            ("warmupSteps", warmupSteps), ("scheduleSteps", scheduleSteps), ("momentum", momentum),
            ("nesterov", nesterov ? "true" : nil), ("beta1", beta1), ("beta2", beta2), ("rho", rho), ("trust", trust),
            ("epsilon", epsilon), ("weightDecay", weightDecay), ("decoupledDecay", decoupledDecay ? "true" : nil),
            ("l1", l1), ("maxNorm", maxNorm), ("clipNorm", clipNorm), ("clipValue", clipValue),
            ("movingAverage", movingAverage),
            ("decayBiases", decayBiases ? "true" : nil), ("seed", seed), ("shuffle", shuffle),
            ("onDivergence", onDivergence), ("workers", workers),
            ("shards", shards), ("checkpointEvery", checkpointEvery), ("keep", keep),
            ("initialWeights", initialWeights), ("featureScale", featureScale), ("features", features),
            ("labels", labels), ("validationFeatures", validationFeatures), ("validationLabels", validationLabels),
            ("testFeatures", testFeatures), ("testLabels", testLabels),
        ]
    }

    /// Sets what was said over what `configuration` has.
    func apply(to configuration: inout Configuration) throws {
        for (key, value) in given {
            guard let value, let setting = Setting.named(key) else { continue }
            try set(setting, to: value, in: &configuration, reportedAs: setting.flag)
        }
    }
}

private func names<Value: RawRepresentable<String> & CaseIterable>(of type: Value.Type) -> String {
    Value.allCases.map(\.rawValue).joined(separator: ", ")
}

/// The defaults, but for one setting.
/// - Throws: `Failure` with the words for a value that it cannot have.
func configured(_ key: String, _ value: String, reportedAs name: String) throws -> Configuration {
    var configuration = Configuration()
    if let setting = Setting.named(key) { try set(setting, to: value, in: &configuration, reportedAs: name) }
    return configuration
}

/// Sets one setting.
/// - Throws: `Failure` with the words for a value that it cannot have.
func set(
    _ setting: Setting, to value: String, in configuration: inout Configuration, reportedAs name: String
) throws {
    do {
        try configuration.say(setting, value)
    } catch {
        throw Failure(.usage, error.wording(of: name))
    }
}

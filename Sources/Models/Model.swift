import Datasets
import DurableFiles
import Networks
import RunSettings

/// A network together with the meaning of its inputs and outputs: what a checkpoint stores so that the network can be
/// used without its training data.
package struct Model: Sendable {
    /// The resolved configuration: loss, output activation and shards are not nil.
    package let configuration: Configuration
    /// The shape of one sample.
    package let inputShape: [Int]
    package let encoding: LabelEncoding
    /// The class names, if the labels have any.
    package let classNames: [String]?
    package let network: Network

    package init(
        configuration: Configuration, loss: Loss, inputShape: [Int], encoding: LabelEncoding,
        correctness: Correctness, classNames: [String]?
    ) throws(SettingsError) {
        let activation = configuration.outputActivation ?? loss.requiredOutputActivation ?? .identity
        if let required = loss.requiredOutputActivation, activation != required {
            throw .outputActivationDoesNotFit(
                loss: loss.rawValue, outputActivation: activation.rawValue, required: required.rawValue)
        }
        if [.softmax, .logSoftmax].contains(activation) && encoding.outputs == 1 {
            throw .softmaxOfOneOutput(outputActivation: activation.rawValue)
        }
        let options = try configuration.lossOptions(for: loss, classCount: encoding.classCount)
        network = Network(
            inputShape: inputShape, hiddenWidths: configuration.layers, activation: configuration.activation,
            dropout: configuration.dropout,
            objective: Objective(
                loss: loss, options: options, outputActivation: activation, correctness: correctness,
                outputs: encoding.outputs),
            initializer: configuration.initializer, precision: configuration.precision)
        var resolved = configuration
        // Regression gradients are unbounded, so the default learning rate of classification would diverge.
        if correctness == .none && configuration.optimizer == .sgd {
            resolved.learningRate = configuration.learningRate ?? 0.01
        }
        try resolved.requireSettingsFitOptimizer()
        resolved.resolveOptimizer()
        resolved.loss = loss
        resolved.outputActivation = activation
        resolved.shards = configuration.plan(for: network).shardCount
        self.configuration = resolved
        self.inputShape = inputShape
        self.encoding = encoding
        self.classNames = classNames
    }

    /// One worker for each 500,000 floating-point operations of a step, at most one for each core: waking a thread takes
    /// about as long as that many operations.
    package var defaultWorkerCount: Int {
        max(1, min(ProcessLimits.cores, stepOperations / 500_000))
    }

    /// Whether a step is too small for a second worker.
    package var areStepsSmall: Bool { stepOperations < 500_000 }

    private var stepOperations: Int {
        network.trainingOperations.multipliedSaturating(by: configuration.minibatchSize)
    }

    /// Chooses from the labels what the configuration leaves open. The default loss is cross-entropy for class ids and
    /// one-hot rows, binary cross-entropy for targets of 0 and 1, and squared error for other values. Named classes are
    /// encoded as one-hot targets for squared error.
    /// - Throws: `DatasetError` for labels that do not fit the loss, `SettingsError` for an output activation that does
    ///   not fit it.
    package init(resolving configuration: Configuration, inputShape: [Int], labels: Labels) throws {
        let areClasses = if case .integers = labels.values { true } else { labels.areOneHot }
        let loss =
            configuration.loss
            ?? (areClasses ? .crossEntropy : labels.areBinary ? .binaryCrossEntropy : .meanSquaredError)
        let encoding: LabelEncoding
        let correctness: Correctness
        switch loss {
        case .crossEntropy, .divergence:
            encoding =
                areClasses || labels.width == 1
                ? .classIDs(classCount: try labels.classCount()) : .distribution(width: labels.width)
            correctness = .largest
        case .hinge where try labels.areOneHot || areClasses && labels.classCount() > 2:
            encoding = .classIDs(classCount: try labels.classCount())
            correctness = .largest
        case .binaryCrossEntropy, .hinge, .perceptron:
            if case .integers = labels.values {
                let count = try labels.classCount()
                guard count <= 2 else {
                    throw SettingsError.tooManyClasses(loss: loss.rawValue, classCount: count)
                }
            }
            encoding = .binary(width: labels.width)
            correctness = .threshold
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber:
            if labels.areBinary && !labels.areOneHot {
                encoding = .numbers(width: labels.width)
                correctness = .threshold
            } else if labels.classNames != nil || labels.areOneHot {
                encoding = .oneHot(classCount: try labels.classCount())
                correctness = .largest
            } else {
                encoding = .numbers(width: labels.width)
                correctness = .none
            }
        }
        var configuration = configuration
        if configuration.classWeights == .balanced && loss.takesProbabilities {
            configuration.classWeights = .balanced(for: try encoding.encode(labels), encoding)
        }
        try self.init(
            configuration: configuration, loss: loss, inputShape: inputShape, encoding: encoding,
            correctness: correctness, classNames: labels.classNames)
    }

    /// The accuracy over `samples` samples; nil if the objective has none.
    package func accuracy(_ sum: LossSum, samples: Int) -> Double? {
        network.objective.countedPerSample.map { Double(sum.correct) / Double(samples * $0) }
    }
}

import Datasets
import DurableFiles
import Foundation
import Networks
import RunSettings
import Yams

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
    var areStepsSmall: Bool { stepOperations < 500_000 }

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

// MARK: /config of a checkpoint

extension Model {
    /// The settings that determine the bits, and the meaning of inputs and outputs.
    package var entries: [(key: String, value: Node)] {
        var entries: [(key: String, value: Node)] = [
            ("input", ConfigurationFile.list(inputShape.map(String.init))),
            ("outputs", Node("\(encoding.outputs)")),
            ("targets", Node(encoding.name)),
            ("accuracy", Node(network.objective.correctness.rawValue)),
        ]
        if let classNames { entries.append(("classes", ConfigurationFile.list(classNames))) }
        return entries + ConfigurationFile.entries(of: configuration, where: \.shapesBits)
    }

    /// Keys of the entries that are not settings.
    private static let ownKeys = ["input", "outputs", "targets", "accuracy", "classes"]

    /// Reads `entries` from a file.
    /// - Throws: `CheckpointError.unreadableConfiguration` and `.unknownSetting` naming the key.
    init(entries mapping: Node.Mapping, file: String) throws {
        func fail(_ key: String) -> CheckpointError { .unreadableConfiguration(file: file, key: key) }
        func list(_ key: String) -> [String]? {
            mapping[Node(key)]?.sequence?.compactMap { $0.scalar?.string }
        }
        func scalar(_ key: String) throws -> String {
            guard let text = mapping[Node(key)]?.scalar?.string else { throw fail(key) }
            return text
        }

        var configuration = Configuration()
        for (node, value) in mapping {
            guard let key = node.scalar?.string else { continue }
            guard let setting = Setting.named(key), setting.shapesBits else {
                guard Self.ownKeys.contains(key) || DataFingerprint.keys.contains(key) else {
                    throw CheckpointError.unknownSetting(file: file, key: key)
                }
                continue
            }
            let text = value.scalar?.string ?? list(key)?.joined(separator: ",") ?? ""
            do {
                try setting.set(&configuration, text)
            } catch {
                throw fail(key)
            }
        }
        let inputShape = list("input")?.compactMap { Int($0) }.filter { $0 > 0 } ?? []
        // A forged file may claim any size. With these bounds and those of `layers`, products do not overflow.
        guard !inputShape.isEmpty, inputShape.count == list("input")?.count,
            inputShape.reduce(1, { $0.multipliedSaturating(by: $1) }) <= 1 << 36
        else { throw fail("input") }
        guard let outputs = Int(try scalar("outputs")), (1...1 << 31).contains(outputs) else { throw fail("outputs") }
        guard let encoding = LabelEncoding(name: try scalar("targets"), outputs: outputs) else {
            throw fail("targets")
        }
        guard let correctness = Correctness(rawValue: try scalar("accuracy")) else { throw fail("accuracy") }
        guard let loss = configuration.loss else { throw fail("loss") }
        try self.init(
            configuration: configuration, loss: loss, inputShape: inputShape, encoding: encoding,
            correctness: correctness, classNames: list("classes"))
    }
}

extension LabelEncoding {
    fileprivate var name: String {
        switch self {
        case .classIDs: "class-ids"
        case .oneHot: "one-hot"
        case .binary: "binary"
        case .distribution: "distribution"
        case .numbers: "numbers"
        }
    }

    fileprivate init?(name: String, outputs: Int) {
        switch name {
        case "class-ids": self = .classIDs(classCount: outputs)
        case "one-hot": self = .oneHot(classCount: outputs)
        case "binary": self = .binary(width: outputs)
        case "distribution": self = .distribution(width: outputs)
        case "numbers": self = .numbers(width: outputs)
        default: return nil
        }
    }
}

import DurableFiles
import Kernels
import Messages
import Models
import Networks
import RunSettings
import Runs
import Splits
import Stepping

/// The metrics of an epoch.
public struct Epoch: Sendable {
    /// The epoch, counted from 1.
    public let number: Int
    /// The number of steps (parameter updates) since training began.
    public let step: Int
    /// Mean loss over the epoch's samples, each computed with the parameters before its step.
    public let loss: Double
    /// The share of the samples, or of their binary labels, that were predicted correctly; nil for regression.
    public let accuracy: Double?
    /// The learning rate of the epoch's last step.
    public let learningRate: Double
}

/// Trains a network for classification.
///
/// The result depends only on the arrays and the settings, not on the number of cores.
/// - Parameters:
///   - features: [samples][inputs]
///   - classes: class ids [samples].
///   - classNames: the names of class 0, 1, …; nil to call classes by their ids.
///   - settings: as in a configuration file. The defaults are hidden layers with widths of 512 and 256, and ten epochs.
///   - onEpoch: called after each epoch.
/// - Returns: the trained network.
/// - Throws: `LockstepError` for invalid arrays and settings, and when training diverges.
public func train(
    features: [[Float]], classes: [Int], classNames: [String]? = nil, settings: Settings = [:],
    onEpoch: (Epoch) -> Void = { _ in }
) throws(LockstepError) -> TrainedNetwork {
    let labels = Labels(.integers(classes.map(Int64.init)), classNames: classNames, file: "classes")
    return try worded { try train(RawSplit(features, labels), settings, onEpoch) { $0.task = .classification } }
}

/// Trains a network for regression, or for binary labels of 0 and 1.
///
/// The result depends only on the arrays and the settings, not on the number of cores.
/// - Parameters:
///   - features: [samples][inputs]
///   - targets: [samples][outputs]
///   - settings: as in a configuration file.
///   - onEpoch: called after each epoch.
/// - Returns: the trained network.
/// - Throws: `LockstepError` for invalid arrays and settings, and when training diverges.
public func train(
    features: [[Float]], targets: [[Float]], settings: Settings = [:], onEpoch: (Epoch) -> Void = { _ in }
) throws(LockstepError) -> TrainedNetwork {
    try worded {
        let numbers = try requireMatrix(targets)
        let labels = Labels(
            .numbers(numbers.values.map(Double.init), width: numbers.width), classNames: nil, file: "targets")
        let areBinary = numbers.values.allSatisfy { $0 == 0 || $0 == 1 }
        return try train(RawSplit(features, labels), settings, onEpoch) { configuration in
            guard configuration.task == nil else { return }
            if areBinary && numbers.width == 1 {
                configuration.loss = configuration.loss ?? .binaryCrossEntropy
            } else if !areBinary && configuration.loss?.takesMeasurements ?? true {
                configuration.task = .regression
            }
        }
    }
}

/// Settings of files and run directories, which do not apply to arrays.
private let settingsOfRuns = Set(
    Setting.keysOfHDF5Files + Setting.keysOfTables + [
        "data", "initialWeights", "only", "patience", "onDivergence", "checkpointEvery", "keep", "featureScale",
        "missing",
        "unseenCategories", "sampleWeights", "validationShare", "testShare", "split", "splitSeed",
    ])

/// - Parameter complete: chooses what the settings leave open.
private func train(
    _ split: RawSplit, _ settings: Settings, _ onEpoch: (Epoch) -> Void, complete: (inout Configuration) -> Void
) throws -> TrainedNetwork {
    if let labels = split.labels, labels.rows != split.count {
        throw LockstepError(
            .badData, "the labels are \(grouped(labels.rows)), the samples \(grouped(split.count))")
    }
    try Arithmetic.requireUsable()
    var configuration = Configuration()
    try configuration.specify(settings, excluding: settingsOfRuns)
    complete(&configuration)
    let data = try TrainingData(configuration, RawSplits(train: split))
    let (model, samples) = (data.model, data.train)
    let trainer = try Trainer(
        network: model.network, samples: samples,
        recipe: model.configuration.trainingRecipe(for: model.network, samples: samples.count),
        workerCount: configuration.workers ?? model.defaultWorkerCount,
        parameters: model.network.initialParameters(seed: configuration.seed))
    var history: [EpochMetrics] = []
    let lastStep = configuration.maxSteps ?? .max
    while trainer.progress.position.epoch < configuration.epochs, trainer.progress.step < lastStep {
        try trainer.steps(atMost: lastStep - trainer.progress.step)
        guard trainer.progress.isAtEpochStart else { continue }
        let metrics = model.trainingMetrics(of: trainer, on: samples)
        history.append(metrics)
        onEpoch(
            Epoch(
                number: metrics.epoch, step: metrics.step, loss: metrics.trainLoss, accuracy: metrics.trainAccuracy,
                learningRate: metrics.learningRate))
    }
    return TrainedNetwork(
        Checkpoint(
            model: model, fingerprint: DataFingerprint([(.train, samples)]), progress: trainer.progress,
            history: history, parameters: trainer.store.parameters, slots: trainer.namedSlots))
}

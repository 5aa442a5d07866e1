import Datasets
import DurableFiles
import Kernels
import Messages
import Networks
import RunSettings
import Runs
import Stepping

/// What an epoch came to.
public struct Epoch: Sendable {
    /// From 1 on.
    public let number: Int
    /// Updates of the parameters since training began.
    public let step: Int
    /// The mean over the epoch's samples, each taken as its step met it.
    public let loss: Double
    /// The share of the samples, or of the answers, that were right; nil for measurements.
    public let accuracy: Double?
    /// Of the epoch's last step.
    public let learningRate: Double
}

/// Trains a network to tell classes apart.
///
/// The result depends on the arrays and the settings alone, never on the number of cores.
/// - Parameters:
///   - features: [samples][inputs]
///   - classes: [samples], from 0 on.
///   - classNames: of class 0, 1, …
///   - settings: as in a configuration file; without any, two hidden layers of 512 and 256, ten epochs.
///   - onEpoch: called after each epoch.
/// - Throws: `LockstepError`.
public func train(
    features: [[Float]], classes: [Int], classNames: [String]? = nil, settings: Settings = [:],
    onEpoch: (Epoch) -> Void = { _ in }
) throws(LockstepError) -> TrainedNetwork {
    let labels = Labels(.integers(classes.map(Int64.init)), classNames: classNames, name: "classes")
    return try worded { try train(FeatureMatrix(features), labels, settings, onEpoch) }
}

/// Trains a network to fit numbers, or to answer questions with 0 and 1.
///
/// The result depends on the arrays and the settings alone, never on the number of cores.
/// - Parameters:
///   - features: [samples][inputs]
///   - targets: [samples][outputs]
///   - settings: as in a configuration file.
///   - onEpoch: called after each epoch.
/// - Throws: `LockstepError`.
public func train(
    features: [[Float]], targets: [[Float]], settings: Settings = [:], onEpoch: (Epoch) -> Void = { _ in }
) throws(LockstepError) -> TrainedNetwork {
    try worded {
        // Checks that they are as long as each other, and finite.
        _ = try FeatureMatrix(targets)
        let labels = Labels(
            .numbers(targets.flatMap { $0 }, width: targets[0].count), classNames: nil, name: "targets")
        return try train(FeatureMatrix(features), labels, settings, onEpoch)
    }
}

/// Settings of what is read from files, and kept in directories.
private let settingsOfRuns = Set(
    Setting.dataNames + [
        "data", "initialWeights", "patience", "onDivergence", "checkpointEvery", "keep", "featureScale",
    ])

private func train(
    _ features: FeatureMatrix, _ labels: Labels, _ settings: Settings, _ onEpoch: (Epoch) -> Void
) throws -> TrainedNetwork {
    guard labels.rows == features.rows else {
        throw LockstepError(
            .badData, "the labels are \(grouped(labels.rows)), the samples \(grouped(features.rows))")
    }
    try Arithmetic.requireUsable()
    var configuration = Configuration()
    try configuration.say(settings, excluding: settingsOfRuns)
    _ = try configuration.resolveRecipes(samples: features.rows)
    let model = try Model(resolving: configuration, inputShape: features.sampleShape, labels: labels)
    let samples = Samples(features: features, targets: try model.encoding.encode(labels))
    let trainer = Trainer(
        network: model.network, samples: samples,
        recipe: model.configuration.trainingRecipe(for: model.network, samples: samples.count),
        workerCount: configuration.workers ?? model.defaultWorkerCount,
        parameters: model.network.initialParameters(seed: configuration.seed))
    var history: [EpochMetrics] = []
    let lastStep = configuration.maxSteps ?? .max
    while trainer.progress.position.epoch < configuration.epochs, trainer.progress.step < lastStep {
        try trainer.steps(atMost: lastStep - trainer.progress.step)
        guard trainer.progress.isAtEpochStart else { continue }
        let metrics = model.trainingMetrics(of: trainer, samples: samples.count)
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

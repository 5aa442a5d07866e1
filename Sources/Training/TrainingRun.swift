import Datasets
import Files
import Foundation
import Kernels
import Networks

/// What a run tells whoever watches it.
public enum RunEvent: Sendable {
    /// A checkpoint that could not be used; an earlier one was.
    case skippedDamaged(path: String)
    case started(TrainingRun.Summary)
    case step(TrainingProgress, loss: Double)
    case epoch(EpochMetrics, seconds: Double, samplesPerSecond: Double)
    case saved(path: String, step: Int)
}

/// A training run in its directory: epochs, evaluation, checkpoints, metrics.
public final class TrainingRun {
    public struct Summary: Sendable {
        public let directory: String
        public let model: Model
        public let trainCount: Int
        public let validationCount: Int?
        public let testCount: Int?
        public let workerCount: Int
        /// Steps already taken, and those at the end.
        public let step: Int
        public let totalSteps: Int
        public let stepsPerEpoch: Int
    }

    public enum Outcome: Sendable, Equatable {
        case finished
        /// There was nothing left to do.
        case alreadyFinished
    }

    public let directory: RunDirectory
    public let data: TrainingData
    private let configuration: Configuration
    private let workerCount: Int
    private let trainer: Trainer
    private let inference: Inference
    /// The epochs finished so far.
    public private(set) var history: [EpochMetrics]
    private let observe: (RunEvent) -> Void
    private let cadence: CheckpointCadence
    private var epochClock = EpochClock()

    /// Begins a run: reads the data, then makes the directory, config.yaml and the step-0 checkpoint.
    /// - Parameter replacing: whether a run that is in the directory may be deleted.
    public static func begin(
        _ configuration: Configuration, in directory: RunDirectory, replacing: Bool = false,
        observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        if directory.holdsRun && !replacing { throw TrainingError.runExists(directory: directory.path) }
        let data = try TrainingData(configuration)
        let network = data.model.network
        let parameters =
            try configuration.initialWeights.map { try initialParameters(from: $0, for: network) }
            ?? network.initialParameters(seed: configuration.seed)
        try directory.prepare(replacing: replacing)
        try directory.writeConfiguration(data.model.configuration)
        let run = TrainingRun(
            configuration, directory, data, parameters: parameters, slots: [:], progress: TrainingProgress(),
            history: [],
            observe)
        try directory.metrics.append("start", run.startMembers)
        try run.save()
        return run
    }

    /// Goes on from the newest whole checkpoint of the directory.
    /// - Parameter configuration: that of the run; what shapes the bits must be as it was.
    public static func resume(
        _ configuration: Configuration, in directory: RunDirectory, observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        guard !directory.checkpoints().isEmpty else {
            // Killed before its first checkpoint: nothing is lost by starting over.
            return try begin(configuration, in: directory, replacing: true, observe: observe)
        }
        let (checkpoint, damaged) = try directory.newestCheckpoint()
        for path in damaged { observe(.skippedDamaged(path: path)) }
        let data = try TrainingData(configuration)
        try requireSame(data.model.configuration, as: checkpoint.model.configuration, directory)
        try directory.writeConfiguration(data.model.configuration)
        let run = TrainingRun(
            configuration, directory, data, parameters: checkpoint.parameters,
            slots: Dictionary(uniqueKeysWithValues: checkpoint.slots.map { ($0.name, $0.values) }),
            progress: checkpoint.progress, history: checkpoint.history, observe)
        if run.trainer.progress.step < run.totalSteps {
            try directory.metrics.cutBack(
                toStep: checkpoint.progress.step, keepsCheckpointLine: run.isDue(checkpoint.progress))
        }
        return run
    }

    private init(
        _ configuration: Configuration, _ directory: RunDirectory, _ data: TrainingData, parameters: FloatBuffer,
        slots: [String: FloatBuffer], progress: TrainingProgress, history: [EpochMetrics],
        _ observe: @escaping (RunEvent) -> Void
    ) {
        self.configuration = configuration
        self.directory = directory
        self.data = data
        self.history = history
        self.observe = observe
        workerCount = configuration.workers ?? ProcessInfo.processInfo.activeProcessorCount
        trainer = Trainer(
            network: data.model.network, samples: data.train, configuration: data.model.configuration,
            workerCount: workerCount, parameters: parameters, slots: slots, progress: progress)
        inference = Inference(network: data.model.network, workerCount: workerCount)
        let stepsPerEpoch = Self.steps(perEpochOf: data.train.count, batchSize: configuration.batchSize)
        cadence = configuration.checkpointEvery ?? .suited(toStepsPerEpoch: stepsPerEpoch)
    }

    public var summary: Summary {
        Summary(
            directory: directory.path, model: data.model, trainCount: data.train.count,
            validationCount: data.validation?.count, testCount: data.test?.count, workerCount: workerCount,
            step: trainer.progress.step, totalSteps: totalSteps, stepsPerEpoch: stepsPerEpoch)
    }

    private var stepsPerEpoch: Int { Self.steps(perEpochOf: data.train.count, batchSize: configuration.batchSize) }

    private static func steps(perEpochOf samples: Int, batchSize: Int) -> Int {
        (samples + batchSize - 1) / batchSize
    }

    /// The step at which the run ends.
    private var totalSteps: Int {
        let (steps, overflow) = stepsPerEpoch.multipliedReportingOverflow(by: configuration.epochs)
        return min(overflow ? Int.max : steps, configuration.maxSteps ?? Int.max)
    }

    // MARK: The run

    /// Trains to the end, saving on the way.
    public func run() throws -> Outcome {
        guard trainer.progress.step < totalSteps || history.isEmpty && totalSteps == 0 else { return .alreadyFinished }
        observe(.started(summary))
        epochClock = EpochClock()
        while trainer.progress.step < totalSteps {
            let before = trainer.progress.position.offset
            let loss = try trainer.step()
            let after = trainer.progress.isAtEpochStart ? data.train.count : trainer.progress.position.offset
            epochClock.samples += after - before
            observe(.step(trainer.progress, loss: loss))
            if trainer.progress.isAtEpochStart { try finishEpoch() }
            if isDue(trainer.progress) || trainer.progress.step == totalSteps { try save() }
        }
        try directory.metrics.append(
            "end", [("step", .integer(trainer.progress.step)), ("epoch", .integer(trainer.progress.position.epoch))])
        return .finished
    }

    private func finishEpoch() throws {
        let trainingSeconds = epochClock.seconds
        let sum = trainer.progress.epochSum
        var metrics = EpochMetrics(
            epoch: trainer.progress.position.epoch, step: trainer.progress.step,
            trainLoss: sum.loss / Double(data.train.count), learningRate: trainer.learningRate)
        metrics.trainAccuracy = data.model.accuracy(sum, samples: data.train.count)
        if let validation = data.validation {
            (metrics.validationLoss, metrics.validationAccuracy) = try evaluate(validation)
        }
        if let test = data.test {
            (metrics.testLoss, metrics.testAccuracy) = try evaluate(test)
        }
        history.append(metrics)
        let speed = Double(epochClock.samples) / trainingSeconds
        try directory.metrics.append(
            "epoch",
            [("epoch", .integer(metrics.epoch)), ("step", .integer(metrics.step))]
                + metrics.figures.map { ($0.name, JSON.number($0.value)) }
                + [("samplesPerSecond", .number(speed.rounded())), ("seconds", .number(epochClock.seconds))])
        observe(.epoch(metrics, seconds: trainingSeconds, samplesPerSecond: speed))
        epochClock = EpochClock()
    }

    private func evaluate(_ samples: Samples) throws -> (loss: Double, accuracy: Double?) {
        let sum = try inference.evaluate(samples, parameters: trainer.store.parameters)
        return (sum.loss / Double(samples.count), data.model.accuracy(sum, samples: samples.count))
    }

    // MARK: Checkpoints

    private func isDue(_ progress: TrainingProgress) -> Bool {
        progress.step == 0 || cadence.isDue(progress)
    }

    private func save() throws {
        let checkpoint = Checkpoint(
            model: data.model, progress: trainer.progress, history: history, parameters: trainer.store.parameters,
            slots: trainer.namedSlots)
        let path = try directory.save(checkpoint, keep: configuration.keep)
        try directory.metrics.append(
            "checkpoint",
            [("step", .integer(checkpoint.progress.step)), ("epoch", .integer(checkpoint.progress.position.epoch))])
        observe(.saved(path: path, step: checkpoint.progress.step))
    }

    private var startMembers: [(String, JSON)] {
        [
            ("step", .integer(0)), ("lockstep", .string(lockstepVersion)),
            ("data", .string(configuration.data)),
            ("parameters", .integer(data.model.network.layout.parameterCount)),
            ("trainSamples", .integer(data.train.count)),
        ]
    }

    /// - Throws: `TrainingError.resumeDiffers` naming the first setting that differs.
    private static func requireSame(
        _ now: Configuration, as was: Configuration, _ directory: RunDirectory
    ) throws(TrainingError) {
        for setting in Setting.all where setting.shapesBits && setting.text(now) != setting.text(was) {
            throw .resumeDiffers(
                directory: directory.path, setting: setting.key, was: setting.text(was) ?? "none",
                now: setting.text(now) ?? "none")
        }
    }

    private static func initialParameters(from path: String, for network: Network) throws -> FloatBuffer {
        let checkpoint = try CheckpointFile.read(path)
        func describe(_ network: Network) -> String {
            ([network.inputs] + network.layers.map { $0.outputShape.reduce(1, *) }).map(String.init)
                .joined(separator: "-")
        }
        let (expected, found) = (describe(network), describe(checkpoint.model.network))
        guard expected == found else {
            throw TrainingError.initialWeightsDoNotFit(file: path, expected: expected, found: found)
        }
        return checkpoint.parameters
    }
}

/// Training time and samples of the epoch under way.
private struct EpochClock {
    private let start = ContinuousClock.now
    var samples = 0

    var seconds: Double {
        let elapsed = ContinuousClock.now - start
        return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    }
}

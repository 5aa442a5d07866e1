import Datasets
import DurableFiles
import Foundation
import Kernels
import Networks
import Optimizers
import RunSettings
import Stepping

/// What a run tells whoever watches it.
package enum RunEvent: Sendable {
    /// A checkpoint that could not be used; an earlier one was.
    case skippedDamaged(path: String)
    /// The run began on another kind of machine, which may have rounded differently.
    case otherArithmetic(was: String, now: String)
    case started(TrainingRun.Summary)
    case step(TrainingProgress, loss: Double)
    case epoch(EpochMetrics, seconds: Double, samplesPerSecond: Double)
    /// Somebody asked for a checkpoint.
    case saved(step: Int)
    case rolledBack(toStep: Int, learningRate: Double, reason: DivergenceError)
}

/// A training run in its directory: epochs, evaluation, checkpoints, metrics.
package final class TrainingRun {
    package struct Summary: Sendable {
        package let directory: String
        package let model: Model
        package let trainCount: Int
        package let validationCount: Int?
        package let testCount: Int?
        package let hasUnscaledBytes: Bool
        package let coarseColumns: [CoarseColumns]
        package let largeBatch: LargeBatchRecipe?
        package let workerCount: Int
        /// Steps already taken, and those at the end.
        package let step: Int
        package let totalSteps: Int
        package let stepsPerEpoch: Int
        /// The learning rate of the steps after the schedule's end, where the run has such steps.
        package let rateAfterSchedule: Double?
        /// Whether `maxSteps` ends the run before its epochs are over.
        package let isLimitedBySteps: Bool
        /// Whether patience ended it.
        package let hasStoppedEarly: Bool
    }

    package enum Outcome: Sendable, Equatable {
        case finished
        /// There was nothing left to do.
        case alreadyFinished
        /// A stop was requested; a checkpoint is saved, and steps remain.
        case stopped
    }

    /// How often `--on-divergence rollback` goes back before it gives up.
    static let mostRollbacks = 5

    package let directory: RunDirectory
    let metrics: MetricsLog
    private let lock: RunLock
    private let data: TrainingData
    private let fingerprint: DataFingerprint
    private let configuration: Configuration
    private let workerCount: Int
    private let interruption: Interruption
    private let observe: (RunEvent) -> Void
    private let schedule: CheckpointSchedule
    private let writer: CheckpointWriter
    private let inference: Inference
    private var trainer: Trainer
    /// The epochs finished so far.
    package private(set) var history: [EpochMetrics]
    /// The best of the history, which `best` points at once a checkpoint is saved.
    private var best: EpochMetrics?
    /// The epoch whose network is the run's, which is not the last one's where the run has patience.
    package var networkEpoch: EpochMetrics? { configuration.patience == nil ? nil : best }
    private var epochClock = EpochClock()
    private var lastSave = ContinuousClock.now
    /// Whether this process began it.
    private let isNew: Bool

    /// - Parameters:
    ///   - lock: of the directory.
    ///   - state: where to go on from; its parameters are trained in place.
    ///   - isNew: whether that is the beginning.
    init(
        _ configuration: Configuration, in directory: RunDirectory, lock: RunLock, data: TrainingData,
        from state: Checkpoint, isNew: Bool, interruption: Interruption, observe: @escaping (RunEvent) -> Void
    ) {
        self.isNew = isNew
        self.configuration = configuration
        self.directory = directory
        metrics = directory.metrics
        self.lock = lock
        self.data = data
        self.interruption = interruption
        self.observe = observe
        fingerprint = state.fingerprint
        history = state.history
        best = history.best
        workerCount = configuration.workers ?? data.model.defaultWorkerCount
        schedule = data.schedule(configuration)
        writer = CheckpointWriter(directory: directory, metrics: metrics, keep: configuration.keep, schedule: schedule)
        inference = Inference(
            network: data.model.network,
            workerCount: configuration.workers ?? ProcessLimits.cores,
            interruption: interruption)
        trainer = data.makeTrainer(from: state, workerCount: workerCount, interruption: interruption)
    }

    package var summary: Summary {
        Summary(
            directory: directory.path, model: data.model, trainCount: data.train.count,
            validationCount: data.validation?.count, testCount: data.test?.count,
            hasUnscaledBytes: data.hasUnscaledBytes, coarseColumns: data.coarseColumns, largeBatch: data.largeBatch,
            workerCount: workerCount,
            step: trainer.progress.step,
            totalSteps: totalSteps, stepsPerEpoch: data.stepsPerEpoch,
            rateAfterSchedule: data.model.configuration.scheduleSteps.flatMap {
                $0 < totalSteps ? data.learningRate(ofStep: $0) : nil
            }, isLimitedBySteps: totalSteps < stepsOfAllEpochs,
            hasStoppedEarly: hasStoppedEarly)
    }

    /// The step at which the run ends.
    private var totalSteps: Int { min(stepsOfAllEpochs, configuration.maxSteps ?? Int.max) }

    private var hasStoppedEarly: Bool { history.hasLost(patience: configuration.patience) }

    /// Whether no steps remain.
    var isOver: Bool { trainer.progress.step >= totalSteps || hasStoppedEarly }

    private var stepsOfAllEpochs: Int { data.stepsPerEpoch.multipliedSaturating(by: configuration.epochs) }

    // MARK: The run

    /// Trains to the end, saving on the way; or until a stop is requested, and saves then.
    /// - Throws: `DivergenceError.diverged`, and whatever kept a checkpoint from being saved.
    package func run() throws -> Outcome {
        let isFinished = isOver && isEpochFinished && !isNew
        if !isFinished {
            observe(.started(summary))
            do {
                try trainToTheEnd()
            } catch is Interrupted {
                defer { try? writer.finish() }
                try save()
                try writer.finish()
                return .stopped
            } catch {
                // Nothing is written, nor the lock given back, while a save is under way.
                try? writer.finish()
                throw error
            }
            try writer.finish()
        }
        try metrics.append("end", trainer.progress.members)
        return isFinished ? .alreadyFinished : .finished
    }

    private func trainToTheEnd() throws {
        epochClock = EpochClock()
        while !isOver || !isEpochFinished {
            do {
                // Where a stop came while an epoch's end was evaluated, that is next.
                if isEpochFinished { try takeSteps() }
                if !isEpochFinished { try finishEpoch() }
                try saveIfDue()
            } catch let error as DivergenceError {
                try rollBack(because: error)
            }
        }
    }

    /// Up to where something else is to be done.
    private func takeSteps() throws {
        let before = trainer.progress.position.offset
        let step = trainer.progress.step
        // A save that took turns with the workers on one core would make each of them wait for the other.
        let spared = writer.isComputing && workerCount >= ProcessLimits.cores ? 1 : 0
        let loss = try trainer.steps(
            atMost: min(totalSteps - step, schedule.stepsUntilDue(after: step)), sparing: spared)
        let progress = trainer.progress
        epochClock.samples += (progress.isAtEpochStart ? data.train.count : progress.position.offset) - before
        observe(.step(progress, loss: loss))
    }

    private func saveIfDue() throws {
        try writer.check()
        let step = trainer.progress.step
        let isAskedFor = interruption.takeSaveRequest()
        if isAskedFor || schedule.isDue(step: step) || isOver || schedule.isOverdue(since: lastSave) {
            try save()
        } else if best?.step == step {
            writer.retain(try checkpoint())
        }
        if isAskedFor {
            try writer.finish()
            observe(.saved(step: step))
        }
    }

    /// Whether the history has the epoch that the last step ended, if it ended one.
    var isEpochFinished: Bool {
        !trainer.progress.isAtEpochStart || trainer.progress.step == 0 || history.last?.step == trainer.progress.step
    }

    private func finishEpoch() throws {
        let trainingSeconds = epochClock.seconds
        let metrics = try data.epochMetrics(of: trainer, inference)
        history.append(metrics)
        if metrics.selectionLoss < best?.selectionLoss ?? .infinity { best = metrics }
        let speed = Double(epochClock.samples) / trainingSeconds
        try self.metrics.append(
            "epoch",
            metrics.members
                + [("samplesPerSecond", .number(speed.rounded())), ("seconds", .number(epochClock.seconds))])
        observe(.epoch(metrics, seconds: trainingSeconds, samplesPerSecond: speed))
        epochClock = EpochClock()
    }

    // MARK: Checkpoints

    /// Begins to save where the run is; the disk is not waited for.
    func save() throws {
        if writer.save(try checkpoint()) { lastSave = ContinuousClock.now }
    }

    /// The run as it is now, on the memory that is trained.
    /// - Throws: `DivergenceError.diverged` when a parameter, or what the optimizer remembers, is not finite, so that no such
    ///   checkpoint takes a good one's place.
    private func checkpoint() throws -> Checkpoint {
        let checkpoint = Checkpoint(
            model: data.model, fingerprint: fingerprint, progress: trainer.progress, history: history,
            parameters: trainer.store.parameters, slots: trainer.namedSlots)
        for buffer in checkpoint.buffers {
            guard let index = firstNotFinite(in: buffer.view) else { continue }
            throw DivergenceError.diverged(
                step: trainer.progress.step, layer: trainer.store.layout.layer(at: index),
                learningRate: trainer.learningRate)
        }
        return checkpoint
    }

    /// Goes back to the last checkpoint on the cadence with half the learning rate, if that is wanted and not too often.
    /// - Throws: `error` or what it has become.
    private func rollBack(because error: DivergenceError) throws {
        guard case .diverged(let step, _, let learningRate) = error, configuration.onDivergence == .rollback else {
            try writer.saveRetained(history: history)
            throw error
        }
        let rollbacks = trainer.progress.rollbacks + 1
        guard rollbacks <= Self.mostRollbacks else {
            try writer.saveRetained(history: history)
            throw DivergenceError.divergedAfterRollbacks(
                step: step, rollbacks: Self.mostRollbacks, learningRate: learningRate)
        }
        try writer.finish()
        // Where rollbacks are asked for only now, there may be none to go back to.
        guard try directory.checkpoints().contains(where: { schedule.isForRollback(step: $0.step) }) else {
            try writer.saveRetained(history: history)
            throw error
        }
        let (target, damaged) = try directory.newestCheckpoint(
            where: schedule.isForRollback, isOwn: writer.hasWritten)
        for path in damaged { observe(.skippedDamaged(path: path)) }
        let state = target.with(rollbacks: rollbacks)
        writer.forgetRetained()
        try directory.goBack(to: state)
        trainer = data.makeTrainer(from: state, workerCount: workerCount, interruption: interruption)
        history = state.history
        best = history.best
        epochClock = EpochClock()
        try metrics.cutBack(to: state, mentionsCheckpoint: true)
        try metrics.append(
            "rollback",
            [
                ("step", .integer(state.progress.step)), ("divergedAt", .integer(step)),
                ("rollbacks", .integer(rollbacks)),
            ])
        observe(.rolledBack(toStep: state.progress.step, learningRate: trainer.learningRate, reason: error))
    }
}

/// Training time and samples of the epoch under way.
private struct EpochClock {
    private let start = ContinuousClock.now
    var samples = 0

    var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }
}

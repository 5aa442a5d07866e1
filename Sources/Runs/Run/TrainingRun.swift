import Datasets
import DurableFiles
import Foundation
import Kernels
import Models
import Networks
import Optimizers
import RunSettings
import Stepping

/// An event of a training run, reported to its observer.
package enum RunEvent: Sendable {
    /// Data is read; `share` of a table has been read, from 0 to 1, nil of other files.
    case reading(path: String, share: Double?)
    /// A checkpoint is damaged, so an earlier one is used.
    case skippedDamaged(path: String)
    /// The run began on another kind of CPU or version of oneDNN, which may round differently.
    case arithmeticChanged(was: String, now: String)
    case started(TrainingRun.Summary)
    case step(TrainingProgress, loss: Double)
    /// An epoch has ended, and the share of its held-out samples has been evaluated.
    case evaluating(share: Double)
    case epoch(EpochMetrics, seconds: Double, samplesPerSecond: Double)
    /// A requested checkpoint is on disk.
    case saved(step: Int)
    case rolledBack(toStep: Int, learningRate: Double, reason: DivergenceError)
}

/// A training run in its directory: trains epochs, evaluates, logs metrics and saves checkpoints.
package final class TrainingRun {
    /// Facts about a run for display.
    package struct Summary: Sendable {
        package let directory: String
        package let model: Model
        package let trainCount: Int
        package let validationCount: Int?
        package let testCount: Int?
        package let report: DataReport
        package let largeBatch: LargeBatchRecipe?
        /// Where the parameters are from; nil if they are new, or if the run is resumed.
        package let weights: InitialWeights.Origin?
        package let workerCount: Int
        /// Steps taken so far.
        package let step: Int
        /// Steps at the end of the run.
        package let totalSteps: Int
        package let stepsPerEpoch: Int
        /// The learning rate after the end of the schedule; nil if the run ends before that.
        package let rateAfterSchedule: Double?
        /// Whether `maxSteps` ends the run before its last epoch.
        package let isLimitedBySteps: Bool
        /// Whether early stopping has ended the run.
        package let hasStoppedEarly: Bool
    }

    package enum Outcome: Sendable, Equatable {
        case finished
        /// The run was finished before.
        case alreadyFinished
        /// A stop was requested before the last step; a checkpoint is saved.
        case stopped
    }

    /// The number of rollbacks after which a run with `--on-divergence rollback` fails.
    static let maximumRollbacks = 5

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
    /// One entry for each finished epoch.
    package private(set) var history: [EpochMetrics]
    /// The epoch of the history with the lowest selection loss.
    private var best: EpochMetrics?
    /// The best epoch if the run has `patience`, which makes its network the run's; nil otherwise.
    package var selectedEpoch: EpochMetrics? { configuration.patience == nil ? nil : best }
    /// Of steps that are long enough for it.
    private let profile: StepProfile?
    private var epochClock: EpochClock
    private var lastSave = ContinuousClock.now
    /// Whether this process began the run.
    private let isNew: Bool
    private let weights: InitialWeights.Origin?

    /// - Parameters:
    ///   - lock: the lock on the directory.
    ///   - state: where training continues; its parameters are updated in place.
    ///   - isNew: whether the run begins, rather than resumes.
    ///   - weights: where the parameters are from, if a run begins with those of another.
    init(
        _ configuration: Configuration, in directory: RunDirectory, lock: RunLock, data: TrainingData,
        from state: Checkpoint, isNew: Bool, weights: InitialWeights.Origin? = nil, interruption: Interruption,
        observe: @escaping (RunEvent) -> Void
    ) throws {
        (self.configuration, self.directory, self.lock, self.data) = (configuration, directory, lock, data)
        (self.isNew, self.weights, self.interruption, self.observe) = (isNew, weights, interruption, observe)
        metrics = directory.metrics
        (fingerprint, history, best) = (state.fingerprint, state.history, state.history.best)
        workerCount = configuration.workers ?? data.model.defaultWorkerCount
        schedule = data.checkpointSchedule(configuration)
        writer = CheckpointWriter(directory: directory, metrics: metrics, keep: configuration.keep, schedule: schedule)
        inference = try Inference(
            network: data.model.network, workerCount: configuration.workers ?? ProcessLimits.cores,
            interruption: interruption)
        profile = data.model.areStepsLong ? StepProfile(workerCount: workerCount) : nil
        epochClock = EpochClock(profile: profile, workerCount: workerCount)
        trainer = try data.makeTrainer(
            from: state, workerCount: workerCount, interruption: interruption, profile: profile)
    }

    package var summary: Summary {
        Summary(
            directory: directory.path, model: data.model, trainCount: data.train.count,
            validationCount: data.validation?.count, testCount: data.test?.count,
            report: data.report, largeBatch: data.largeBatch, weights: weights,
            workerCount: workerCount, step: trainer.progress.step, totalSteps: totalSteps,
            stepsPerEpoch: data.stepsPerEpoch,
            rateAfterSchedule: data.model.configuration.scheduleSteps.flatMap {
                $0 < totalSteps ? data.learningRate(ofStep: $0) : nil
            }, isLimitedBySteps: totalSteps < stepsOfAllEpochs, hasStoppedEarly: hasStoppedEarly)
    }

    /// The step at which the run ends.
    private var totalSteps: Int { min(stepsOfAllEpochs, configuration.maxSteps ?? Int.max) }

    private var hasStoppedEarly: Bool { history.hasExhausted(patience: configuration.patience) }

    /// Whether no steps remain.
    var isFinished: Bool { trainer.progress.step >= totalSteps || hasStoppedEarly }

    private var stepsOfAllEpochs: Int { data.stepsPerEpoch.multipliedSaturating(by: configuration.epochs) }

    // MARK: The run

    /// Trains until the run is finished or a stop is requested, and saves a checkpoint then.
    /// - Throws: `DivergenceError.diverged`; `FileError` when a checkpoint or the log cannot be written.
    package func run() throws -> Outcome {
        let wasFinished = isFinished && isEpochEvaluated && !isNew
        if !wasFinished {
            observe(.started(summary))
            do {
                try trainUntilFinished()
            } catch is Interrupted {
                defer { try? writer.finish() }
                try save()
                try writer.finish()
                return .stopped
            } catch {
                // A save in progress must end before the lock is released.
                try? writer.finish()
                throw error
            }
            try writer.finish()
        }
        try metrics.append("end", trainer.progress.members)
        return wasFinished ? .alreadyFinished : .finished
    }

    private func trainUntilFinished() throws {
        restartClock()
        while !isFinished || !isEpochEvaluated {
            do {
                // A run that was stopped during an evaluation resumes with that evaluation.
                if isEpochEvaluated { try takeSteps() }
                if !isEpochEvaluated { try evaluateEpoch() }
                try saveIfDue()
            } catch let error as DivergenceError {
                try rollBack(because: error)
            }
        }
    }

    /// Trains until the end of an epoch, a due checkpoint or the end of the run, or for some milliseconds.
    private func takeSteps() throws {
        let before = trainer.progress.position.offset
        let step = trainer.progress.step
        // While a save occupies a core, one worker pauses: sharing that core would delay all workers at each barrier.
        let pausedWorkers = writer.isComputing && workerCount >= ProcessLimits.cores ? 1 : 0
        let loss = try trainer.steps(
            atMost: min(totalSteps - step, schedule.stepsUntilDue(after: step)), sparing: pausedWorkers)
        let progress = trainer.progress
        epochClock.samples += (progress.isAtEpochStart ? data.train.count : progress.position.offset) - before
        observe(.step(progress, loss: loss))
    }

    private func saveIfDue() throws {
        try writer.check()
        let step = trainer.progress.step
        let isRequested = interruption.takeSaveRequest()
        if isRequested || schedule.isDue(step: step) || isFinished || schedule.isOverdue(since: lastSave) {
            try save()
        } else if best?.step == step {
            writer.setPendingBest(try checkpoint())
        }
        if isRequested {
            try writer.finish()
            observe(.saved(step: step))
        }
    }

    /// Whether the epoch that the last step ended, if it ended one, has been evaluated.
    var isEpochEvaluated: Bool {
        !trainer.progress.isAtEpochStart || trainer.progress.step == 0 || history.last?.step == trainer.progress.step
    }

    private func evaluateEpoch() throws {
        let (trainingSeconds, phases) = (epochClock.seconds, epochClock.phases)
        // Before the evaluation, after which a stopped run goes on without the gradient.
        if let gradients = trainer.gradientNorms {
            try self.metrics.append("norms", trainer.progress.members(parameters: trainer.store.norms, gradients))
        }
        let metrics = try data.epochMetrics(of: trainer, inference) { observe(.evaluating(share: $0)) }
        history.append(metrics)
        if metrics.selectionLoss < best?.selectionLoss ?? .infinity { best = metrics }
        let speed = Double(epochClock.samples) / trainingSeconds
        try self.metrics.append(
            "epoch",
            metrics.members
                + [
                    ("samplesPerSecond", .number(speed.rounded())), ("seconds", .number(epochClock.seconds)),
                    ("trainingSeconds", .number(trainingSeconds)),
                ] + phases)
        observe(.epoch(metrics, seconds: trainingSeconds, samplesPerSecond: speed))
        restartClock()
    }

    private func restartClock() { epochClock = EpochClock(profile: profile, workerCount: workerCount) }

    // MARK: Checkpoints

    /// Begins to save a checkpoint in the background.
    /// - Throws: `DivergenceError.diverged` when a parameter is not finite.
    func save() throws {
        if writer.save(try checkpoint()) { lastSave = ContinuousClock.now }
    }

    /// The current state, sharing the trainer's buffers.
    /// - Throws: `DivergenceError.diverged` when a parameter or a slot is not finite, so that such a checkpoint never
    ///   replaces a good one.
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

    /// With `--on-divergence rollback`, returns to the last checkpoint for rollbacks and halves the learning rate.
    /// - Throws: `error` if rollbacks are off or impossible, `DivergenceError.divergedAfterRollbacks` after too many.
    private func rollBack(because error: DivergenceError) throws {
        guard case .diverged(let step, _, let learningRate) = error, configuration.onDivergence == .rollback else {
            try writer.savePendingBest(history: history)
            throw error
        }
        let rollbacks = trainer.progress.rollbacks + 1
        guard rollbacks <= Self.maximumRollbacks else {
            try writer.savePendingBest(history: history)
            throw DivergenceError.divergedAfterRollbacks(
                step: step, rollbacks: Self.maximumRollbacks, learningRate: learningRate)
        }
        try writer.finish()
        // There may be none if the run began without rollbacks.
        guard try directory.checkpoints().contains(where: { schedule.isForRollback(step: $0.step) }) else {
            try writer.savePendingBest(history: history)
            throw error
        }
        let (target, damaged) = try directory.newestCheckpoint(
            where: schedule.isForRollback, isTrusted: writer.hasWritten)
        for path in damaged { observe(.skippedDamaged(path: path)) }
        let state = target.with(rollbacks: rollbacks)
        writer.discardPendingBest()
        try directory.rollBack(to: state)
        trainer = try data.makeTrainer(
            from: state, workerCount: workerCount, interruption: interruption, profile: profile)
        history = state.history
        best = history.best
        restartClock()
        try metrics.truncate(to: state, recordingCheckpoint: true)
        try metrics.append(
            "rollback",
            [
                ("step", .integer(state.progress.step)), ("divergedAt", .integer(step)),
                ("rollbacks", .integer(rollbacks)),
            ])
        observe(.rolledBack(toStep: state.progress.step, learningRate: trainer.learningRate, reason: error))
    }
}

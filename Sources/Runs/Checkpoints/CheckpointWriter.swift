import Dispatch
import Kernels
import Synchronization

/// Saves checkpoints in the background: training waits for a copy of the parameters in memory, not for the disk.
final class CheckpointWriter {
    private let directory: RunDirectory
    private let metrics: MetricsLog
    private let keep: Int
    private let schedule: CheckpointSchedule
    private let queue = DispatchQueue(label: "checkpoints")
    private let failure = SaveFailure()
    private let computing = ComputingFlag()
    private let written = WrittenSteps()
    /// The last snapshot handed to the queue. Its buffers are reused once its save has ended.
    private var lastSaved: Checkpoint?
    /// The best checkpoint that was saved together with `lastSaved`.
    private var lastSavedBest: Checkpoint?
    /// A copy of the run's best checkpoint, if it has not been saved yet.
    private var pendingBest: Checkpoint?

    /// - Parameter metrics: gets a line for each checkpoint once it is on disk.
    init(directory: RunDirectory, metrics: MetricsLog, keep: Int, schedule: CheckpointSchedule) {
        (self.directory, self.metrics, self.keep, self.schedule) = (directory, metrics, keep, schedule)
    }

    /// Copies the best checkpoint so far. The next save also writes it, so that the best of all epochs is on disk even if
    /// no checkpoint was due at its step.
    func setPendingBest(_ best: Checkpoint) {
        // A shared array would be copied when the run appends to its history.
        pendingBest = copy(best.with(history: []), onto: pendingBest)
    }

    /// Discards the pending best checkpoint, after a rollback to an earlier step.
    func discardPendingBest() { pendingBest = nil }

    /// Waits for the previous save, then begins to save a checkpoint and the pending best one. If the previous save has
    /// failed, this one replaces it.
    /// - Returns: false if the same checkpoint is saved already.
    func save(_ checkpoint: Checkpoint) -> Bool {
        queue.sync {}
        if failure.take() != nil {
            pendingBest = pendingBest ?? lastSavedBest
        } else if let lastSaved, lastSaved.hasSameProgress(as: checkpoint) {
            return false
        }
        let step = checkpoint.progress.step
        let best = pendingBest.flatMap { best in
            best.progress.step == step
                ? nil : best.with(history: checkpoint.history.prefix(throughStep: best.progress.step))
        }
        let snapshot = copy(checkpoint, onto: lastSaved)
        (lastSaved, lastSavedBest, pendingBest) = (snapshot, best, nil)
        queue.async { [directory, metrics, keep, schedule, failure, computing, written] in
            defer { computing.isOn.store(false, ordering: .relaxed) }
            do {
                // The best comes first, so that a checkpoint on disk implies that the best of its history is, too.
                for checkpoint in [best, snapshot].compactMap(\.self) {
                    computing.isOn.store(true, ordering: .relaxed)
                    let bytes = try CheckpointFile.bytes(of: checkpoint)
                    computing.isOn.store(false, ordering: .relaxed)
                    try directory.save(checkpoint, bytes, keep: keep, schedule: schedule)
                    written.add(checkpoint.progress.step)
                }
                try metrics.append("checkpoint", snapshot.progress.members)
            } catch {
                failure.set(error)
            }
        }
        return true
    }

    /// Whether this process has written the checkpoint of a step.
    func hasWritten(step: Int) -> Bool { written.contains(step) }

    /// Whether a save occupies a core, rather than waiting for the disk.
    var isComputing: Bool { computing.isOn.load(ordering: .relaxed) }

    /// Saves the pending best checkpoint and waits, for a run that ends without another save.
    /// - Throws: the error of a save.
    func savePendingBest(history: [EpochMetrics]) throws {
        if let best = pendingBest { _ = save(best.with(history: history.prefix(throughStep: best.progress.step))) }
        try finish()
    }

    /// Waits until everything is on disk.
    /// - Throws: the error of the last save.
    func finish() throws {
        queue.sync {}
        try check()
    }

    /// - Throws: the error of the last save, if it has failed already.
    func check() throws {
        if let error = failure.take() { throw error }
    }

    /// A copy of the checkpoint in buffers that training does not change: those of `earlier`, if there is one.
    private func copy(_ checkpoint: Checkpoint, onto earlier: Checkpoint?) -> Checkpoint {
        guard let copies = earlier?.buffers else {
            return checkpoint.with(buffers: checkpoint.buffers.map { $0.copy() })
        }
        for (copy, original) in zip(copies, checkpoint.buffers) { copy.view.copy(from: original.view) }
        return checkpoint.with(buffers: copies)
    }

    private final class ComputingFlag: Sendable {
        let isOn = Atomic(false)
    }

    private final class WrittenSteps: Sendable {
        private let steps = Mutex<Set<Int>>([])

        func add(_ step: Int) { _ = steps.withLock { $0.insert(step) } }

        func contains(_ step: Int) -> Bool { steps.withLock { $0.contains(step) } }
    }

    private final class SaveFailure: Sendable {
        private let error = Mutex<(any Error)?>(nil)

        func set(_ new: any Error) { error.withLock { $0 = new } }

        /// Returns the error and clears it.
        func take() -> (any Error)? { error.withLock { $0.take() } }
    }
}

import Dispatch
import Kernels
import Synchronization

/// Saves checkpoints beside training: a step waits for a copy of the parameters, not for the disk.
final class CheckpointWriter {
    private let directory: RunDirectory
    private let metrics: MetricsLog
    private let keep: Int
    private let schedule: CheckpointSchedule
    private let queue = DispatchQueue(label: "checkpoints")
    private let failure = Failure()
    private let computing = Computing()
    private let written = Written()
    /// The last one saved; its memory is written to only while no save is under way.
    private var last: Checkpoint?
    /// What was saved with it.
    private var lastBest: Checkpoint?
    /// The best of the run so far, while it is on no disk.
    private var retained: Checkpoint?

    /// - Parameter metrics: gets a line for each checkpoint once it is on disk.
    init(directory: RunDirectory, metrics: MetricsLog, keep: Int, schedule: CheckpointSchedule) {
        self.schedule = schedule
        self.metrics = metrics
        self.directory = directory
        self.keep = keep
    }

    /// Keeps a copy of the best checkpoint so far, which the next save writes too: so `best` is the best of all epochs,
    /// whenever the run saves.
    func retain(_ best: Checkpoint) {
        // A shared array would be copied when the run appends to its history.
        retained = copy(best.with(history: []), onto: retained)
    }

    /// What was retained is no part of the run any more.
    func forgetRetained() {
        retained = nil
    }

    /// Begins to save a checkpoint, once the one before is saved, and what was retained. Where the one before could not
    /// be saved, this one takes its place.
    /// - Returns: false where the checkpoint is that which is saved already.
    func save(_ checkpoint: Checkpoint) -> Bool {
        queue.sync {}
        if failure.take() != nil {
            retained = retained ?? lastBest
        } else if let last, last.isSameMoment(as: checkpoint) {
            return false
        }
        let step = checkpoint.progress.step
        let best = retained.flatMap { best in
            best.progress.step == step
                ? nil : best.with(history: checkpoint.history.upTo(step: best.progress.step))
        }
        let snapshot = copy(checkpoint, onto: last)
        (last, lastBest, retained) = (snapshot, best, nil)
        queue.async { [directory, metrics, keep, schedule, failure, computing, written] in
            defer { computing.isOn.store(false, ordering: .relaxed) }
            do {
                // The best first: where a checkpoint is, the best of its history is.
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

    /// Whether the checkpoint of a step was written by this process.
    func hasWritten(step: Int) -> Bool { written.contains(step) }

    /// Whether a save takes a core: it is not waiting for the disk.
    var isComputing: Bool { computing.isOn.load(ordering: .relaxed) }

    /// Saves what was retained, for a run that comes to no other save.
    /// - Throws: what a save failed with.
    func saveRetained(history: [EpochMetrics]) throws {
        if let retained { _ = save(retained.with(history: history.upTo(step: retained.progress.step))) }
        try finish()
    }

    /// Waits until all is on disk.
    /// - Throws: what the save failed with.
    func finish() throws {
        queue.sync {}
        try check()
    }

    /// - Throws: what a save failed with, as soon as it has.
    package func check() throws {
        if let error = failure.take() { throw error }
    }

    /// The checkpoint, on memory that training does not change: that of an earlier copy, if there is one.
    private func copy(_ checkpoint: Checkpoint, onto earlier: Checkpoint?) -> Checkpoint {
        guard let copies = earlier?.buffers else {
            return checkpoint.with(buffers: checkpoint.buffers.map { $0.copy() })
        }
        for (copy, original) in zip(copies, checkpoint.buffers) { copy.view.copy(from: original.view) }
        return checkpoint.with(buffers: copies)
    }

    private final class Computing: Sendable {
        let isOn = Atomic(false)
    }

    private final class Written: Sendable {
        private let steps = Mutex<Set<Int>>([])

        func add(_ step: Int) { _ = steps.withLock { $0.insert(step) } }

        func contains(_ step: Int) -> Bool { steps.withLock { $0.contains(step) } }
    }

    private final class Failure: Sendable {
        private let error = Mutex<(any Error)?>(nil)

        func set(_ new: any Error) { error.withLock { $0 = new } }

        /// The error, which is over with that.
        func take() -> (any Error)? { error.withLock { $0.take() } }
    }
}

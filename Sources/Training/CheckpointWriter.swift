import Dispatch
import Kernels
import Synchronization

/// Saves checkpoints beside training: a step waits for a copy of the parameters, not for the disk.
final class CheckpointWriter {
    private let directory: RunDirectory
    private let keep: Int
    private let schedule: CheckpointSchedule
    private let queue = DispatchQueue(label: "checkpoints")
    private let failure = FirstFailure()
    /// Written to only while no save is under way.
    private var copies: [FloatBuffer] = []

    init(directory: RunDirectory, keep: Int, schedule: CheckpointSchedule) {
        self.schedule = schedule
        self.directory = directory
        self.keep = keep
    }

    /// Begins to save a checkpoint, once the one before is saved.
    /// - Throws: what the save before failed with.
    func save(_ checkpoint: Checkpoint) throws {
        try finish()
        let snapshot = copy(checkpoint)
        queue.async { [directory, keep, schedule, failure] in
            do {
                try directory.save(snapshot, keep: keep, schedule: schedule)
            } catch {
                failure.error.withLock { $0 = error }
            }
        }
    }

    /// Waits until all is on disk.
    /// - Throws: what the save failed with.
    func finish() throws {
        queue.sync {}
        let error = failure.error.withLock { error in
            defer { error = nil }
            return error
        }
        if let error { throw error }
    }

    /// The checkpoint, on memory that training does not change.
    private func copy(_ checkpoint: Checkpoint) -> Checkpoint {
        let originals = [checkpoint.parameters] + checkpoint.slots.map(\.values)
        if copies.isEmpty { copies = originals.map { FloatBuffer(count: $0.count) } }
        for (copy, original) in zip(copies, originals) { copy.view.copy(from: original.view) }
        return Checkpoint(
            model: checkpoint.model, fingerprint: checkpoint.fingerprint, progress: checkpoint.progress,
            history: checkpoint.history,
            parameters: copies[0], slots: Array(zip(checkpoint.slots.map(\.name), copies.dropFirst())))
    }

    private final class FirstFailure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }
}

import DurableFiles

/// Which checkpoints of a run stay.
extension RunDirectory {
    /// Updates the links `latest` and `best`, and applies checkpoint retention: the newest `keep` checkpoints stay, the
    /// newest one that a rollback may return to, and the best one in the history of each of these.
    func linkAndPrune(newest checkpoint: Checkpoint, keep: Int, schedule: CheckpointSchedule) throws {
        try link(to: checkpoint)
        let all = try checkpoints().filter { $0.step <= checkpoint.progress.step }
        let retained = all.suffix(keep) + [all.last { schedule.isForRollback(step: $0.step) }].compactMap { $0 }
        for old in others(than: retained, history: checkpoint.history, among: all) { try removeFile(old.path) }
    }

    /// The checkpoints that are neither retained ones nor the best in the history of one of these.
    private func others(
        than retained: ArraySlice<(step: Int, path: String)>, history: [EpochMetrics],
        among all: [(step: Int, path: String)]
    ) -> [(step: Int, path: String)] {
        let bestSteps = retained.compactMap { best(of: history.prefix(throughStep: $0.step), among: all) }
        let steps = retained.map(\.step) + bestSteps
        return all.filter { !steps.contains($0.step) }
    }

    /// The files that a run can do without: checkpoints but for the newest ones and the best in the history of each of these, and
    /// damaged checkpoints that were put aside.
    /// - Parameter keep: how many of the newest checkpoints stay, 1 or more.
    /// - Throws: `RunError.noRun`, `.noCheckpoint`, `CheckpointError`, `FileError`.
    package func dispensableFiles(keep: Int) throws -> [(path: String, bytes: Int)] {
        let (newest, _) = try newestCheckpoint()
        let all = try checkpoints().filter { $0.step <= newest.progress.step }
        let damaged = try directoryNames(checkpointsPath) ?? []
        let old = others(than: all.suffix(keep), history: newest.history, among: all).map(\.path)
        let aside = damaged.filter { $0.hasSuffix(Self.damagedSuffix) }.sorted().map { "\(checkpointsPath)/\($0)" }
        return try (old + aside).map { ($0, try fileSize($0)) }
    }

    /// Deletes what `dispensableFiles` lists.
    /// - Returns: the deleted files.
    /// - Throws: as `dispensableFiles`; `RunError.runIsBusy` while a process is at work on the run.
    package func prune(keep: Int) throws -> [(path: String, bytes: Int)] {
        guard try containsRun else { throw RunError.noRun(directory: path) }
        let lock = try lock()
        return try withExtendedLifetime(lock) {
            let files = try dispensableFiles(keep: keep)
            for file in files { try removeFile(file.path) }
            return files
        }
    }

    /// The step of the best epoch whose checkpoint exists.
    func best(of history: [EpochMetrics], among checkpoints: [(step: Int, path: String)]) -> Int? {
        let steps = checkpoints.map(\.step)
        return history.filter { steps.contains($0.step) }.best?.step
    }
}

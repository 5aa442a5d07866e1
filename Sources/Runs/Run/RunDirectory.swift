import DurableFiles
import Foundation
import RunSettings

/// The directory of one run: config.yaml, metrics.jsonl, checkpoints/, and the links `latest` and `best`.
package struct RunDirectory: Sendable {
    package let path: String
    private static let damagedSuffix = ".damaged"

    package init(_ path: String) {
        self.path = path
    }

    var configurationPath: String { path + "/config.yaml" }
    private var metricsPath: String { path + "/metrics.jsonl" }
    var metrics: MetricsLog { MetricsLog(path: metricsPath) }
    private var checkpointsPath: String { path + "/checkpoints" }

    /// runs/<data>-<number>, with the first number that is free.
    package static func unused(forData data: String) throws -> RunDirectory {
        let name = URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent
        var number = 1
        while try exists("runs/\(name)-\(number)") { number += 1 }
        return RunDirectory("runs/\(name)-\(number)")
    }

    /// Whether a run has begun here.
    package var holdsRun: Bool {
        get throws {
            try exists(configurationPath) || exists(metricsPath) || !checkpoints().isEmpty
        }
    }

    /// Makes the directory ready for a new run.
    /// - Parameter replacing: whether a run that is here may be deleted.
    /// - Throws: `RunError.runExists`, `FileError`.
    func prepare(replacing: Bool) throws {
        // First, since it lists both directories: where that fails, the old run is still there.
        try removeTemporaries()
        if try holdsRun {
            guard replacing else { throw RunError.runExists(directory: path) }
            for name in ["latest", "best"] { try removeFile("\(path)/\(name)") }
            // Before the checkpoints: a log that speaks of some that are gone would keep the run from beginning anew.
            try removeFile(metricsPath)
            for checkpoint in try checkpoints() { try removeFile(checkpoint.path) }
            try removeFiles(in: checkpointsPath) { $0.hasSuffix(Self.damagedSuffix) }
            // Killed before this is gone, it still is the old run.
            try removeFile(configurationPath)
        }
        try createDirectories(checkpointsPath)
    }

    /// Makes this process the only one that writes here.
    /// - Throws: `RunError.runIsBusy`, `FileError`.
    func lock() throws -> RunLock {
        try createDirectories(path)
        return try RunLock(directory: path)
    }

    /// Deletes what writers that were killed left behind.
    func removeTemporaries() throws {
        for directory in [path, checkpointsPath] { try removeFiles(in: directory) { $0.contains(".tmp-") } }
    }

    private func removeFiles(in directory: String, where isMeant: (String) -> Bool) throws {
        for name in try directoryNames(directory) ?? [] where isMeant(name) { try removeFile("\(directory)/\(name)") }
    }

    package var holdsConfiguration: Bool { get throws(FileError) { try exists(configurationPath) } }

    /// What was said of the run that is here.
    /// - Throws: `RunError.noRun`, `ConfigurationFileError`.
    package func readConfiguration() throws -> Configuration {
        guard try holdsConfiguration else {
            throw try holdsRun ? RunError.noConfiguration(directory: path) : .noRun(directory: path)
        }
        var configuration = Configuration()
        try ConfigurationFile.apply(configurationPath, to: &configuration)
        return configuration
    }

    /// Writes what was said. Paths are written from the root on, so that a run can be resumed from anywhere.
    func writeConfiguration(_ configuration: Configuration) throws {
        var configuration = configuration
        configuration.data = URL(fileURLWithPath: configuration.data).path
        configuration.initialWeights = configuration.initialWeights.map { URL(fileURLWithPath: $0).path }
        try replaceFile(configurationPath, with: [Array(try ConfigurationFile.saidText(of: configuration).utf8)])
    }

    // MARK: Checkpoints

    /// The checkpoints here, by step.
    /// - Throws: `FileError` where the directory cannot be read, which does not mean that there are none.
    package func checkpoints() throws(FileError) -> [(step: Int, path: String)] {
        let names = try directoryNames(checkpointsPath) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".h5"), let step = Int(name.dropFirst(5).dropLast(3))
            else { return nil }
            return (step, "\(checkpointsPath)/\(name)")
        }.sorted { $0.step < $1.step }
    }

    /// The newest checkpoint that is whole, and those after it that are not.
    /// - Parameters:
    ///   - isMeant: which steps count.
    ///   - isOwn: which ones this process wrote.
    /// - Throws: `RunError.noRun` and `.noCheckpoint` when there are none at all; the newest one's error when all
    ///   are damaged; `FileError` when one cannot be read, which does not mean that it is damaged.
    func newestCheckpoint(
        where isMeant: (_ step: Int) -> Bool = { _ in true }, isOwn: (_ step: Int) -> Bool = { _ in false }
    ) throws -> (checkpoint: Checkpoint, damaged: [String]) {
        var damaged: [(path: String, error: any Error)] = []
        for (step, path) in try checkpoints().reversed() where isMeant(step) {
            do {
                return (try CheckpointFile.read(path, isOwn: isOwn(step)), damaged.map(\.path))
            } catch let error as CheckpointError where error.isDamage {
                damaged.append((path, error))
            }
        }
        if let newest = damaged.first { throw newest.error }
        throw try nothingFound
    }

    /// Why there is no checkpoint here.
    private var nothingFound: RunError {
        get throws { try holdsRun ? .noCheckpoint(directory: path) : .noRun(directory: path) }
    }

    /// The newest checkpoint's file: what a person means by this directory.
    /// - Throws: `RunError.noRun`, `.noCheckpoint`.
    package func newestPath() throws -> String {
        guard let newest = try checkpoints().last else { throw try nothingFound }
        return newest.path
    }

    /// The checkpoint with the network that the run has come to: the newest, or the best where the run has patience.
    /// - Throws: as `newestPath` and `readConfiguration`, as reading the newest, and `RunError.bestIsGone`.
    package func networkPath() throws -> String {
        guard try holdsConfiguration, try readConfiguration().patience != nil else { return try newestPath() }
        while true {
            let (newest, best) = try readFound(newestPath, reading: { ($0, try CheckpointFile.read($0).history.best) })
            guard let best else { return newest }
            if let checkpoint = try checkpoints().first(where: { $0.step == best.step }) { return checkpoint.path }
            // A run that is being trained has found a better one meanwhile.
            guard try newestPath() != newest else { throw RunError.bestIsGone(directory: path, step: best.step) }
        }
    }

    /// Renames a damaged checkpoint, so that it is none any more, and somebody may still look at it.
    func setAside(_ damaged: String) throws {
        try moveFile(damaged, to: damaged + Self.damagedSuffix)
    }

    /// Writes a checkpoint and makes it the newest.
    /// - Parameter bytes: the checkpoint's file.
    func save(_ checkpoint: Checkpoint, _ bytes: [[UInt8]], keep: Int, schedule: CheckpointSchedule) throws {
        try replaceFile("\(checkpointsPath)/\(name(ofStep: checkpoint.progress.step))", with: bytes)
        try makeNewest(checkpoint, keep: keep, schedule: schedule)
    }

    /// Points `latest` at a checkpoint that is here and `best` at the best of its history, and deletes all but the last
    /// `keep`, the newest that a rollback may go back to, and the best of each of these's history.
    func makeNewest(_ checkpoint: Checkpoint, keep: Int, schedule: CheckpointSchedule) throws {
        try link(to: checkpoint)
        let all = try checkpoints().filter { $0.step <= checkpoint.progress.step }
        let lasting = all.suffix(keep) + [all.last { schedule.isForRollback(step: $0.step) }].compactMap { $0 }
        let lastingSteps = lasting.flatMap { [$0.step, best(of: checkpoint.history.upTo(step: $0.step), among: all)] }
        for old in all where !lastingSteps.contains(old.step) { try removeFile(old.path) }
    }

    /// Makes a checkpoint that is here the newest, as if those after it had never been.
    func goBack(to checkpoint: Checkpoint) throws {
        try link(to: checkpoint)
        for later in try checkpoints() where later.step > checkpoint.progress.step { try removeFile(later.path) }
    }

    /// The step of the best of the epochs whose checkpoint is here: of all of them, unless somebody deleted some.
    private func best(of history: [EpochMetrics], among checkpoints: [(step: Int, path: String)]) -> Int? {
        let steps = checkpoints.map(\.step)
        return history.filter { steps.contains($0.step) }.best?.step
    }

    private func link(to checkpoint: Checkpoint) throws {
        try link("latest", to: name(ofStep: checkpoint.progress.step))
        if let best = try best(of: checkpoint.history, among: checkpoints()) {
            try link("best", to: name(ofStep: best))
        } else {
            try removeFile("\(path)/best")
        }
    }

    private func name(ofStep step: Int) -> String {
        let digits = String(step)
        return "step-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits).h5"
    }

    private func link(_ link: String, to name: String) throws {
        try replaceLink("\(path)/\(link)", target: "checkpoints/\(name)")
    }
}

/// Reads a file that was found first, and finds it anew where it was deleted in between: a run that is being trained deletes
/// old checkpoints at any moment.
/// - Parameters:
///   - find: gives the path.
///   - read: throws `FileError` with ENOENT where the file is gone.
package func readFound<Result>(
    _ find: () throws -> String, reading read: (_ path: String) throws -> Result
) throws -> Result {
    var path = try find()
    while true {
        do {
            return try read(path)
        } catch let error as FileError where error.code == ENOENT && error.path == path {
            let next = try find()
            guard next != path else { throw error }
            path = next
        }
    }
}

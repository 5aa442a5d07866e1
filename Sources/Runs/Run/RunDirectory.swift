import DurableFiles
import Foundation
import RunSettings

/// The directory of one run: config.yaml, metrics.jsonl, checkpoints/, and the links `latest` and `best`.
package struct RunDirectory: Sendable {
    package let path: String
    static let damagedSuffix = ".damaged"

    package init(_ path: String) { self.path = path }

    var configurationPath: String { path + "/config.yaml" }
    private var metricsPath: String { path + "/metrics.jsonl" }
    var metrics: MetricsLog { MetricsLog(path: metricsPath) }
    var checkpointsPath: String { path + "/checkpoints" }

    /// `runs/<data>-<number>`, with the lowest number that is not in use.
    /// - Throws: `FileError`.
    package static func unused(forData data: String) throws -> RunDirectory {
        let name = URL(fileURLWithPath: data).deletingPathExtension().lastPathComponent
        var number = 1
        while try exists("runs/\(name)-\(number)") { number += 1 }
        return RunDirectory("runs/\(name)-\(number)")
    }

    /// Whether the directory contains a run.
    package var containsRun: Bool {
        get throws { try exists(configurationPath) || exists(metricsPath) || !checkpoints().isEmpty }
    }

    /// Prepares the directory for a new run.
    /// - Parameter replacing: whether an existing run may be deleted.
    /// - Throws: `RunError.runExists`, `FileError`.
    func prepare(replacing: Bool) throws {
        // Comes first because it lists both directories: if that fails, the old run is still complete.
        try removeTemporaryFiles()
        if try containsRun {
            guard replacing else { throw RunError.runExists(directory: path) }
            for name in ["latest", "best"] { try removeFile("\(path)/\(name)") }
            // The log goes before the checkpoints: a log of missing checkpoints would prevent a new run.
            try removeFile(metricsPath)
            for checkpoint in try checkpoints() { try removeFile(checkpoint.path) }
            try removeFiles(in: checkpointsPath) { $0.hasSuffix(Self.damagedSuffix) }
            // The configuration goes last: until then, the directory is still that of the old run.
            try removeFile(configurationPath)
        }
        try createDirectories(checkpointsPath)
    }

    /// Locks the directory, so that no other process writes to it.
    /// - Throws: `RunError.runIsBusy`, `FileError`.
    func lock() throws -> RunLock {
        try createDirectories(path)
        return try RunLock(directory: path)
    }

    /// Deletes the temporary files of killed processes.
    func removeTemporaryFiles() throws {
        for directory in [path, checkpointsPath] { try removeFiles(in: directory) { $0.contains(".tmp-") } }
    }

    private func removeFiles(in directory: String, where shouldRemove: (String) -> Bool) throws {
        for name in try directoryNames(directory) ?? [] where shouldRemove(name) {
            try removeFile("\(directory)/\(name)")
        }
    }

    /// Whether the directory has a config.yaml.
    package var hasConfiguration: Bool { get throws(FileError) { try exists(configurationPath) } }

    /// Reads the explicit settings of the run from config.yaml.
    /// - Throws: `RunError.noRun`, `.noConfiguration`, `ConfigurationFileError`.
    package func readConfiguration() throws -> Configuration {
        guard try hasConfiguration else {
            throw try containsRun ? RunError.noConfiguration(directory: path) : .noRun(directory: path)
        }
        var configuration = Configuration()
        try ConfigurationFile.apply(configurationPath, to: &configuration)
        return configuration
    }

    /// Writes the explicit settings to config.yaml. Paths become absolute, so that a run can be resumed from anywhere.
    func writeConfiguration(_ configuration: Configuration) throws {
        var configuration = configuration
        configuration.data = URL(fileURLWithPath: configuration.data).path
        configuration.initialWeights = configuration.initialWeights.map { URL(fileURLWithPath: $0).path }
        try replaceFile(configurationPath, with: [Array(try ConfigurationFile.specifiedText(of: configuration).utf8)])
    }

    // MARK: Checkpoints

    /// All checkpoints, sorted by step.
    /// - Throws: `FileError` when the directory cannot be read.
    package func checkpoints() throws(FileError) -> [(step: Int, path: String)] {
        let names = try directoryNames(checkpointsPath) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("step-"), name.hasSuffix(".h5"), let step = Int(name.dropFirst(5).dropLast(3))
            else { return nil }
            return (step, "\(checkpointsPath)/\(name)")
        }.sorted { $0.step < $1.step }
    }

    /// Reads the newest intact checkpoint.
    /// - Parameters:
    ///   - isEligible: selects checkpoints by their step.
    ///   - isTrusted: whether this process wrote the checkpoint of a step; see `CheckpointFile.read`.
    /// - Returns: the checkpoint, and the paths of newer ones that are damaged.
    /// - Throws: `RunError.noRun` and `.noCheckpoint` when there are none; the newest one's error when all are damaged;
    ///   `FileError` when one cannot be read, in which case it may be intact.
    func newestCheckpoint(
        where isEligible: (_ step: Int) -> Bool = { _ in true }, isTrusted: (_ step: Int) -> Bool = { _ in false }
    ) throws -> (checkpoint: Checkpoint, damaged: [String]) {
        var damaged: [(path: String, error: any Error)] = []
        for (step, path) in try checkpoints().reversed() where isEligible(step) {
            do {
                return (try CheckpointFile.read(path, isTrusted: isTrusted(step)), damaged.map(\.path))
            } catch let error as CheckpointError where error.isDamage {
                damaged.append((path, error))
            }
        }
        if let newest = damaged.first { throw newest.error }
        throw try missingCheckpoint
    }

    /// The error for a directory without checkpoints.
    private var missingCheckpoint: RunError {
        get throws { try containsRun ? .noCheckpoint(directory: path) : .noRun(directory: path) }
    }

    /// The path of the newest checkpoint.
    /// - Throws: `RunError.noRun`, `.noCheckpoint`.
    package func newestPath() throws -> String {
        guard let newest = try checkpoints().last else { throw try missingCheckpoint }
        return newest.path
    }

    /// The checkpoint with the network at a path: the file itself, or that of a run directory.
    /// - Throws: as `networkPath()`.
    package static func networkPath(at path: String) throws -> String {
        isDirectory(path) ? try RunDirectory(path).networkPath() : path
    }

    package static func isDirectory(_ path: String) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
    }

    /// The path of the checkpoint with the run's network: the best one if the run has `patience`, or else the newest.
    /// - Throws: `RunError.noRun`, `.noCheckpoint`, `.bestCheckpointIsMissing`; the errors of reading config.yaml and the
    ///   newest checkpoint.
    package func networkPath() throws -> String {
        guard try hasConfiguration, try readConfiguration().patience != nil else { return try newestPath() }
        while true {
            let (newest, best) = try readRetryingIfDeleted(
                newestPath, reading: { ($0, try CheckpointFile.read($0).history.best) })
            guard let best else { return newest }
            if let checkpoint = try checkpoints().first(where: { $0.step == best.step }) { return checkpoint.path }
            // A run in progress may have replaced its best checkpoint in the meantime.
            guard try newestPath() != newest else {
                throw RunError.bestCheckpointIsMissing(directory: path, step: best.step)
            }
        }
    }

    /// Renames a damaged checkpoint to `<name>.damaged`, so that it is ignored, but can be examined.
    func renameDamaged(_ damaged: String) throws {
        try moveFile(damaged, to: damaged + Self.damagedSuffix)
    }

    /// Writes a checkpoint, updates the links, and deletes old checkpoints.
    /// - Parameter bytes: the content of the checkpoint's file.
    func save(_ checkpoint: Checkpoint, _ bytes: [[UInt8]], keep: Int, schedule: CheckpointSchedule) throws {
        try replaceFile("\(checkpointsPath)/\(name(ofStep: checkpoint.progress.step))", with: bytes)
        try linkAndPrune(newest: checkpoint, keep: keep, schedule: schedule)
    }

    /// Makes `checkpoint` the newest one and deletes later ones.
    func rollBack(to checkpoint: Checkpoint) throws {
        try link(to: checkpoint)
        for later in try checkpoints() where later.step > checkpoint.progress.step { try removeFile(later.path) }
    }

    func link(to checkpoint: Checkpoint) throws {
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

/// Finds and reads a file, and tries again if the file is deleted in between: a run in progress deletes old checkpoints
/// at any time.
/// - Parameters:
///   - find: returns the path.
///   - read: throws `FileError` with ENOENT if the file does not exist.
package func readRetryingIfDeleted<Result>(
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

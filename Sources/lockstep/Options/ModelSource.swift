import DatasetFiles
import DurableFiles
import Foundation
import RunSettings
import Runs
import Splits

/// The checkpoint at a path: the file itself, or the newest one of a run directory.
func checkpointPath(_ path: String) throws -> String {
    RunDirectory.isDirectory(path) ? try RunDirectory(path).newestPath() : path
}

/// Reads the checkpoint with the network at a path, a file or a run directory.
func readNetwork(_ path: String) throws -> (path: String, checkpoint: Checkpoint) {
    try readRetryingIfDeleted {
        try RunDirectory.networkPath(at: path)
    } reading: {
        ($0, try CheckpointFile.read($0))
    }
}

/// The configuration of a run directory, which may name datasets inside the file; nil for a checkpoint.
func runConfiguration(of model: String) throws -> Configuration? {
    guard RunDirectory.isDirectory(model) else { return nil }
    let directory = RunDirectory(model)
    return try directory.hasConfiguration ? directory.readConfiguration() : nil
}

/// The split to evaluate or predict: `features` if given, or else the first that exists of test, validation and training
/// split, under the names in the run's configuration or under the usual names.
func dataPaths(
    in file: DatasetFile, features: String?, labels: String?, configuration: Configuration?
) throws -> SplitPaths {
    if let features { return try file.paths(features: features, labels: labels) }
    let names = [
        (SplitName.test, configuration?.testFeatures, configuration?.testLabels),
        (.validation, configuration?.validationFeatures, configuration?.validationLabels),
        (.train, configuration?.features, configuration?.labels),
    ]
    for (split, features, labels) in names {
        if let features, try file.contains(dataset: features) {
            let own = try labels.flatMap { try file.contains(dataset: $0) ? $0 : nil }
            return try file.paths(features: features, labels: own)
        }
        if let paths = try file.paths(of: split) { return paths }
    }
    return try file.requiredPaths(of: .train)
}

/// The value of `--workers`, or the number of cores.
/// - Throws: `Failure` for an invalid value, `TooFewThreads` if the process may not create as many threads.
func workerCount(_ text: String?) throws -> Int {
    let given = try text.flatMap { try configured("workers", $0, reportedAs: "--workers").workers }
    let count = given ?? ProcessLimits.cores
    try ProcessLimits.requireThreads(min(count, ProcessLimits.cores))
    return count
}

import Datasets
import DurableFiles
import Foundation
import RunSettings
import Runs

/// The checkpoint that a person means by a path: the file itself, or the newest of a run's directory.
func checkpointPath(_ path: String) throws -> String {
    isDirectory(path) ? try RunDirectory(path).newestPath() : path
}

/// The checkpoint whose network a person means by a path: the file itself, or that of what a run has come to.
func networkPath(_ path: String) throws -> String {
    isDirectory(path) ? try RunDirectory(path).networkPath() : path
}

/// The network that a person means by a path, and the file of its checkpoint.
func readNetwork(_ path: String) throws -> (path: String, checkpoint: Checkpoint) {
    try readRetryingIfDeleted {
        try networkPath(path)
    } reading: {
        ($0, try CheckpointFile.read($0))
    }
}

private func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
}

/// What a run was told of where its data lies; nothing for a checkpoint by itself.
func namesTold(to model: String) throws -> Configuration? {
    guard isDirectory(model) else { return nil }
    let directory = RunDirectory(model)
    return try directory.hasConfiguration ? directory.readConfiguration() : nil
}

/// Where the data to judge or predict lies in a file: as named, or else the test split, or the validation split, or
/// what else there is, each by the name that the run was told, where the file has it, or by the usual ones.
func dataPaths(
    in file: DatasetFile, features: String?, labels: String?, told: Configuration?
) throws -> SplitPaths {
    if let features {
        let given = SplitPaths(features: features, labels: labels)
        let usual = try SplitName.allCases.compactMap { try file.paths(of: $0) }.first { $0.features == given.features }
        return labels == nil ? usual ?? given : given
    }
    let names = [
        (SplitName.test, told?.testFeatures, told?.testLabels),
        (.validation, told?.validationFeatures, told?.validationLabels),
        (.train, told?.features, told?.labels),
    ]
    for (split, features, labels) in names {
        if let features, try file.contains(dataset: features) {
            let own = try labels.flatMap { try file.contains(dataset: $0) ? $0 : nil }
            return try dataPaths(in: file, features: features, labels: own, told: nil)
        }
        if let paths = try file.paths(of: split) { return paths }
    }
    return try file.requiredPaths(of: .train)
}

/// `--workers`, or all cores, whose threads can be made.
func workerCount(_ text: String?) throws -> Int {
    let given = try text.flatMap { try configured("workers", $0, reportedAs: "--workers").workers }
    let count = given ?? ProcessLimits.cores
    try ProcessLimits.requireThreads(min(count, ProcessLimits.cores))
    return count
}

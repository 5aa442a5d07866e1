import Datasets
import Files
import Foundation
import Training

/// The checkpoint that a person means by a path: the file itself, or the newest of a run's directory.
func checkpointPath(_ path: String) throws -> String {
    var isDirectory: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    return exists && isDirectory.boolValue ? try RunDirectory(path).newestPath() : path
}

/// Where the data to judge or predict lies in a file: as named, or else the test split, or the validation split, or
/// what else has the usual names.
func dataPaths(in file: DatasetFile, features: String?, labels: String?) throws -> SplitPaths {
    if let features { return SplitPaths(features: features, labels: labels) }
    for split in [SplitName.test, .validation] {
        if let paths = try file.paths(of: split) { return paths }
    }
    return try file.requiredPaths(of: .train)
}

/// `--workers`, or all cores.
func workerCount(_ text: String?) throws -> Int {
    let given = try text.flatMap { try configured("workers", $0, reportedAs: "--workers").workers }
    return given ?? ProcessInfo.processInfo.activeProcessorCount
}

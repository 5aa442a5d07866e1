import ArgumentParser
import Files
import Foundation

/// Where a command writes a file, which takes the place of no other unless that is wanted.
struct OutputFile: ParsableArguments {
    @Option(
        name: [.customLong("output"), .customShort("o")], help: ArgumentHelp("The file to write.", valueName: "file"))
    var path: String
    @Flag(help: "Replace the file that is there.")
    var force = false

    /// - Parameter inputs: what the command reads.
    /// - Throws: `Failure` when what is to be written would take another file's place.
    func requireFree(inputs: [String]) throws {
        if inputs.contains(where: { isSameFile(path, $0) }) {
            throw Failure(.usage, "--output must be another file than what is read (got \(path))")
        }
        if !force { try requireAbsent(path, option: "--output") }
    }
}

/// - Parameter option: which named the path.
/// - Throws: `Failure` when there is such a file.
func requireAbsent(_ path: String, option: String) throws {
    if FileManager.default.fileExists(atPath: path) {
        throw Failure(.cannotWrite, "\(path) exists already\n  replace it (--force), or choose another \(option)")
    }
}

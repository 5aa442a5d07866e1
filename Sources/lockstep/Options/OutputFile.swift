import ArgumentParser
import DurableFiles
import Foundation
import Messages

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
        try requireReplaceable(path, force: force, option: "--output")
    }
}

/// - Parameters:
///   - force: whether a file that is there may be replaced.
///   - option: which named the path.
/// - Throws: `Failure` when there is something that is not to be replaced; `FileError` where nothing can be made.
func requireReplaceable(_ path: String, force: Bool, option: String) throws {
    let found = try fileType(path)
    if force, found == S_IFDIR { throw FileError(.write, path, code: EISDIR) }
    if let found, force, found != S_IFREG {
        throw Failure(.cannotWrite, "\(path) is no file that can be replaced\n  choose another \(option)")
    }
    if found != nil, !force {
        throw Failure(.cannotWrite, "\(path) exists already\n  replace it (--force), or choose another \(option)")
    }
    try requireCreatable(path)
}

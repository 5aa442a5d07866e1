import ArgumentParser
import DurableFiles
import Foundation
import Messages

/// The file that a command writes. An existing file is replaced only with `--force`.
struct OutputFile: ParsableArguments {
    @Option(
        name: [.customLong("output"), .customShort("o")], help: ArgumentHelp("The file to write.", valueName: "file"),
        completion: .file())
    var path: String
    @Flag(help: "Replace an existing file.")
    var force = false

    /// Checks that writing would not replace a file against the user's wish.
    /// - Parameter inputs: the files that the command reads.
    /// - Throws: `Failure`, `FileError`.
    func requireFree(inputs: [String]) throws {
        try lockstep.requireFree(path, force: force, inputs: inputs)
    }
}

/// Checks that writing the file of `--output` would not replace a file against the user's wish.
/// - Throws: `Failure`, `FileError`.
func requireFree(_ path: String, force: Bool, inputs: [String]) throws {
    if inputs.contains(where: { isSameFile(path, $0) }) {
        throw Failure(.usage, "--output must be another file than what is read (got \(path))")
    }
    try requireReplaceable(path, force: force, option: "--output")
}

/// Checks that a file can be written.
/// - Parameters:
///   - force: whether an existing file may be replaced.
///   - option: the option that named the path, for the message.
/// - Throws: `Failure` if the path exists and may not be replaced; `FileError` if no file can be created there.
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

import ArgumentParser
import Datasets
import DurableFiles
import Foundation
import HDF5
import Kernels
import Optimizers
import RunSettings
import Runs
import Stepping

/// What a command ends with when it cannot do its work: words on stderr and an exit code of sysexits.h.
struct Failure: Error {
    enum Code: Int32 {
        case usage = 64
        case badData = 65
        case noInput = 66
        /// Training diverged, or differences do not confirm a gradient.
        case numerical = 70
        /// oneDNN cannot be used here.
        case unavailable = 69
        case outOfMemory = 71
        case cannotWrite = 73
        case stopped = 75
    }

    let code: Code
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        // Whatever a message has from a file or a command line, a terminal gets lines that can be read.
        self.message = message.split(separator: "\n", omittingEmptySubsequences: false)
            .map { clipped(onOneLine(String($0)), to: 1000) }.joined(separator: "\n")
    }

    /// The one place where errors get their words and their exit codes.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case is Interrupted:
            self.init(.stopped, "stopped before the run began; nothing is lost, begin it again")
        case let error as DatasetError: self.init(error.code, error.wording)
        case let error as IDXError: self.init(error.code, error.wording)
        case let error as CSVError: self.init(error.code, error.wording)
        case let error as ImportMismatch: self.init(.badData, error.wording)
        case let error as CheckpointError: self.init(.badData, error.wording)
        case let error as RunError: self.init(error.code, error.wording)
        case let error as DivergenceError: self.init(.numerical, error.wording)
        case let error as SettingsError: self.init(.usage, error.wording)
        case let error as NotEnoughMemory: self.init(.outOfMemory, error.wording)
        case let error as ConfigurationFileError: self.init(.usage, error.wording)
        case let error as FileError: self.init(error.code, error.wording)
        case let error as OutOfMemory: self.init(.outOfMemory, error.wording)
        case let error as TooFewThreads: self.init(.outOfMemory, error.wording)
        case let error as HDF5Error: self.init(error.code, error.wording)
        case let error as KernelError: self.init(error.code, error.wording)
        default: self.init(.usage, Self.parserMessage(error))
        }
    }

    /// The parser goes by letters, and would have `--l1` for `--lr`: the initials of a setting's words, or its beginning, say
    /// more.
    private static func meantOption(_ message: String) -> String {
        guard let match = message.prefixMatch(of: /Unknown option '--([a-z0-9-]+)'\./) else { return message }
        let word = String(match.1)
        let meant = Setting.all.map { $0.flag.dropFirst(2) }.first { flag in
            flag.hasPrefix(word) || flag.split(separator: "-").map { $0.prefix(1) }.joined() == word
        }
        return meant.map { "Unknown option '--\(word)'. Did you mean '--\($0)'?" } ?? message
    }

    func printAndExit() -> Never {
        // To be stopped is no error.
        printError((code == .stopped ? "" : "error: ") + message)
        // Without libhdf5's tidying up, which crashes after some files that nobody should have read.
        _exit(code.rawValue)
    }

    /// Help and version are no failures, and leave by this door too.
    private static func parserMessage(_ error: any Error) -> String {
        if Lockstep.exitCode(for: error).isSuccess { Lockstep.exit(withError: error) }
        let message = Lockstep.message(for: error)
        let command = commandNamed
        let help = "\n  see \((["lockstep"] + command + ["--help"]).joined(separator: " "))"
        if let name = command.first {
            return (["train", "gradcheck"].contains(name) ? meantOption(message) : message) + help
        }
        let word = CommandLine.arguments.dropFirst().first
        let near = word.flatMap { nearest(to: $0, in: names(below: Lockstep.self)) }
        return message + (near.map { "; did you mean \($0)?" } ?? "") + help
    }

    /// The command that the command line begins with: `["import", "csv"]`.
    private static var commandNamed: [String] {
        var (command, found): (any ParsableCommand.Type, [String]) = (Lockstep.self, [])
        for word in CommandLine.arguments.dropFirst() {
            guard let next = command.configuration.subcommands.first(where: { $0.configuration.commandName == word })
            else { break }
            command = next
            found.append(word)
        }
        return found
    }

    private static func names(below command: any ParsableCommand.Type) -> [String] {
        command.configuration.subcommands.compactMap { $0.configuration.commandName }
    }
}

/// Writes a line, what a command came to, to stdout.
/// - Throws: `Failure` when it cannot be written, so that nobody takes an empty result for a success.
func printResult(_ text: String) throws {
    do {
        try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
        throw Failure(.cannotWrite, "standard output: cannot be written")
    }
}

/// Writes a line to stderr.
func printError(_ line: String) {
    writeError(line + "\n")
}

/// Writes to stderr. A reader who has gone, or a full disk below a log, is no reason to end a run.
func writeError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        guard count > 0 else { return }
        bytes = bytes.dropFirst(count)
    }
}

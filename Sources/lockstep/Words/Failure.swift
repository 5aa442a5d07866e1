import ArgumentParser
import Foundation
import Messages
import RunSettings

/// What a command ends with when it cannot do its work: words on stderr and an exit code.
struct Failure: Error {
    let message: ErrorMessage

    init(_ code: ExitStatus, _ text: String) { message = ErrorMessage(code, text) }

    init(_ error: any Error) {
        if let failure = error as? Failure {
            self = failure
        } else {
            message = ErrorMessage(error) ?? ErrorMessage(.usage, Self.parserMessage(error))
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
        printError((message.code == .stopped ? "" : "error: ") + message.text)
        // Without libhdf5's tidying up, which crashes after some files that nobody should have read.
        _exit(message.code.rawValue)
    }

    /// Help and version are no failures, and leave by this door too; but not the help of a command that there is not.
    private static func parserMessage(_ error: any Error) -> String {
        let (commands, unknown) = commandLine
        let help = "\n  see \((["lockstep"] + commands.dropFirst().map(name) + ["--help"]).joined(separator: " "))"
        if let unknown {
            let near = nearest(to: unknown, in: commands[commands.count - 1].configuration.subcommands.map(name))
            return "Unexpected argument '\(unknown)'" + (near.map { "; did you mean \($0)?" } ?? "") + help
        }
        if Lockstep.exitCode(for: error).isSuccess { Lockstep.exit(withError: error) }
        let message = Lockstep.message(for: error)
        let hasSettings = commands.count > 1 && ["train", "gradcheck"].contains(name(commands[1]))
        return (hasSettings ? meantOption(message) : message) + help
    }

    /// The commands that the command line begins with, `lockstep` first, and the word that is in place of a further one.
    private static var commandLine: (commands: [any ParsableCommand.Type], unknown: String?) {
        var commands: [any ParsableCommand.Type] = [Lockstep.self]
        for word in CommandLine.arguments.dropFirst() where word != "help" {
            let further = commands[commands.count - 1].configuration.subcommands
            if further.isEmpty || word.hasPrefix("-") { break }
            guard let next = further.first(where: { name($0) == word }) else { return (commands, word) }
            commands.append(next)
        }
        return (commands, nil)
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }
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

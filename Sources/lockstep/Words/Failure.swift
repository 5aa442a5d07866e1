import ArgumentParser
import Datasets
import Display
import Foundation
import Messages
import RunSettings

/// A command's failure: a message for standard error and an exit code.
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

    /// Replaces the parser's suggestion for an unknown option, which goes by edit distance, with a setting that begins
    /// with the given text or has it as initials: `--lr` for `--learning-rate`.
    private static func suggestingOption(_ message: String) -> String {
        guard let match = message.prefixMatch(of: /Unknown option '--([a-z0-9-]+)'\./) else { return message }
        let word = String(match.1)
        let suggestion = Setting.all.map { $0.flag.dropFirst(2) }.first { flag in
            flag.hasPrefix(word) || flag.split(separator: "-").map { $0.prefix(1) }.joined() == word
        }
        return suggestion.map { "Unknown option '--\(word)'. Did you mean '--\($0)'?" } ?? message
    }

    func printAndExit() -> Never {
        // A requested stop is not an error.
        printError((message.code == .stopped ? "" : "error: ") + message.text)
        // Skips the exit handler of libhdf5, which crashes after some damaged files.
        _exit(message.code.rawValue)
    }

    /// The parser's message for an error. Prints help or the version and exits if that was requested, unless a command is
    /// misspelt.
    private static func parserMessage(_ error: any Error) -> String {
        let (commands, unknown) = commandLine
        let help = "\n  see \((["lockstep"] + commands.dropFirst().map(name) + ["--help"]).joined(separator: " "))"
        if let unknown {
            let near = nearest(to: unknown, in: commands[commands.count - 1].configuration.subcommands.map(name))
            return "Unexpected argument '\(unknown)'" + (near.map { "; did you mean \($0)?" } ?? "") + help
        }
        if Lockstep.exitCode(for: error).isSuccess {
            if let option = optionWithOneDash { return "Unknown option '\(option)'. Did you mean '-\(option)'?" + help }
            Lockstep.exit(withError: error)
        }
        let message = Lockstep.message(for: error)
        let hasSettings = commands.count > 1 && ["train", "gradcheck"].contains(name(commands[1]))
        return (hasSettings ? suggestingOption(message) : message) + help
    }

    /// The commands that the command line begins with, `lockstep` first, and a following word that names no command.
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

    /// An option such as `-epochs`, which the parser takes for `-e -p -o -c -h -s`, a request for help; nil if there is none,
    /// or help or the version is requested.
    private static var optionWithOneDash: String? {
        let arguments = CommandLine.arguments.dropFirst()
        guard arguments.allSatisfy({ !["-h", "--help", "help", "--version"].contains($0) }) else { return nil }
        return arguments.first { $0.prefixMatch(of: /-[a-z][a-z]/) != nil }
    }

    private static func name(_ command: any ParsableCommand.Type) -> String { command.configuration.commandName ?? "" }
}

/// Writes a command's result and a line break to standard output.
/// - Throws: `Failure` when it cannot be written.
func printResult(_ text: String) throws { try printText(text + "\n") }

/// Writes to standard output at once. If its reader has gone, the process ends as others do that write to a closed pipe.
/// - Throws: `Failure` when it cannot be written.
func printText(_ text: String) throws {
    eraseStatusLine()
    switch write(Array(text.utf8), to: STDOUT_FILENO) {
    case 0: return
    case EPIPE:
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
    default: break
    }
    throw Failure(.cannotWrite, "standard output: cannot be written")
}

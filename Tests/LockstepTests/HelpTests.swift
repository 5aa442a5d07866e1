import Foundation
import TestSupport
import Testing

/// What the commands say of themselves: examples that work, versions, completions.
@Suite struct HelpTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private struct Description: Decodable {
        let commandName: String
        let discussion: String?
        let subcommands: [Description]?
        let shouldDisplay: Bool

        /// The lines of examples, without what is said beside them.
        var examples: [String] {
            (discussion ?? "").split(separator: "\n").map(String.init)
                .filter { $0.hasPrefix("lockstep ") || $0.contains(" | lockstep ") }
                .map { String($0.prefix { !$0.isNewline }.split(separator: #/  +/#)[0]) }
        }

        /// With those below it, in their order, but for help.
        var all: [Description] {
            commandName == "help" || !shouldDisplay ? [] : [self] + (subcommands ?? []).flatMap(\.all)
        }
    }

    private struct Help: Decodable { let command: Description }

    private func commands() throws -> [Description] {
        let text = try work.lockstep("--experimental-dump-help").output
        return try JSONDecoder().decode(Help.self, from: Data(text.utf8)).command.all
    }

    @Test func everyCommandHasExamplesOfItself() throws {
        let commands = try commands()
        #expect(commands.count > 15)
        for command in commands {
            #expect(
                command.examples.contains { $0.contains("lockstep ") && $0.contains(command.commandName) },
                "\(command.commandName)")
            for example in command.examples { #expect(example.count <= 90, "\(example)") }
        }
    }

    /// All examples work, one after another, beside the directory data/ and files of the names that they have.
    @Test func theExamplesWork() throws {
        try writeFilesOfExamples()
        for command in try commands() where command.commandName != "lockstep" {
            for example in command.examples {
                // Measures for minutes.
                if command.commandName == "bench" { continue }
                let result = try work.shell(example)
                #expect(result.status == 0, "\(example): \(result.errors)")
            }
        }
    }

    private func writeFilesOfExamples() throws {
        try FileManager.default.createSymbolicLink(
            atPath: work.path("data"), withDestinationPath: String(data("").dropLast()))
        try work.write([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8], to: "images")
        try work.write([0, 0, 8, 1, 0, 0, 0, 2, 0, 1], to: "labels")
        for name in ["images", "labels"] { _ = try work.tool("gzip", name) }
        for part in ["TRAIN", "TEST"] { try work.write("1\t0.5\t0.25\n2\t1.5\t1.25\n", to: "Coffee_\(part).tsv") }
        try work.write("__label__de Guten Morgen\n__label__en Good morning\n", to: "lines.txt")
        try work.write("review,stars\nlovely,5\nawful,1\nlovely thing,5\n", to: "reviews.csv")
    }

    @Test func theVersionIsToldWithThoseOfLibrariesAndCPU() throws {
        let lines = try work.lockstep("--version").output.split(separator: "\n")
        try #require(lines.count == 4)
        #expect(lines[0].contains(/^lockstep  \d+\.\d+\.\d+$/))
        #expect(lines[1].contains(/^oneDNN    \d+\.\d+.*, \w+/))
        #expect(lines[2].contains(/^HDF5      1\.\d+\.\d+/))
        #expect(lines[3].contains(/^CPU       \S/))
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowCommandsAndSettings(shell: String) throws {
        let script = try work.lockstep("--generate-completion-script", shell).output
        for word in ["train", "predict", "gradcheck", "learning-rate", "adamw"] {
            #expect(script.contains(word), "\(word)")
        }
    }

    @Test func bashCompletesCommandsOptionsAndValues() throws {
        let script = try work.lockstep("--generate-completion-script", "bash").output
        try work.write(script, to: "completion")
        func completions(_ line: String) throws -> String {
            let words = line.split(separator: " ", omittingEmptySubsequences: false).map { "'\($0)'" }
            return try Command(tool: "bash").run(
                [
                    "-c",
                    """
                    source ./completion; COMP_WORDS=(\(words.joined(separator: " "))); COMP_CWORD=\(words.count - 1)
                    COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9; COMP_KEY=9
                    _lockstep lockstep "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf '%s ' "${COMPREPLY[@]}"
                    """,
                ], in: work.path(".")
            ).output
        }
        #expect(try completions("lockstep tra").contains("train"))
        #expect(try completions("lockstep train --learning-r").contains("--learning-rate"))
        #expect(try completions("lockstep train --optimizer ada").contains("adamw"))
    }

    /// groff has nothing to complain about, and commands, options and examples are there.
    @Test(.enabled(if: (try? Command(tool: "groff").run(["--version"], in: "/"))?.status == 0))
    func theManualPageHasAllCommands() throws {
        try work.write(work.lockstep("manual").output, to: "lockstep.1")
        let result = try Command(tool: "groff").run(
            ["-Kutf8", "-man", "-Tutf8", "-ww", "lockstep.1"], in: work.path("."))
        #expect(result.status == 0 && result.errors == "")
        // Bold is overstruck, or switched on and off.
        let page = result.output.replacing(#/.\u{8}|\u{1B}\[[0-9;]*m/#, with: "")
        for command in try commands() {
            #expect(page.contains("lockstep \(command.commandName)") || page.contains(command.commandName))
            for example in command.examples { #expect(page.contains(example), "\(example)") }
        }
        for option in ["--learning-rate", "--tensorboard directory", "--train-images file", "-o"] {
            #expect(page.contains(option), "\(option)")
        }
        // Settings are described once.
        #expect(page.matches(of: #/--momentum /#).count == 1)
    }
}

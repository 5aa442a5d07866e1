import ArgumentParser
import Foundation
import Runs

/// Prints the manual page, for `./setup --install`.
struct ManualCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manual", abstract: "Print the manual page, for man.", shouldDisplay: false)

    func run() throws { try printResult(ManualPage().text) }
}

/// The manual page, in the macros of man(7), from the description of the commands that the argument parser gives.
struct ManualPage {
    private struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool
        let superCommands: [String]?
        let abstract: String?
        let discussion: String?
        let arguments: [Argument]?
        let subcommands: [Command]?

        var name: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

        /// This command and those below it. A user asks for help by --help.
        var all: [Command] {
            commandName == "help" || !shouldDisplay ? [] : [self] + (subcommands ?? []).flatMap(\.all)
        }
    }

    private struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String
        }

        let kind: String
        let names: [Name]?
        let valueName: String?
        let sectionTitle: String?
        let abstract: String?
        let isRepeating: Bool

        /// Without the options that every command has.
        var isOwn: Bool { !(names ?? []).contains { ["help", "version"].contains($0.name) } }

        var form: String {
            let value = "\\fI\(escaped(valueName ?? "value"))\\fR"
            guard let names else { return isRepeating ? value + " ..." : value }
            let flags = names.map { "\\fB\(escaped(($0.kind == "long" ? "--" : "-") + $0.name))\\fR" }
            return flags.joined(separator: ", ") + (kind == "flag" ? "" : " " + value)
        }
    }

    private struct Description: Decodable { let command: Command }

    private let root: Command

    init() throws {
        root = try JSONDecoder().decode(Description.self, from: Data(Lockstep._dumpHelp().utf8)).command
    }

    var text: String {
        var lines = [
            ".TH LOCKSTEP 1 \"\" \"Lockstep \(lockstepVersion)\"", ".SH NAME",
            "lockstep \\- " + escaped(root.abstract ?? ""), ".SH SYNOPSIS",
            ".B lockstep\n.I command\n[options]", ".SH DESCRIPTION",
        ]
        lines += paragraphs(of: root) + [".SH COMMANDS"]
        // Settings are options of several commands; the first one describes them.
        var places: [String: String] = [:]
        for command in root.all.dropFirst() {
            lines.append(".SS \(escaped(command.name))")
            lines.append(escaped(command.abstract ?? ""))
            lines += paragraphs(of: command)
            for argument in (command.arguments ?? []).filter(\.isOwn) {
                if let title = argument.sectionTitle, title != "Output" {
                    if let place = places[title], place != command.name { continue }
                    places[title] = command.name
                }
                lines += [".TP", argument.form, escaped(argument.abstract ?? "")]
            }
            let others = Set((command.arguments ?? []).compactMap(\.sectionTitle).compactMap { places[$0] })
            for other in others.subtracting([command.name]).sorted() {
                lines += [".PP", "Settings are options as those of \\fB\(escaped(other))\\fR."]
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The lines of a command's discussion; its examples stay lines of their own.
    private func paragraphs(of command: Command) -> [String] {
        let blocks = (command.discussion ?? "").split(separator: "\n\n")
        return blocks.flatMap { block in
            block.contains("lockstep \(command.commandName)") || block.hasPrefix("lockstep ")
                ? [".PP", ".EX", escaped(block), ".EE"] : [".PP", escaped(block)]
        }
    }
}

/// Text that no line of which is a request of the formatter.
private func escaped(_ text: some StringProtocol) -> String {
    let plain = String(text).replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
    return plain.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.hasPrefix(".") ? "\\&" + line : String(line)
    }.joined(separator: "\n")
}

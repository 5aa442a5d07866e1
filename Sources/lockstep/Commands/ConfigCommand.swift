import ArgumentParser
import DurableFiles
import Foundation
import Messages
import RunSettings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the settings that result, and where each came from.",
        discussion: """
            Defaults come first, then --config, then --set, then flags. The lines are a file of settings, as --config takes it. \
            What the data decides is auto here: train DATA --dry-run has that, too.
            """)

    @Flag(help: "Print the JSON Schema of a file of settings, for editors.")
    var jsonSchema = false
    @OptionGroup
    var settings: SettingOptions

    func run() throws {
        if jsonSchema { return try printResult(ConfigurationFile.schema.text) }
        let resolved = try settings.resolved()
        let lines = try Setting.all.compactMap { setting in
            try setting.text(resolved.configuration).map { _ in
                (try ConfigurationFile.line(of: setting, in: resolved.configuration), resolved.origin(of: setting))
            }
        }
        let width = lines.map { $0.0.count }.max() ?? 0
        try printResult(lines.map { pad($0, width, right: false) + "  # " + $1 }.joined(separator: "\n"))
    }
}

import ArgumentParser
import DurableFiles
import Foundation
import Messages
import Reports
import RunSettings

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Print the resulting settings and where each one comes from.",
        discussion: """
            Flags override --set, which overrides --config, which overrides the defaults. The output is a settings file for \
            --config. Settings that depend on the data are shown as auto; use train DATA --dry-run to see their values.

            lockstep config --optimizer adamw --set epochs=20
            lockstep config --json-schema
            """)

    @Flag(help: "Print the JSON Schema of a settings file, for editors.")
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

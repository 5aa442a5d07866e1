import ArgumentParser
import Messages
import RunSettings

/// The sources of a command's settings: a file, `--set`, and flags.
struct SettingOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Settings file in YAML, with lines of the form key: value.", valueName: "file"),
        completion: .file())
    var config: String?
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("One setting, with the key of a settings file. May be repeated.", valueName: "key=value"))
    var set: [String] = []
    @OptionGroup(title: "Network")
    var network: SettingFlags<NetworkSettings>
    @OptionGroup(title: "Training")
    var training: SettingFlags<TrainingSettings>
    @OptionGroup(title: "Regularisation")
    var regularisation: SettingFlags<RegularisationSettings>
    @OptionGroup(title: "Data")
    var data: SettingFlags<DataSettings>
    @OptionGroup(title: "Tables, and shares of the data")
    var table: SettingFlags<TableSettings>
    @OptionGroup(title: "Run")
    var run: SettingFlags<RunSettingsGroup>

    /// The resulting settings and their origins.
    struct Resolved {
        var configuration = Configuration()
        fileprivate var origins: [String: String] = [:]

        /// "default", a file's path, "--set" or a flag.
        func origin(of setting: Setting) -> String { origins[setting.key] ?? "default" }
    }

    /// The settings of a command that needs a dataset.
    /// - Parameter data: the dataset on the command line; nil if the settings name it.
    /// - Throws: `Failure`, `ValidationError` if no dataset is named.
    func resolved(data: String?) throws -> Configuration {
        var configuration = try resolved().configuration
        if let data { configuration.data = data }
        guard !configuration.data.isEmpty else { throw ValidationError("Missing expected argument '<data>'") }
        return configuration
    }

    /// Applies the file, then `--set`, then flags to the defaults.
    /// - Throws: `Failure`, `ConfigurationFileError`, `FileError`.
    func resolved() throws -> Resolved {
        var resolved = Resolved()
        if let config {
            for key in try ConfigurationFile.apply(config, to: &resolved.configuration) {
                resolved.origins[key] = config
            }
        }
        for assignment in set {
            let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Failure(.usage, "--set must be key=value (got \(assignment))")
            }
            let key = String(parts[0])
            guard let setting = Setting.named(key) else { throw Failure(.usage, "--set: " + unknownSetting(key)) }
            try lockstep.set(setting, to: String(parts[1]), in: &resolved.configuration, reportedAs: "--set \(key)")
            resolved.origins[key] = "--set"
        }
        let flags = network.given + training.given + regularisation.given + self.data.given + table.given + run.given
        for (setting, text) in flags {
            try lockstep.set(setting, to: text, in: &resolved.configuration, reportedAs: setting.flag)
            resolved.origins[setting.key] = setting.flag
        }
        return resolved
    }
}

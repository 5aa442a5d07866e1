import ArgumentParser
import Messages
import RunSettings

/// A type that stands for a group of settings: the argument parser identifies option groups by their type.
protocol SettingGroup {
    static var group: Setting.Group { get }
}

enum NetworkSettings: SettingGroup { static let group = Setting.Group.network }
enum TrainingSettings: SettingGroup { static let group = Setting.Group.training }
enum RegularisationSettings: SettingGroup { static let group = Setting.Group.regularisation }
enum DataSettings: SettingGroup { static let group = Setting.Group.data }
enum TableSettings: SettingGroup { static let group = Setting.Group.table }
enum RunSettingsGroup: SettingGroup { static let group = Setting.Group.run }

/// The command-line flags of a group of settings, generated from the table `Setting.all`. Values stay text until the
/// table parses them, as it does for files and `--set`, so that there is one place that validates them.
struct SettingFlags<Group: SettingGroup>: ParsableArguments, CustomReflectable {
    /// The flags on the command line, in the order of the table.
    private(set) var given: [(setting: Setting, text: String)] = []

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for setting in Self.settings {
            let key = Key(stringValue: setting.key)
            if case .flag = setting.form {
                if try container.decode(Flag<Bool>.self, forKey: key).wrappedValue { given.append((setting, "true")) }
            } else if let text = try container.decode(Option<String?>.self, forKey: key).wrappedValue {
                given.append((setting, text))
            }
        }
    }

    /// The argument parser finds the options of a type in its mirror.
    var customMirror: Mirror {
        Mirror(self, children: Self.settings.map { (label: $0.key, value: $0.argument) })
    }

    /// All settings of the group except `data`, which is a positional argument.
    private static var settings: [Setting] { Setting.all.filter { $0.group == Group.group && $0.key != "data" } }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Setting {
    /// The property wrapper that declares the flag to the argument parser.
    fileprivate var argument: any Decodable {
        if case .flag = form { return Flag(wrappedValue: false, help: ArgumentHelp(help)) }
        return Option<String?>(
            parsing: .unconditional, help: ArgumentHelp(helpWithValues, valueName: valueName),
            completion: completion)
    }

    private var helpWithValues: String {
        var text = help
        if case .choice(let words) = form { text += " One of " + words.joined(separator: ", ") + "." }
        return text + (defaultText.map { " (default: \($0))" } ?? "")
    }

    private var completion: CompletionKind? {
        switch form {
        case .choice(let words): .list(words)
        default: valueName == "path" ? .file() : nil
        }
    }
}

/// The default configuration with one setting changed.
/// - Throws: `Failure` for an invalid value.
func configured(_ key: String, _ value: String, reportedAs name: String) throws -> Configuration {
    var configuration = Configuration()
    if let setting = Setting.named(key) { try set(setting, to: value, in: &configuration, reportedAs: name) }
    return configuration
}

/// Sets one setting.
/// - Parameter name: the option's name in an error message.
/// - Throws: `Failure` for an invalid value.
func set(
    _ setting: Setting, to value: String, in configuration: inout Configuration, reportedAs name: String
) throws {
    do {
        try configuration.specify(setting, value)
    } catch {
        throw Failure(.usage, error.wording(of: name))
    }
}

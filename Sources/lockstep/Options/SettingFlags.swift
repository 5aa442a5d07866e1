import ArgumentParser
import Messages
import RunSettings

/// Names a group of settings for the parser, which knows options by their type.
protocol SettingGroup {
    static var group: Setting.Group { get }
}

enum NetworkSettings: SettingGroup { static let group = Setting.Group.network }
enum TrainingSettings: SettingGroup { static let group = Setting.Group.training }
enum RegularisationSettings: SettingGroup { static let group = Setting.Group.regularisation }
enum DataSettings: SettingGroup { static let group = Setting.Group.data }
enum RunSettingsGroup: SettingGroup { static let group = Setting.Group.run }

/// The settings of a group as flags, each made from its row of the table. Values are kept as text and read by the table, which
/// also reads files and `--set`, so that a value is checked in one place and its error names where it came from.
struct SettingFlags<Group: SettingGroup>: ParsableArguments, CustomReflectable {
    /// What was said, in the order of the table.
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

    /// The parser finds the options of a type in its mirror.
    var customMirror: Mirror {
        Mirror(self, children: Self.settings.map { (label: $0.key, value: $0.argument) })
    }

    /// The dataset is an argument of its own.
    private static var settings: [Setting] { Setting.all.filter { $0.group == Group.group && $0.key != "data" } }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension Setting {
    /// As the parser wants it.
    fileprivate var argument: any Decodable {
        if case .flag = form { return Flag(wrappedValue: false, help: ArgumentHelp(help)) }
        return Option<String?>(
            parsing: .unconditional, help: ArgumentHelp(helpWithValues, valueName: valueName),
            completion: completion)
    }

    private var helpWithValues: String {
        var text = help
        if case .choice(let words) = form { text += " One of " + words.joined(separator: ", ") + "." }
        return text + (standard.map { " (default: \($0))" } ?? "")
    }

    private var completion: CompletionKind? {
        switch form {
        case .choice(let words): .list(words)
        default: valueName == "path" ? .file() : nil
        }
    }
}

/// The defaults, but for one setting.
/// - Throws: `Failure` with the words for a value that it cannot have.
func configured(_ key: String, _ value: String, reportedAs name: String) throws -> Configuration {
    var configuration = Configuration()
    if let setting = Setting.named(key) { try set(setting, to: value, in: &configuration, reportedAs: name) }
    return configuration
}

/// Sets one setting.
/// - Throws: `Failure` with the words for a value that it cannot have.
func set(
    _ setting: Setting, to value: String, in configuration: inout Configuration, reportedAs name: String
) throws {
    do {
        try configuration.say(setting, value)
    } catch {
        throw Failure(.usage, error.wording(of: name))
    }
}

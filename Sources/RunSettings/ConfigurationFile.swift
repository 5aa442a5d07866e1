import DurableFiles
import Yams

/// What is wrong with a configuration file.
package enum ConfigurationFileError: Error, Sendable, Equatable {
    case notYAML(file: String, line: Int?, reason: String)
    /// The file is not `key: value` lines.
    case notAMapping(file: String)
    case unknownKey(file: String, key: String)
    case notAScalar(file: String, key: String)
    case badValue(file: String, key: String, SettingProblem)
}

/// Configurations as YAML: `run.yaml` of a user, `config.yaml` of a run, `/config` of a checkpoint.
package enum ConfigurationFile {
    /// The `key: value` pairs of a YAML text, values as text, lists joined by commas; in file order. Null says nothing.
    static func pairs(of text: String, file: String) throws(ConfigurationFileError) -> [(key: String, value: String)] {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw .notYAML(file: file, line: error.line, reason: error.problem)
        } catch {
            throw .notYAML(file: file, line: nil, reason: "\(error)")
        }
        guard let node else { return [] }
        guard let mapping = node.mapping else { throw .notAMapping(file: file) }
        var pairs: [(key: String, value: String)] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw .notAMapping(file: file) }
            if value.null != nil { continue }
            if let scalar = value.scalar {
                pairs.append((name, scalar.string))
            } else if let sequence = value.sequence, sequence.allSatisfy({ $0.scalar != nil }) {
                pairs.append((name, sequence.compactMap { $0.scalar?.string }.joined(separator: ",")))
            } else {
                throw .notAScalar(file: file, key: name)
            }
        }
        return pairs
    }

    /// Reads settings from a file over those of `configuration`.
    /// - Returns: the keys of those that the file says.
    @discardableResult
    package static func apply(_ path: String, to configuration: inout Configuration) throws -> [String] {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        let pairs = try pairs(of: text, file: path)
        for (key, value) in pairs {
            guard let setting = Setting.named(key) else {
                throw ConfigurationFileError.unknownKey(file: path, key: key)
            }
            do {
                try configuration.say(setting, value)
            } catch {
                throw ConfigurationFileError.badValue(file: path, key: key, error)
            }
        }
        return pairs.map(\.key)
    }

    /// One setting as YAML: `batchSize: 256`.
    package static func line(of setting: Setting, in configuration: Configuration) throws -> String {
        let line = try text(of: entries(of: configuration) { $0.key == setting.key })
        return line.hasSuffix("\n") ? String(line.dropLast()) : line
    }

    /// All settings as YAML, a line each.
    package static func text(of configuration: Configuration) throws -> String {
        try text(of: entries(of: configuration) { _ in true })
    }

    /// The settings that were said as YAML, a line each.
    package static func saidText(of configuration: Configuration) throws -> String {
        try text(of: entries(of: configuration) { configuration.says($0.key) })
    }

    package static func entries(
        of configuration: Configuration, where isIncluded: (Setting) -> Bool
    ) -> [(key: String, value: Node)] {
        Setting.all.filter(isIncluded).compactMap { setting in
            setting.text(configuration).map { text in
                setting.isList
                    ? (setting.key, list(text.split(separator: ",").map(String.init))) : (setting.key, Node(text))
            }
        }
    }

    package static func list(_ items: [String]) -> Node {
        .sequence(Node.Sequence(items.map { Node($0) }, Tag(.seq), .flow))
    }

    package static func text(of entries: [(key: String, value: Node)]) throws -> String {
        try Yams.serialize(
            node: .mapping(Node.Mapping(entries.map { (Node($0.key), $0.value) })), width: -1, allowUnicode: true)
    }
}

extension YamlError {
    fileprivate var line: Int? {
        switch self {
        case .reader(_, _, _, _): nil
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        default: nil
        }
    }

    fileprivate var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        case .duplicatedKeysInMapping(let keys, _): "it has \(keys.joined(separator: ", ")) more than once"
        default: "\(self)"
        }
    }
}

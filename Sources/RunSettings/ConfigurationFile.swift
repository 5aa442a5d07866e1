import DurableFiles
import Yams

/// An error in a configuration file. `location` is the file with line and column: `run.yaml:3:1`.
package enum ConfigurationFileError: Error, Sendable, Equatable {
    case notYAML(location: String, reason: String)
    /// The file does not consist of `key: value` lines.
    case notAMapping(location: String)
    case unknownKey(location: String, key: String)
    case duplicateKey(location: String, key: String)
    case notAScalar(location: String, key: String)
    /// An entry of a list that is not a value.
    case entryIsNoValue(location: String, key: String)
    /// An entry of a list that is several items, or a part of one.
    case entryIsNoItem(location: String, key: String, entry: String)
    case badValue(location: String, key: String, SettingProblem)
}

/// Configurations as YAML: a user's settings file, `config.yaml` of a run, `/config` of a checkpoint.
package enum ConfigurationFile {
    /// A line `key: value`.
    struct Entry {
        let key: String
        /// The text of a scalar, or the items of a list joined by commas.
        let value: String
        let keyLocation: String
        let valueLocation: String
    }

    /// Parses YAML and returns its entries in file order. Entries with a null value are skipped.
    static func entries(of text: String, file: String) throws(ConfigurationFileError) -> [Entry] {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch YamlError.duplicatedKeysInMapping(let keys, _) {
            // The parser does not report the location of the second key.
            let key = keys.sorted().first ?? ""
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let linesOfKey = lines.indices.filter { lines[$0].hasPrefix("\(key):") }
            throw .duplicateKey(location: linesOfKey.dropFirst().first.map { "\(file):\($0 + 1):1" } ?? file, key: key)
        } catch let error as YamlError {
            throw .notYAML(location: error.mark.map { "\(file):\($0)" } ?? file, reason: error.problem)
        } catch {
            throw .notYAML(location: file, reason: "\(error)")
        }
        func location(_ node: Node) -> String { node.mark.map { "\(file):\($0)" } ?? file }
        guard let node else { return [] }
        guard let mapping = node.mapping else { throw .notAMapping(location: location(node)) }
        var entries: [Entry] = []
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw .notAMapping(location: location(key)) }
            if value.null != nil { continue }
            let text: String
            if let scalar = value.scalar {
                text = scalar.string
            } else if let sequence = value.sequence {
                let isList = Setting.named(name)?.isList == true
                var items: [String] = []
                for item in sequence {
                    guard let text = item.scalar?.string else {
                        throw .entryIsNoValue(location: location(item), key: name)
                    }
                    guard !isList || isListItem(text) else {
                        throw .entryIsNoItem(location: location(item), key: name, entry: text)
                    }
                    items.append(text)
                }
                text = items.joined(separator: ",")
            } else {
                throw .notAScalar(location: location(value), key: name)
            }
            entries.append(Entry(key: name, value: text, keyLocation: location(key), valueLocation: location(value)))
        }
        return entries
    }

    /// Applies the settings of a file to a configuration.
    /// - Returns: the keys in the file.
    /// - Throws: `ConfigurationFileError`, `FileError`.
    @discardableResult
    package static func apply(_ path: String, to configuration: inout Configuration) throws -> [String] {
        let text = String(decoding: try readFile(path), as: UTF8.self)
        let entries = try entries(of: text, file: path)
        for entry in entries {
            guard let setting = Setting.named(entry.key) else {
                throw ConfigurationFileError.unknownKey(location: entry.keyLocation, key: entry.key)
            }
            do {
                try configuration.specify(setting, entry.value)
            } catch {
                throw ConfigurationFileError.badValue(location: entry.valueLocation, key: entry.key, error)
            }
        }
        return entries.map(\.key)
    }

    /// One setting as YAML: `batchSize: 256`.
    package static func line(of setting: Setting, in configuration: Configuration) throws -> String {
        let line = try text(of: entries(of: configuration) { $0.key == setting.key })
        return line.hasSuffix("\n") ? String(line.dropLast()) : line
    }

    /// All settings as YAML, one line for each.
    package static func text(of configuration: Configuration) throws -> String {
        try text(of: entries(of: configuration) { _ in true })
    }

    /// The specified settings as YAML, one line for each.
    package static func specifiedText(of configuration: Configuration) throws -> String {
        try text(of: entries(of: configuration) { configuration.specifies($0.key) })
    }

    /// - Parameter isFull: whether values say what is usual, too, as a checkpoint has them.
    package static func entries(
        of configuration: Configuration, isFull: Bool = false, where isIncluded: (Setting) -> Bool
    ) -> [(key: String, value: Node)] {
        Setting.all.filter(isIncluded).compactMap { setting in
            let text = (isFull ? setting.fullText : nil) ?? setting.text
            return text(configuration).map { text in
                setting.isList ? (setting.key, list(listItems(text))) : (setting.key, Node(text))
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
    fileprivate var mark: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark
        default: nil
        }
    }

    fileprivate var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _): problem
        default: "\(self)"
        }
    }
}

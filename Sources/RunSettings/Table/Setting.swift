import Layers
import Networks

/// An invalid value of a setting.
package enum SettingProblem: Error, Sendable, Equatable, Codable {
    case notOneOf([String], given: String)
    case notANumber(given: String)
    case notAnInteger(given: String)
    /// The first value describes the bounds: "at least 1", "at least 0 and below 1".
    case outOfBounds(String, given: String)
    case notOfForm(String, given: String)
    case badNetwork(NetworkTextError)
}

/// One setting of a run: its key, its help, and its conversion from and to text. Flags and their help, `--set`,
/// configuration files, run directories and checkpoints all use this definition.
package struct Setting: Sendable {
    /// The section of `lockstep train --help`.
    package enum Group: String, Sendable, CaseIterable {
        case network, training, regularisation, data, table, run
    }

    /// The form of a setting's values.
    package enum Form: Sendable {
        /// `true` or `false`; a flag without a value on the command line.
        case flag
        /// One of these words.
        case choice([String])
        case number
        case integer
        case list
        /// Any other text: paths, names with numbers.
        case text
    }

    /// The key in files and in `--set`: `batchSize`.
    package let key: String
    package let group: Group
    /// A sentence or two for the help.
    package let help: String
    package let form: Form
    /// The placeholder of the value in the help.
    package let valueName: String
    /// Whether the trained bits depend on the setting. If so, checkpoints store it, and a resumed run may not change it.
    package let shapesBits: Bool
    /// Parses a value and sets it.
    package let set: @Sendable (inout Configuration, String) throws(SettingProblem) -> Void
    /// The value as text; nil for a path that is not set.
    package let text: @Sendable (Configuration) -> String?
    /// The value as a checkpoint keeps it, if that says more, so that another version's defaults change nothing.
    var fullText: (@Sendable (Configuration) -> String?)?

    /// Whether files contain the value as a list.
    var isList: Bool { if case .list = form { true } else { false } }

    /// The command-line flag: `--batch-size`.
    package var flag: String {
        "--" + key.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }

    /// The default value as text.
    package var defaultText: String? { text(Configuration()) }

    /// The setting with a key; nil if there is none.
    package static func named(_ key: String) -> Setting? {
        all.first { $0.key == key }
    }

    /// The keys of settings that say where in an HDF5 file the data is.
    package static let keysOfHDF5Files = [
        "features", "labels", "validationFeatures", "validationLabels", "testFeatures", "testLabels",
    ]

    /// The keys of settings that are for tables alone.
    package static let keysOfTables = [
        "label", "ignore", "categorical", "steps", "channels", "header", "delimiter", "decimal",
    ]
}

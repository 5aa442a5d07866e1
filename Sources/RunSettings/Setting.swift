/// What is wrong with a value that a user gave; worded where it is printed.
package enum SettingProblem: Error, Sendable, Equatable {
    case notOneOf([String], given: String)
    case notANumber(given: String)
    case notAnInteger(given: String)
    /// `bounds` in words: "at least 1", "at least 0 and below 1".
    case outOfBounds(String, given: String)
    case notOfForm(String, given: String)
}

/// One setting of a run: its name, what it means, and how it is read from and written as text. Flags and their help, `--set`,
/// configuration files, run directories and checkpoints all come from this one row.
package struct Setting: Sendable {
    /// The part of `lockstep train --help` in which it stands.
    package enum Group: String, Sendable, CaseIterable {
        case network, training, regularisation, data, run
    }

    /// What its values look like.
    package enum Form: Sendable {
        /// `true` or `false`; a flag without a value on the command line.
        case flag
        /// One of these words.
        case choice([String])
        case number
        case integer
        case list
        /// Anything else: paths, names with numbers.
        case text
    }

    /// `batchSize`, as in files and `--set`.
    package let key: String
    package let group: Group
    /// A sentence or two for who reads the help.
    package let help: String
    package let form: Form
    /// What stands for the value in the help.
    package let valueName: String
    /// Whether the trained bits depend on it, so that checkpoints carry it and a resume may not change it.
    package let shapesBits: Bool
    package let set: @Sendable (inout Configuration, String) throws(SettingProblem) -> Void
    /// nil for a path where there is none.
    package let text: @Sendable (Configuration) -> String?

    /// Whether files write it as a list.
    var isList: Bool { if case .list = form { true } else { false } }

    /// `--batch-size`
    package var flag: String {
        "--" + key.map { $0.isUppercase ? "-\($0.lowercased())" : String($0) }.joined()
    }

    /// Its value where nothing is said.
    package var standard: String? { text(Configuration()) }

    /// The setting called `key`.
    package static func named(_ key: String) -> Setting? {
        all.first { $0.key == key }
    }

    /// Of the settings that name datasets inside the file.
    package static let dataNames = [
        "features", "labels", "validationFeatures", "validationLabels", "testFeatures", "testLabels",
    ]
}

import ArgumentParser
import DatasetFiles
import Datasets
import Display
import Foundation
import Messages
import Models
import RunSettings
import Runs
import Splits
import Tables

/// Options of commands that read tables of text.
struct TableOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Whether the first row of a table is a header: yes or no. Default: auto.", valueName: "answer"))
    var header: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Character between the fields of a table: comma, semicolon, tab or pipe. Default: auto.", valueName: "name")
    )
    var delimiter: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Decimal mark of a table's numbers: point or comma. Default: auto.", valueName: "name"))
    var decimal: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Columns of a table that are left out, separated by commas.", valueName: "columns"))
    var ignore: String?

    /// Checks that options for tables are not given for an HDF5 file, where they would mean nothing.
    /// - Throws: `Failure`.
    func requireTable(_ path: String) throws {
        for (key, value) in [("header", header), ("delimiter", delimiter), ("decimal", decimal), ("ignore", ignore)]
        where value != nil && !Table.isTable(path) {
            throw Failure(.usage, SettingsError.settingOfOtherFiles(setting: key, file: path, isTable: false).wording)
        }
    }

    /// The columns that are left out, besides those that training has left out.
    /// - Throws: `Failure` for an invalid value.
    func ignored() throws -> [String] {
        try ignore.map { try configured("ignore", $0, reportedAs: "--ignore").ignore } ?? []
    }

    /// - Throws: `Failure` for an invalid value.
    func format() throws -> TableFormat {
        var configuration = Configuration()
        for (key, value) in [("header", header), ("delimiter", delimiter), ("decimal", decimal)] {
            guard let value, let setting = Setting.named(key) else { continue }
            try set(setting, to: value, in: &configuration, reportedAs: setting.flag)
        }
        return configuration.tableRequest.format
    }
}

/// The samples that a command is given for a model.
struct GivenData {
    /// All samples of the file's split.
    let split: RawSplit
    /// The name of the split for messages: a path in an HDF5 file, or the table.
    let name: String
    /// What names each sample of a table; nil if no column was asked for.
    let ids: TextColumn?

    /// Reads a table.
    /// - Parameter note: receives what the user should be told.
    init(table path: String, _ request: TableRequest, note: (String) -> Void) throws {
        let table = try showing("reading \(path)") { try Table(contentsOf: path, request: request, pause: $0) }
        split = try RawSplit(of: table, allowsManyCategories: true)
        name = table.path
        ids = table.ids
        let format = FoundFormat(table)
        if !format.isPlain { note(format.wording) }
        for found in split.notes { note(found.wording) }
        if split.weights != nil {
            note(SchemaNote.weighted(file: table.path, by: "column \(split.weightsName)").wording)
        } else if let column = request.weights, !request.ignored.contains(column) {
            note(SchemaNote.unweighted(file: table.path, column: column).wording)
        }
    }

    /// Finds a split of an HDF5 file.
    /// - Parameter note: receives what the user should be told.
    init(
        file path: String, features: String?, labels: String?, of modelPath: String, withLabels: Bool,
        note: (String) -> Void
    ) throws {
        // The bar goes once something else is printed.
        let activity = Activity("reading \(path)")
        let file = try DatasetFile(path) { activity.advance(nil) }
        let paths = try dataPaths(
            in: file, features: features, labels: labels, configuration: runConfiguration(of: modelPath))
        split = try file.split(paths, withLabels: withLabels)
        name = paths.features
        ids = nil
        if withLabels, let weights = paths.weights { note(SchemaNote.weighted(file: path, by: weights).wording) }
    }
}

extension GivenData {
    /// The samples to evaluate: of the data that a model has learned from, those that it has not seen come first, apart.
    /// - Parameters:
    ///   - areAll: whether they are to be judged together, whatever the model has learned from.
    ///   - note: receives what the user should be told.
    /// - Throws: `SchemaMismatch`, `DatasetError`, and the errors of reading.
    func samples(
        for checkpoint: Checkpoint, areAll: Bool, note: (String) -> Void
    ) throws -> [(name: String, samples: Samples)] {
        let model = checkpoint.model
        func say(_ found: SchemaNote) { note(found.wording) }
        let isDivided = !areAll && model.configuration.splitShares != nil
        let shares = isDivided ? try split.shares(of: model, checkpoint.fingerprint) : nil
        shares?.notes.forEach(say)
        let splits = shares?.all.reversed().map { ("\(name), \($0.name) split", $0.split) } ?? [(name, split)]
        return try splits.map { name, split in
            let samples = try split.droppingRows(for: model, note: say).samples(for: model, note: say)
            if isDivided, !checkpoint.fingerprint.has(samples) { say(.otherData(name: self.name)) }
            return (name, samples)
        }
    }
}

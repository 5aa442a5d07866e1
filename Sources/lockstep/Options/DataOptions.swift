import ArgumentParser
import DatasetFiles
import Datasets
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
    init(table path: String, for model: Model, _ request: TableRequest) throws {
        let table = try Table(contentsOf: path, request: request)
        split = try RawSplit(of: table, allowsManyCategories: true)
        name = table.path
        ids = table.ids
        let format = FoundFormat(table)
        if !format.isPlain { printError("note: " + format.wording) }
        split.notes.forEach(printNote)
        if split.weights != nil {
            printNote(.weighted(file: table.path, by: "column \(split.weightsName)"))
        } else if let column = request.weights, !request.ignored.contains(column) {
            printNote(.unweighted(file: table.path, column: column))
        }
    }

    /// Finds a split of an HDF5 file.
    init(file path: String, features: String?, labels: String?, of modelPath: String, withLabels: Bool) throws {
        let file = try DatasetFile(path)
        let paths = try dataPaths(
            in: file, features: features, labels: labels, configuration: runConfiguration(of: modelPath))
        split = try file.split(paths, withLabels: withLabels)
        name = paths.features
        ids = nil
        if withLabels, let weights = paths.weights { printNote(.weighted(file: path, by: weights)) }
    }
}

extension GivenData {
    /// All samples together.
    var whole: [(name: String, split: RawSplit)] { [(name, split)] }

    /// The samples to evaluate: of the data that a model has learned from, those that it has not seen come first, apart.
    func judged(
        by checkpoint: Checkpoint, note: (SchemaNote) -> Void
    ) throws -> [(name: String, split: RawSplit)] {
        guard checkpoint.model.configuration.splitShares != nil,
            let shares = try split.shares(of: checkpoint.model, checkpoint.fingerprint)
        else { return whole }
        shares.notes.forEach(note)
        return shares.all.reversed().map { ("\(name), \($0.name) split", $0.split) }
    }
}

import DatasetFiles
import Datasets
import DurableFiles
import RunSettings
import Splits
import Tables

/// The splits of a file, before a schema gives their numbers a meaning.
package struct RawSplits {
    package var train: RawSplit
    package var validation: RawSplit?
    package var test: RawSplit?
    /// The path of the file.
    package let path: String
    /// How tables are written, as found; empty for an HDF5 file.
    package private(set) var formats: [FoundFormat] = []
    /// What the user should be told of the splits.
    package internal(set) var notes: [SchemaNote] = []
    /// What the labels of all shares together are; nil without shares.
    var allLabels: LabelSchema?

    /// All splits that exist.
    package var all: [(name: SplitName, split: RawSplit)] {
        let all: [(SplitName, RawSplit?)] = [(.train, train), (.validation, validation), (.test, test)]
        return all.compactMap { name, split in split.map { (name, $0) } }
    }

    /// A training split alone, in memory.
    package init(train: RawSplit) {
        (self.train, path) = (train, train.features.description.file)
    }

    /// Divides samples by the shares of a configuration.
    /// - Throws: `SettingsError`, and the errors of reading.
    package init(dividing split: RawSplit, by configuration: Configuration) throws {
        self.init(train: split)
        try divide(by: configuration)
    }

    /// Opens a file and finds its splits.
    /// - Parameter pause: called regularly while data is read, with the share of a table that has been read; reading ends with
    ///   the error that it throws.
    /// - Throws: `DatasetError`, `HDF5Error`, `CSVError`, `SettingsError`, `OutOfMemory`.
    package init(_ configuration: Configuration, pause: @escaping (Double?) throws -> Void = { _ in }) throws {
        if Table.isTable(configuration.data) {
            try self.init(ofTable: configuration, pause: pause)
        } else {
            try self.init(of: DatasetFile(configuration.data) { try pause(nil) }, configuration)
        }
    }

    /// Reads a table and divides it by shares.
    /// - Throws: `CSVError`, `DatasetError`, `SettingsError`.
    package init(ofTable configuration: Configuration, pause: (Double?) throws -> Void = { _ in }) throws {
        path = configuration.data
        for key in Setting.keysOfHDF5Files where configuration.differsFromDefault(key) {
            throw SettingsError.settingOfOtherFiles(setting: key, file: path, isTable: true)
        }
        guard configuration.label != nil else {
            throw SettingsError.noLabelColumn(
                file: path, columns: try Table.columnNames(of: path, configuration.tableRequest))
        }
        let steps = try configuration.stepShape()
        let table = try Table(contentsOf: path, request: configuration.tableRequest, pause: pause)
        train = try RawSplit(of: table, steps: steps)
        notes = train.notes
        formats = [FoundFormat(table)]
        try divide(by: configuration)
    }

    /// Adds a table as the test split.
    /// - Throws: `CSVError`, `DatasetError`; `ImportMismatch` if only one of the tables has a header; `SettingsError` if a
    ///   share of the training table is the test split.
    package mutating func addTest(
        table testPath: String, _ configuration: Configuration, pause: (Double?) throws -> Void = { _ in }
    ) throws {
        guard test == nil else { throw SettingsError.shareBesideSplit(file: testPath, split: SplitName.test.rawValue) }
        let description = train.features.description
        var request = configuration.tableRequest
        request.expect(
            train.columns,
            ExpectedFeatures(names: description.names, width: description.width) {
                description.categories(of: $0) != nil
            })
        if case .texts = train.labels?.values { request.labelsAreText = true }
        let table: Table
        do {
            table = try Table(contentsOf: testPath, request: request, pause: pause)
        } catch CSVError.noSuchColumn(_, _, _, hasHeader: false) where train.columns != nil {
            throw ImportMismatch.unequalHeaders(path: testPath, hasHeader: false)
        }
        guard table.format.hasHeader == formats.first?.format.hasHeader else {
            throw ImportMismatch.unequalHeaders(path: testPath, hasHeader: table.format.hasHeader == true)
        }
        var split = try RawSplit(of: table, steps: configuration.stepShape())
        notes += split.notes
        if configuration.missing == .dropRow { split = try split.droppingIncompleteRows { notes.append($0) } }
        test = split
        formats.append(FoundFormat(table))
    }

    /// Finds the splits of an HDF5 file and reads their labels.
    /// - Throws: `DatasetError`, `HDF5Error`, `SettingsError`, `OutOfMemory`.
    package init(of file: DatasetFile, _ configuration: Configuration) throws {
        try Self.requireFeaturesBesideLabels(configuration)
        for key in Setting.keysOfTables where configuration.differsFromDefault(key) {
            throw SettingsError.settingOfOtherFiles(setting: key, file: file.path, isTable: false)
        }
        var paths =
            try configuration.features.map { try file.paths(features: $0, labels: configuration.labels) }
            ?? file.requiredPaths(of: .train)
        if let weights = configuration.sampleWeights {
            paths = SplitPaths(features: paths.features, labels: paths.labels, weights: weights)
        }
        func split(_ name: SplitName, _ features: String?, _ labels: String?) throws -> RawSplit? {
            guard
                let paths = try features.map({ try file.paths(features: $0, labels: labels) }) ?? file.paths(of: name),
                features != nil || paths.labels != nil
            else { return nil }
            return try file.split(paths)
        }
        path = file.path
        train = try file.split(paths)
        validation = try split(.validation, configuration.validationFeatures, configuration.validationLabels)
        test = try split(.test, configuration.testFeatures, configuration.testLabels)
        try divide(by: configuration)
    }

    private static func requireFeaturesBesideLabels(_ configuration: Configuration) throws(SettingsError) {
        let pairs = [
            ("labels", configuration.labels, "features", configuration.features),
            (
                "validationLabels", configuration.validationLabels, "validationFeatures",
                configuration.validationFeatures
            ),
            ("testLabels", configuration.testLabels, "testFeatures", configuration.testFeatures),
        ]
        for (labelsKey, labels, featuresKey, features) in pairs where labels != nil && features == nil {
            throw .labelsWithoutFeatures(labels: labelsKey, features: featuresKey)
        }
    }
}

/// How a table is written, as it was found.
package struct FoundFormat: Sendable {
    package let path: String
    package let format: TableFormat
    package let encoding: TextEncoding

    package init(_ table: Table) { (path, format, encoding) = (table.path, table.format, table.encoding) }
}

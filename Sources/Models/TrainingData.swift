import Datasets
import DurableFiles
import Foundation
import Kernels
import Networks
import RunSettings
import Splits
import Stepping

/// The splits of a file, read for a model.
package struct TrainingData: Sendable {
    package let model: Model
    package let train: Samples
    package let validation: Samples?
    package let test: Samples?
    /// What the user should be told of the data.
    package let report: DataReport
    /// The path of the file.
    package let path: String
    /// The recipe of `--large-batch`; nil without it.
    package let largeBatch: LargeBatchRecipe?

    /// Opens the file, resolves the configuration, and reads all splits.
    /// - Parameters:
    ///   - given: what the numbers must mean.
    ///   - isSameData: whether the given schema was made from this data, so that no name may have changed.
    ///   - reading: called regularly while data is read, with the share of a table that has been read.
    /// - Throws: `DatasetError`, `SchemaMismatch`, `HDF5Error`, `CSVError`, `SettingsError`, `TooFewThreads`; `Interrupted` when a stop is
    ///   requested.
    package init(
        _ configuration: Configuration, given: GivenSchema = GivenSchema(), isSameData: Bool = false,
        interruption: Interruption? = nil, reading: @escaping (Double?) -> Void = { _ in }
    ) throws {
        try Arithmetic.requireUsable()
        // Two threads besides the workers: one waits for signals, one writes checkpoints.
        try ProcessLimits.requireThreads(min(configuration.workers ?? .max, ProcessLimits.cores) + 2)
        let splits = try RawSplits(configuration) { share in
            interruption?.poll()
            try interruption?.check()
            reading(share)
        }
        if isSameData { try splits.train.requireSameNames(as: given, configuration) }
        try self.init(configuration, given: given, splits)
        interruption?.listen()
    }

    /// Resolves the configuration and reads all splits.
    /// - Throws: `DatasetError`, `SchemaMismatch`, `HDF5Error`, `SettingsError`, `NotEnoughMemory`.
    package init(
        _ configuration: Configuration, given: GivenSchema = GivenSchema(), _ splits: RawSplits
    ) throws {
        var configuration = configuration
        var notes = splits.notes
        func note(_ note: SchemaNote) {
            // Shares of one file give the same reasons.
            if !notes.contains(note) { notes.append(note) }
        }
        let description = splits.train.features.description
        if description.isTable { configuration.chooseBatchOfTable(samples: splits.train.count) }
        if configuration.haveSteps(description) {
            configuration.chooseLayersOfSequences(areIDs: description.vocabulary != nil)
        }
        // Settings are checked before large features are read.
        largeBatch = try configuration.resolveRecipes(samples: splits.train.count)
        guard let labels = splits.train.labels else {
            throw DatasetError.noLabels(file: description.file, features: description.dataset)
        }
        var options = configuration.featureOptions
        if configuration.layers.haveEmbedding {
            guard [nil, Standardization.Kind.none].contains(options.standardize) else {
                throw SettingsError.standardizesIDs
            }
            options.standardize = Standardization.Kind.none
        }
        if given.features == nil { options.axes = try configuration.resolvedAxes(of: description, note: note) }
        var schema = Schema(
            features: try given.features
                ?? FeatureSchema(of: splits.train.features, rows: splits.train.rows, options, note: note),
            labels: try given.labels ?? splits.labelSchema(of: labels, configuration),
            // A file that is no table says nothing of columns.
            columns: description.isTable ? splits.train.columns : given.columns)
        try configuration.requireImages(schema.features)
        // A schema says nothing new about the data that it was made from.
        var features = try splits.train.inputs(by: schema.features) {
            if given.features != nil || $0.isOfEmptySequences { note($0) }
        }
        if given.features != nil, schema.features.hasLengths {
            features = features.fitting(steps: schema.features.sampleShape[0])
        }
        if given.features == nil {
            schema.features.ranges = features.ranges
            // A share of the file's sequences may lack the longest.
            if schema.features.hasLengths { schema.features.sampleShape = features.sampleShape }
        }
        if configuration.layers.haveOpenEntries {
            try splits.train.requireIDs(features, by: schema.features, below: Network.mostIDs)
            configuration.chooseEntries(for: schema.features)
        }
        let model = try Model(
            resolving: configuration, schema: schema, given: given, labels: labels, isTable: description.isTable)
        let entries = model.network.idCount
        if let entries { try splits.train.requireIDs(features, by: schema.features, below: entries) }

        let plan = model.configuration.plan(for: model.network)
        try configuration.requireSamplesMeet(in: model.network, samples: features.rows)
        try MemoryUse.requireEnough(
            for: model.network, slots: model.configuration.slotCount,
            plan: plan, sampleCount: features.rows,
            samples: features.byteCount / features.rows * splits.all.reduce(0) { $0 + $1.split.count })

        train = try splits.train.samples(of: model, features: features, note: note)
        // That values are filled in is no news beside the training split.
        func noteOfPart(_ part: SchemaNote) { if given.features != nil || !part.isOfFilling { note(part) } }
        validation = try splits.validation?.samples(for: model, note: noteOfPart)
        test = try splits.test?.samples(for: model, note: noteOfPart)
        if configuration.patience != nil && validation == nil && test == nil {
            throw SettingsError.noSplitForPatience(file: configuration.data)
        }
        // Ids are no measurements, whose scale could be doubted.
        let areUnscaledBytes = entries == nil && features.isUnscaledBytes
        if entries == nil, !areUnscaledBytes {
            model.schema.features.doubtfulScale(file: description.file, dataset: description.dataset).map(note)
        }
        let measurements = model.schema.labels.kind == .numbers ? labels.coarseColumns : nil
        report = DataReport(
            counts: [splits.train.count, splits.validation?.count, splits.test?.count], formats: splits.formats,
            labelCount: labels.rows, hasWholeLabels: labels.areUnnamedWholeNumbers,
            axes: given.features == nil ? configuration.axesSource(of: description) : .model,
            weightsName: splits.train.weights == nil ? nil : splits.train.weightsName,
            groupColumn: splits.train.groups == nil ? nil : splits.train.columns?.group, notes: notes,
            hasUnscaledBytes: areUnscaledBytes,
            coarseColumns: [features.coarseColumns, measurements].compactMap(\.self))
        self.model = model
        path = configuration.data
    }

    package var fingerprint: DataFingerprint { DataFingerprint(splits) }

    /// All splits that exist.
    private var splits: [(SplitName, Samples)] {
        let all: [(SplitName, Samples?)] = [(.train, train), (.validation, validation), (.test, test)]
        return all.compactMap { name, samples in samples.map { (name, $0) } }
    }
}

/// What the user should be told of the data that a model learns from.
package struct DataReport: Sendable {
    /// The samples of training, validation and test split; nil for one that does not exist.
    package let counts: [Int?]
    /// How tables are written, as found; empty for an HDF5 file.
    package let formats: [FoundFormat]
    /// The labels of the training split: as many as samples, or as steps.
    package let labelCount: Int
    /// Whether the labels of the file are whole numbers without names, which could be classes or measurements.
    package let hasWholeLabels: Bool
    /// Who says the axes of samples.
    package let axes: AxesSource
    /// The path or column of the sample weights; nil if there are none.
    package let weightsName: String?
    /// The column by whose values samples stay together in one split; nil if there is none.
    package let groupColumn: String?
    package let notes: [SchemaNote]
    /// Whether the features are bytes without a scale.
    package let hasUnscaledBytes: Bool
    /// Columns of the training split whose values are too close together for 32-bit floats.
    package let coarseColumns: [CoarseColumns]
}

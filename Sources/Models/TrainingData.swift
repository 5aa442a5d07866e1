import Datasets
import DurableFiles
import Foundation
import Kernels
import RunSettings
import Stepping

/// The splits of a dataset file, read for a model.
package struct TrainingData: Sendable {
    package let model: Model
    package let train: Samples
    package let validation: Samples?
    package let test: Samples?
    /// The paths of the training split inside the file.
    package let paths: SplitPaths
    /// The path of the dataset file.
    package let path: String
    /// The recipe of `--large-batch`; nil without it.
    package let largeBatch: LargeBatchRecipe?
    /// Whether the features are bytes without a scale.
    package let hasUnscaledBytes: Bool
    /// Columns of the training split whose values are too close together for 32-bit floats.
    package let coarseColumns: [CoarseColumns]

    /// Opens the dataset file, resolves the configuration, and reads all splits.
    /// - Throws: `DatasetError`, `HDF5Error`, `SettingsError`, `TooFewThreads`; `Interrupted` when a stop is requested.
    package init(_ configuration: Configuration, interruption: Interruption? = nil) throws {
        try Arithmetic.requireUsable()
        // Two threads besides the workers: one waits for signals, one writes checkpoints.
        try ProcessLimits.requireThreads(min(configuration.workers ?? .max, ProcessLimits.cores) + 2)
        func pause() throws {
            interruption?.poll()
            try interruption?.check()
        }
        try self.init(configuration, file: DatasetFile(configuration.data, pause: pause))
        interruption?.listen()
    }

    /// Resolves the configuration and reads all splits from an open file.
    /// - Throws: `DatasetError`, `HDF5Error`, `SettingsError`, `NotEnoughMemory`.
    package init(_ configuration: Configuration, file: DatasetFile) throws {
        let pairs = [
            ("labels", configuration.labels, "features", configuration.features),
            (
                "validationLabels", configuration.validationLabels, "validationFeatures",
                configuration.validationFeatures
            ),
            ("testLabels", configuration.testLabels, "testFeatures", configuration.testFeatures),
        ]
        for (labelsKey, labels, featuresKey, features) in pairs where labels != nil && features == nil {
            throw SettingsError.labelsWithoutFeatures(labels: labelsKey, features: featuresKey)
        }
        paths =
            try configuration.features.map { SplitPaths(features: $0, labels: configuration.labels) }
            ?? file.requiredPaths(of: .train)
        // Settings are checked before large features are read.
        var configuration = configuration
        let samples = try max(1, file.description(of: paths.features).shape.first ?? 1)
        largeBatch = try configuration.resolveRecipes(samples: samples)
        let features = try file.features(
            at: paths.features, scale: configuration.featureScale.map { Float($0) })
        let labels = try file.labels(of: paths)
        let model = try Model(resolving: configuration, inputShape: features.sampleShape, labels: labels)

        let plan = model.configuration.plan(for: model.network)
        try MemoryUse.requireEnough(
            for: model.network, slots: model.configuration.slotCount,
            rows: plan.capacity(sampleCount: features.rows), samples: features.byteCount)

        func read(_ split: SplitName, _ given: (features: String?, labels: String?)) throws -> Samples? {
            guard
                let paths = try given.features.map({ SplitPaths(features: $0, labels: given.labels) })
                    ?? file.paths(of: split),
                given.features != nil || paths.labels != nil
            else { return nil }
            return try file.samples(at: paths, for: model)
        }
        train = Samples(features: features, targets: try model.encoding.encode(labels))
        validation = try read(.validation, (configuration.validationFeatures, configuration.validationLabels))
        test = try read(.test, (configuration.testFeatures, configuration.testLabels))
        if configuration.patience != nil && validation == nil && test == nil {
            throw SettingsError.noSplitForPatience(file: configuration.data)
        }
        hasUnscaledBytes = features.isUnscaledBytes
        let measurements = if case .numbers = model.encoding { labels.coarseColumns } else { CoarseColumns?.none }
        coarseColumns = [features.coarseColumns, measurements].compactMap(\.self)
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

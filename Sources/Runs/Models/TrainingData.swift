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
    /// Where the training split was found.
    package let paths: SplitPaths
    /// The dataset file, as it was given.
    let path: String
    /// What was chosen for a large batch, if that was asked for.
    package let largeBatch: LargeBatchRecipe?
    /// Whether the features are bytes that nothing scales.
    package let hasUnscaledBytes: Bool
    /// Features and measurements of the training split in which floats tell too few numbers apart.
    package let coarseColumns: [CoarseColumns]

    /// Opens the file, chooses what the configuration leaves open, and reads every split there is.
    /// - Throws: `DatasetError`, `HDF5Error`, `SettingsError`, `TooFewThreads`; `Interrupted` when a stop is requested.
    package init(_ configuration: Configuration, interruption: Interruption? = nil) throws {
        try Arithmetic.requireUsable()
        // Beside the workers, one waits for signals and one writes checkpoints.
        try ProcessLimits.requireThreads(min(configuration.workers ?? .max, ProcessLimits.cores) + 2)
        func pause() throws {
            interruption?.look()
            try interruption?.check()
        }
        try self.init(configuration, file: DatasetFile(configuration.data, pause: pause))
    }

    /// The same from a file that is open already.
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
        // What cannot be is refused before large features are read.
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
            throw SettingsError.nothingToBePatientWith(file: configuration.data)
        }
        hasUnscaledBytes = features.isUnscaledBytes
        let measurements = if case .numbers = model.encoding { labels.coarseColumns } else { CoarseColumns?.none }
        coarseColumns = [features.coarseColumns, measurements].compactMap(\.self)
        self.model = model
        path = configuration.data
    }

    /// What the splits are.
    var fingerprint: DataFingerprint { DataFingerprint(splits) }

    /// The splits there are.
    private var splits: [(SplitName, Samples)] {
        let all: [(SplitName, Samples?)] = [(.train, train), (.validation, validation), (.test, test)]
        return all.compactMap { name, samples in samples.map { (name, $0) } }
    }
}

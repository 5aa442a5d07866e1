import Datasets

extension DatasetFile {
    /// Reads a split for a model: features in its shape and scale, labels in its encoding.
    /// - Throws: `DatasetError`, `HDF5Error`.
    package func samples(at paths: SplitPaths, for model: Model) throws -> Samples {
        Samples(
            features: try features(at: paths.features, for: model),
            targets: try model.encoding.encode(labels(of: paths)))
    }

    /// Reads the features of a split in a model's shape and scale.
    /// - Throws: `DatasetError`, `HDF5Error`.
    package func features(at path: String, for model: Model) throws -> FeatureMatrix {
        try features(
            at: path, scale: model.configuration.featureScale.map { Float($0) }, sampleShape: model.inputShape)
    }
}

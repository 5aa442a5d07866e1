import Datasets

extension DatasetFile {
    /// A split as a network needs it: features of its shape and scale, labels in its encoding.
    package func samples(at paths: SplitPaths, for model: Model) throws -> Samples {
        Samples(
            features: try features(at: paths.features, for: model),
            targets: try model.encoding.encode(labels(of: paths)))
    }

    /// The features of a split, of the shape and scale that a network needs.
    package func features(at path: String, for model: Model) throws -> FeatureMatrix {
        try features(
            at: path, scale: model.configuration.featureScale.map { Float($0) }, sampleShape: model.inputShape)
    }
}

import Datasets
import RunSettings
import Splits

extension RawSplit {
    /// Reads the split for a model: features as its inputs, labels in its encoding.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `SchemaMismatch`, `DatasetError`, and the errors of reading.
    package func samples(for model: Model, note: (SchemaNote) -> Void) throws -> Samples {
        try samples(of: model, features: inputs(of: model, note: note), note: note)
    }

    /// The same of features that have been read.
    func samples(of model: Model, features: FeatureMatrix, note: (SchemaNote) -> Void) throws -> Samples {
        let (schema, weights) = (model.schema.labels, try weightBuffer())
        let labels = try labels(areOfSteps: schema.areOfSteps)
        if labels.rows == 0 { throw DatasetError.noSteps(file: labels.file, dataset: labels.dataset) }
        if schema.areOfSteps, let weights, let steps = labels.sequences,
            !(0..<weights.count).contains(where: { weights.view[$0] > 0 && steps.length(of: $0) > 0 })
        {
            throw DatasetError.noWeight(file: labels.file, dataset: weightsName)
        }
        return Samples(
            features: features, targets: try schema.encode(labels, as: model.encoding, note: note),
            areTargetsOfSteps: schema.areOfSteps, weights: weights)
    }
}

// MARK: Labels of steps

extension RawSplit {
    /// The labels, one a step or one a sample.
    /// - Throws: `DatasetError.noLabels`, `SchemaMismatch.stepsOfLabels`.
    func labels(areOfSteps: Bool) throws -> Labels {
        let description = features.description
        guard let labels else { throw DatasetError.noLabels(file: description.file, features: description.dataset) }
        guard areOfSteps != (labels.sequences != nil) else { return labels }
        guard areOfSteps, let own = labels.ofSteps(description.sampleShape[0]) else {
            throw SchemaMismatch.stepsOfLabels(
                file: labels.file, dataset: labels.dataset, areOfSteps: labels.sequences != nil)
        }
        return own
    }

    /// The split with labels one a step, where its samples have as many numbers as steps.
    func takingLabelsOfSteps() -> RawSplit {
        var split = self
        split.labels = labels.map { $0.ofSteps(features.description.sampleShape[0]) ?? $0 }
        return split
    }
}

extension RawSplits {
    /// Takes labels of as many numbers as samples have steps as one a step, if samples are sequences and the network keeps their steps,
    /// or if the labels could be nothing else.
    mutating func takeLabelsOfSteps(_ configuration: Configuration) {
        let description = train.features.description
        let keepsSteps = configuration.layers.keepSteps(
            of: description.sampleShape, axes: configuration.axes?.rawValue ?? description.axes)
        guard keepsSteps || train.labels?.areOfStepsOnly == true else { return }
        train = train.takingLabelsOfSteps()
        validation = validation?.takingLabelsOfSteps()
        test = test?.takingLabelsOfSteps()
    }
}

extension RawSplit {
    /// Checks that the names of features and classes are those of a run that goes on, in their order.
    /// - Throws: `NamesDiffer`.
    func requireSameNames(as given: GivenSchema, _ configuration: Configuration) throws {
        let description = features.description
        func require(_ what: NamesDiffer.Kind, _ was: [String]?, _ now: [String]?, _ dataset: String) throws {
            guard was != now else { return }
            throw NamesDiffer(file: description.file, dataset: dataset, kind: what, was: was ?? [], now: now ?? [])
        }
        // Names that are others than those of initial weights have been brought to theirs.
        if let features = given.features, configuration.initialWeights == nil {
            try require(.features, features.names, description.names, description.dataset)
        }
        if let labels, let schema = given.labels, !configuration.takesInitialLabels {
            let now = try LabelSchema(of: labels, configuration)
            try require(.classes, schema.classNames, now.classNames, labels.dataset)
        }
    }
}

/// The data of a run has other names than when the run began.
package struct NamesDiffer: Error, Sendable, Equatable {
    package enum Kind: String, Sendable {
        case features, classes
    }
    package let file: String
    package let dataset: String
    package let kind: Kind
    package let was: [String]
    package let now: [String]
}

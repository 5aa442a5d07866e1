import Datasets
import RunSettings
import Splits

extension RawSplit {
    /// Reads the split for a model: features as its inputs, labels in its encoding.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `SchemaMismatch`, `DatasetError`, and the errors of reading.
    package func samples(for model: Model, note: (SchemaNote) -> Void) throws -> Samples {
        let inputs = try inputs(of: model, note: note)
        guard let labels else {
            throw DatasetError.noLabels(file: features.description.file, features: features.description.dataset)
        }
        return Samples(
            features: inputs, targets: try model.schema.labels.encode(labels, as: model.encoding, note: note),
            weights: try weightBuffer())
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

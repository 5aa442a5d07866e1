import Datasets
import Networks
import RunSettings
import Splits

extension RawSplit {
    /// The split's features as a model's inputs.
    /// - Throws: `SchemaMismatch`, `DatasetError`, also for ids that the model's embedding has no row for, and the errors of reading.
    package func inputs(of model: Model, note: (SchemaNote) -> Void) throws -> FeatureMatrix {
        let schema = model.schema.features
        var inputs = try inputs(by: schema, note: note)
        if schema.hasLengths { inputs = inputs.fitting(steps: schema.sampleShape[0]) }
        if let entries = model.network.idCount {
            try requireIDs(inputs, by: schema, below: entries)
        }
        return inputs
    }

    /// Checks that inputs are ids, whole numbers from 0.
    /// - Parameters:
    ///   - schema: by which they were read.
    ///   - entries: of the table that they are ids of.
    /// - Throws: `DatasetError.idsAreNotWhole`, `.idsBeyondTable`.
    func requireIDs(
        _ inputs: FeatureMatrix, by schema: FeatureSchema, below entries: Int
    ) throws(DatasetError) {
        let (file, dataset) = (features.description.file, features.description.dataset)
        // Only then need all values be looked at.
        let mayHaveFractions =
            !features.description.elementType.contains("int") || schema.scale != 1 || schema.offset != 0
            || schema.standardization.kind != .none || !inputs.replacements.filled.isEmpty
        guard !mayHaveFractions || inputs.areWhole else { throw .idsAreNotWhole(file: file, dataset: dataset) }
        guard let range = inputs.ranges.overall else { return }
        guard range.lowerBound >= 0, range.upperBound < Double(entries) else {
            throw .idsBeyondTable(
                file: file, dataset: dataset, smallest: range.lowerBound, largest: range.upperBound, entries: entries)
        }
    }
}

extension FeatureMatrix {
    /// Whether all values are whole numbers.
    fileprivate var areWhole: Bool {
        switch storage {
        case .bytes: scale == 1 && offset == 0
        case .floats(let floats): floats.view.pointer.allSatisfy { $0.rounded(.towardZero) == $0 }
        }
    }
}

extension Configuration {
    /// Chooses the entries of embeddings that do not say them: the tokens of the vocabulary, or else as many as the largest id of the
    /// training split needs.
    /// - Parameter features: whose values are ids.
    package mutating func chooseEntries(for features: FeatureSchema) {
        let largest = features.ranges.overall.flatMap { Int(exactly: $0.upperBound.rounded()) }
        guard let entries = features.vocabulary?.count ?? largest.map({ $0 + 1 }) else { return }
        layers = layers.withEntries(entries)
    }
}

import Datasets
import Kernels
import Networks
import Splits

extension RawSplit {
    /// The split's features as a model's inputs.
    /// - Throws: `SchemaMismatch`, `DatasetError`, also for ids that the model's embedding has no row for, and the errors of reading.
    package func inputs(of model: Model, note: (SchemaNote) -> Void) throws -> FeatureMatrix {
        let inputs = try inputs(by: model.schema.features, note: note)
        try requireIDs(inputs, for: model.network)
        return inputs
    }

    /// Checks that inputs are ids of a network's table, if it begins with an embedding.
    func requireIDs(_ inputs: FeatureMatrix, for network: Network) throws(DatasetError) {
        guard let entries = network.idCount else { return }
        let (file, dataset) = (features.description.file, features.description.dataset)
        guard inputs.areWhole else { throw .idsAreNotWhole(file: file, dataset: dataset) }
        guard let range = inputs.computedRanges(perFeature: false).overall else { return }
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

import Datasets
import RunSettings
import Tables

extension Model {
    /// What is wanted of a table to use this model on it.
    /// - Parameters:
    ///   - format: how the table is written, where that is known.
    ///   - label: the label column; nil for that of the training table.
    ///   - withLabels: whether labels are needed. If not, they and weights are left out where they exist.
    ///   - id: a column that names the samples.
    ///   - ignored: columns that are left out, besides those that training has left out.
    package func tableRequest(
        format: TableFormat, label: String?, withLabels: Bool, id: String? = nil, ignored: [String] = []
    ) -> TableRequest {
        var request = configuration.tableRequest
        request.format = format
        request.label = withLabels ? label ?? configuration.label : nil
        request.ignored = ignored
        request.ignoredIfPresent = configuration.ignore
        request.optionalRoles = [.weights, .group, .text]
        request.id = id
        if !withLabels {
            request.ignoredIfPresent += [label ?? configuration.label, request.weights, request.group]
                .compactMap(\.self)
            (request.weights, request.group) = (nil, nil)
        }
        request.expectFeatures(schema.features.names ?? []) { schema.features.categories(of: $0) != nil }
        return request
    }
}

extension RawSplit {
    /// The splits by share that a model was trained with, if this is the data that it was trained on: nil otherwise.
    /// - Parameter fingerprint: of the model's data.
    package func shares(of model: Model, _ fingerprint: DataFingerprint) throws -> RawSplits? {
        guard model.configuration.splitShares != nil, labels != nil,
            let splits = try? RawSplits(dividing: self, by: model.configuration)
        else { return nil }
        // Data of another size or meaning has another training split, or none.
        guard let train = try? splits.train.samples(for: model, note: { _ in }) else { return nil }
        return DataFingerprint([(.train, train)]).isSplit(.train, of: fingerprint) ? splits : nil
    }

    /// The split without the rows that lack a value, if the model leaves such rows out.
    package func droppingRows(for model: Model, note: (SchemaNote) -> Void) throws -> RawSplit {
        model.configuration.missing == .dropRow ? try droppingIncompleteRows(note: note) : self
    }
}

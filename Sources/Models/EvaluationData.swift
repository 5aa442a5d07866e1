import Datasets
import RunSettings
import Splits
import Tables

extension Model {
    /// What is wanted of a table to use this model on it.
    /// - Parameters:
    ///   - format: how the table is written; where that is open, as was said of the training table.
    ///   - label: the label column; nil for that of the training table.
    ///   - withLabels: whether labels are needed. If not, they and weights are left out where they exist.
    ///   - id: a column that names the samples.
    ///   - ignored: columns that are left out, besides those that training has left out.
    package func tableRequest(
        format: TableFormat, label: String?, withLabels: Bool, id: String? = nil, ignored: [String] = []
    ) -> TableRequest {
        var request = configuration.tableRequest
        let positions = [request.label, request.weights, request.group].compactMap(\.self) + request.ignored
        request.format = format.completed(by: request.format)
        request.expect(
            schema.columns,
            ExpectedFeatures(names: schema.features.names, width: schema.features.width) {
                schema.features.categories(of: $0) != nil
            })
        if schema.columns == nil { request.expected?.otherPositions = Set(positions) }
        request.label = label ?? request.label
        request.labelsAreText = schema.labels.hasTextNames
        request.ignoredIfPresent = request.ignored
        request.ignored = ignored
        request.optionalRoles = [.weights, .group]
        request.id = id
        if !withLabels {
            request.ignoredIfPresent += [request.label, request.weights, request.group].compactMap(\.self)
            (request.label, request.weights, request.group) = (nil, nil, nil)
        }
        return request
    }
}

extension TableRequest {
    /// Asks for what another table had.
    /// - Parameter columns: its other columns by name; nil if it had no header, so that positions stay as they are.
    mutating func expect(_ columns: ColumnRoles?, _ features: ExpectedFeatures) {
        expected = features
        textColumns = []
        guard let columns else { return }
        (label, weights, group, ignored) = (columns.label, columns.weights, columns.group, columns.ignored)
        knownNames = Set(columns.names)
    }
}

extension RawSplit {
    /// The splits by share that a model was trained with, if this is the data that it was trained on: nil otherwise.
    /// - Parameter fingerprint: of the model's data.
    /// - Throws: the errors of reading.
    package func shares(of model: Model, _ fingerprint: DataFingerprint) throws -> RawSplits? {
        guard model.configuration.splitShares != nil, labels != nil else { return nil }
        do {
            let splits = try RawSplits(dividing: self, by: model.configuration)
            let train = try splits.train.samples(for: model) { _ in }
            return DataFingerprint([(.train, train)]).isSplit(.train, of: fingerprint) ? splits : nil
        } catch is SettingsError, is SchemaMismatch, is DatasetError {
            // Data of another size or meaning has another training split, or none.
            return nil
        }
    }

    /// The split without the rows that lack a value, if the model leaves such rows out.
    package func droppingRows(for model: Model, note: (SchemaNote) -> Void) throws -> RawSplit {
        model.configuration.missing == .dropRow ? try droppingIncompleteRows(note: note) : self
    }
}

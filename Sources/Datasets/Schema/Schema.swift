/// What the numbers of a training split mean: its inputs and its labels.
package struct Schema: Codable, Sendable, Equatable {
    package var features: FeatureSchema
    package var labels: LabelSchema
    /// The other columns of the training table; nil if it had no header, or if other files were trained on.
    package var columns: ColumnRoles?

    package init(features: FeatureSchema, labels: LabelSchema, columns: ColumnRoles? = nil) {
        (self.features, self.labels, self.columns) = (features, labels, columns)
    }
}

extension RawSplit {
    /// Reads the features as the inputs of a network.
    /// - Parameter note: receives what the user should be told.
    /// - Throws: `SchemaMismatch`, and the errors of reading.
    package func inputs(by schema: FeatureSchema, note: (SchemaNote) -> Void) throws -> FeatureMatrix {
        let (transform, notes) = try schema.match(features.description)
        notes.forEach(note)
        let matrix = try features.matrix(transform, rows: rows)
        let description = features.description
        if let first = matrix.unseen.first.first {
            let categories = description.categories(of: first) ?? []
            note(
                .unseenCategories(
                    file: description.file, dataset: description.dataset, feature: description.name(of: first),
                    category: categories[matrix.unseen.first[1]], count: matrix.unseen.count))
        }
        schema.outside(matrix.ranges, file: description.file, dataset: description.dataset).map(note)
        return matrix
    }
}

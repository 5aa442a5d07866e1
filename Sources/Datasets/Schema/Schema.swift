/// What the numbers of a training split mean: its inputs and its labels.
package struct Schema: Codable, Sendable, Equatable {
    package var features: FeatureSchema
    package var labels: LabelSchema

    package init(features: FeatureSchema, labels: LabelSchema) { (self.features, self.labels) = (features, labels) }
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
        schema.outside(matrix.ranges, file: description.file, dataset: description.dataset).map(note)
        return matrix
    }
}

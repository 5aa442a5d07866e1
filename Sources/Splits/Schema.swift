import Datasets

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

/// The parts of a schema that parameters depend on as they are; nil for what is taken from a training split.
package struct GivenSchema: Sendable {
    package var features: FeatureSchema?
    package var labels: LabelSchema?
    /// Of a whole schema.
    package private(set) var columns: ColumnRoles?

    package init(features: FeatureSchema? = nil, labels: LabelSchema? = nil) {
        (self.features, self.labels) = (features, labels)
    }

    package init(_ schema: Schema) {
        (features, labels, columns) = (schema.features, schema.labels, schema.columns)
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
        matrix.replacements.notes(
            description, rows: matrix.sequences?.steps ?? matrix.rows,
            values: matrix.sequences?.steps ?? matrix.rows * matrix.width
        ).forEach(note)
        if let empty = matrix.lengths?.count(where: { $0 == 0 }), empty > 0 {
            note(
                .emptySequences(
                    file: description.file, dataset: description.dataset, count: empty, of: matrix.rows))
        }
        schema.outside(matrix.ranges, description).map(note)
        return matrix
    }
}

extension Replacements {
    /// - Parameters:
    ///   - rows: the number of samples, or of steps if samples differ in length.
    ///   - values: the number of ids, if the values are ids.
    fileprivate func notes(_ found: FeatureDescription, rows: Int, values: Int) -> [SchemaNote] {
        var notes: [SchemaNote] = []
        if let feature = firstUnseen.first {
            let categories = found.categories(of: feature) ?? []
            notes.append(
                .unseenCategories(
                    file: found.file, dataset: found.dataset, feature: found.name(of: feature),
                    category: categories[firstUnseen[1]], count: unseen))
        }
        if unknownTokens > 0 {
            notes.append(
                .unknownTokens(file: found.file, dataset: found.dataset, count: unknownTokens, of: values))
        }
        if let most = filled.max(), let feature = filled.firstIndex(of: most) {
            notes.append(
                .filled(
                    file: found.file, dataset: found.dataset, feature: found.name(of: feature), count: most, of: rows,
                    others: filled.count { $0 > 0 } - 1, areSteps: found.sequences != nil))
        }
        return notes
    }
}

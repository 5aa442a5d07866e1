import Datasets
import Kernels

/// A split as its file has it, before a schema gives its numbers a meaning.
package struct RawSplit {
    package let features: any FeatureSource
    /// The labels of the rows; nil if the split has none.
    package var labels: Labels?
    /// The sample weights of the rows; nil if the split has none.
    package var weights: [Double]?
    /// The path of the sample weights, or the name of their column.
    package var weightsName = ""
    /// The group of each row, for a division by shares that keeps groups together; nil if there are none.
    package var groups: [Int32]?
    /// The columns of a table with a header that are no features; nil for other files.
    package var columns: ColumnRoles?
    /// What the user should be told of how it was read.
    package var notes: [SchemaNote] = []
    /// The rows of the file that the split has; nil for all.
    package private(set) var rows: RowSelection?

    package init(features: any FeatureSource, labels: Labels?, weights: [Double]?) {
        (self.features, self.labels, self.weights) = (features, labels, weights)
    }

    /// The number of samples.
    package var count: Int { rows?.count ?? features.description.rows }

    /// A part of the split.
    /// - Parameter selected: indices among the split's rows, ascending.
    package func selecting(_ selected: [Int]) -> RawSplit {
        let own = RowSelection(selected, of: count)
        var part = self
        part.labels = labels?.selecting(own)
        part.weights = weights.map { weights in selected.map { weights[$0] } }
        part.groups = groups.map { groups in selected.map { groups[$0] } }
        let fileRows = rows?.indices
        part.rows = RowSelection(selected.map { fileRows?[$0] ?? $0 }, of: features.description.rows)
        return part
    }

    /// The sample weights of the rows; nil if there are none.
    /// - Throws: `DatasetError.badWeight` for one that is negative or not finite, `.noWeight` if all are 0.
    package func weightBuffer() throws(DatasetError) -> FloatBuffer? {
        guard let weights else { return nil }
        let description = features.description
        let fileRows = rows?.indices
        if let row = weights.firstIndex(where: { !($0 >= 0 && Float($0).isFinite) }) {
            let place = Place(
                file: description.file, object: weightsName, row: fileRows?[row] ?? row,
                line: (features as? MemoryFeatures)?.line(ofRow: fileRows?[row] ?? row))
            throw .badWeight(place, value: describe(weights[row]))
        }
        guard weights.contains(where: { Float($0) > 0 }) else {
            throw .noWeight(file: description.file, dataset: weightsName)
        }
        let buffer = FloatBuffer(count: weights.count)
        for (row, weight) in weights.enumerated() { buffer.view[row] = Float(weight) }
        return buffer
    }

    /// The split without the rows that have a missing value.
    /// - Parameter note: receives how many rows are left out, if any are.
    /// - Throws: `DatasetError.noCompleteRows` if no row is left; the errors of reading.
    package func droppingIncompleteRows(note: (SchemaNote) -> Void) throws -> RawSplit {
        let description = features.description
        let statistics = try features.statistics(of: rows, scale: 1, offset: 0, allowsMissing: true)
        let incomplete = Set(statistics.incompleteRows)
        guard !incomplete.isEmpty else { return self }
        let fileRows = rows?.indices ?? Array(0..<description.rows)
        let complete = fileRows.indices.filter { !incomplete.contains(fileRows[$0]) }
        guard !complete.isEmpty else {
            throw DatasetError.noCompleteRows(file: description.file, dataset: description.dataset)
        }
        note(
            .droppedRows(
                file: description.file, dataset: description.dataset, count: count - complete.count, of: count))
        return selecting(complete)
    }
}

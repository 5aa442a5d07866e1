import Datasets
import HDF5
import Splits

/// Writes splits of sequences to a dataset file: the steps of all, one after another, as /train/values and /train/offsets; or, of series
/// that are all as long, /train/features [samples, steps, channels].
struct SequenceWriter {
    /// The sequences of one split.
    struct Split<Value: HDF5Scalar> {
        let name: SplitName
        /// The steps of all sequences, [steps, channels].
        let values: [Value]
        /// The number of steps of each.
        let lengths: [Int]
        let labels: Labels?
    }

    /// Nil for ids, of which a step has one.
    let channels: Int?
    let labels: LabelWriter
    /// The tokens of ids; nil for measurements.
    var vocabulary: [String]?
    /// What is to stand in for missing values when the file is trained on.
    var missing = FeatureSchema.MissingPolicy.refuse

    /// Atomically replaces the file at `path`.
    /// - Throws: `SchemaMismatch` and `DatasetError` for labels of splits that do not fit together; `FileError` and `HDF5Error` when the
    ///   file cannot be written.
    func write<Value: HDF5Scalar>(_ splits: [Split<Value>], to path: String) throws {
        let lengths = Set(splits.flatMap(\.lengths))
        let common = channels == nil || lengths.count > 1 ? nil : lengths.first
        try replaceHDF5File(path) { root in
            for split in splits {
                let group = try root.createGroup(split.name.rawValue)
                let dataset = try write(split, steps: common, to: group)
                if missing != .refuse { try dataset.writeString(FeatureDescription.missingAttribute, missing.rawValue) }
                if let vocabulary { try StoredVocabulary.write(vocabulary, for: dataset) }
                if let own = split.labels { try labels.write(own, to: group) }
            }
        }
    }

    /// - Parameter steps: of each sequence; nil if they differ.
    private func write<Value: HDF5Scalar>(_ split: Split<Value>, steps: Int?, to group: Group) throws -> Dataset {
        let own = [channels].compactMap(\.self)
        let count = split.lengths.reduce(0, +)
        let shape = steps.map { [split.lengths.count, $0] + own } ?? [count] + own
        let dataset = try group.createDataset(
            steps == nil ? "values" : "features", of: Value.self, shape: shape,
            options: .imported(Value.self, shape))
        try dataset.write(split.values)
        guard steps == nil else {
            try dataset.writeString("axes", SampleAxes.sequence.rawValue)
            return dataset
        }
        let offsets = SequenceOffsets(lengths: split.lengths).offsets.map(Int64.init)
        try group.createDataset(
            "offsets", of: Int64.self, shape: [offsets.count], options: .imported(Int64.self, [offsets.count])
        ).write(offsets)
        return dataset
    }
}

extension [Int] {
    /// The note that sequences of these lengths are empty; nil if none is.
    func noteOfEmpty(in file: String) -> SchemaNote? {
        let empty = count { $0 == 0 }
        return empty == 0 ? nil : .emptySequences(file: file, dataset: "", count: empty, of: count)
    }
}

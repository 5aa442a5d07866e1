import Datasets
import HDF5
import Splits

/// Writes the splits of a table to a dataset file, with all that training would know of the table.
///
/// Features have the narrowest of the types uint8, float32 and float64 that has all their values. A missing cell is NaN, a
/// cell of a text feature the index of its category.
package struct TableWriter {
    private let splits: [(name: SplitName, split: RawSplit)]
    private let missing: FeatureSchema.MissingPolicy
    /// What the features of all splits are brought to: names and order of the training split.
    private let schema: FeatureSchema
    private let labels: LabelWriter

    /// - Parameters:
    ///   - splits: the training split first.
    ///   - task: what the user says the labels are; nil to apply the rules.
    ///   - missing: what is to stand in for missing values when the file is trained on.
    /// - Throws: `DatasetError` for labels that cannot be used.
    package init(
        _ splits: [(name: SplitName, split: RawSplit)], task: LabelSchema.Task? = nil,
        missing: FeatureSchema.MissingPolicy
    ) throws {
        self.splits = splits
        self.missing = missing
        let train = splits[0].split
        let description = train.features.description
        schema = FeatureSchema(
            sampleShape: description.sampleShape, axes: description.axes, names: description.names,
            categories: Self.allCategories(splits.map(\.split.features.description)),
            elementType: description.elementType, scale: 1, offset: 0,
            standardization: .none, missing: .init(policy: missing, fills: []), allowsUnseen: false,
            ranges: FeatureRanges(count: 1))
        labels = try LabelWriter(train: train.labels, task: task)
    }

    /// The categories of each feature of the first description, followed by those that only others have: all splits of a file
    /// share one list.
    private static func allCategories(_ descriptions: [FeatureDescription]) -> [[String]?] {
        var all = descriptions[0].categories
        for other in descriptions.dropFirst() {
            for feature in all.indices {
                let place = descriptions[0].names.flatMap { other.names?.firstIndex(of: $0[feature]) } ?? feature
                guard let known = all[feature], place < other.width, let found = other.categories(of: place) else {
                    continue
                }
                let set = Set(known)
                all[feature] = known + found.filter { !set.contains($0) }
            }
        }
        return all
    }

    /// Atomically replaces the file at `path`.
    /// - Parameters:
    ///   - note: receives what the user should be told.
    ///   - advance: called regularly with the share of a split that is done.
    /// - Throws: `SchemaMismatch` for splits that do not fit together; `FileError` and `HDF5Error` when the file cannot be
    ///   written.
    package func write(
        to path: String, note: (SchemaNote) -> Void, advance: (Double?) -> Void = { _ in }
    ) throws {
        try replaceHDF5File(path) { root in
            if let names = schema.names {
                _ = try root.createStringDataset(
                    FeatureDescription.namesDataset, strings: names, options: DatasetOptions(fletcher32: true))
            }
            for (name, split) in splits {
                let group = try root.createGroup(name.rawValue)
                try writeFeatures(of: split, to: group, note, advance)
                if let own = split.labels { try labels.write(own, to: group) }
                if let weights = split.weights {
                    try group.createDataset(
                        "weights", of: Double.self, shape: [weights.count],
                        options: .imported(Double.self, [weights.count])
                    ).write(weights)
                }
            }
        }
    }

    // MARK: Features

    private func writeFeatures(
        of split: RawSplit, to group: Group, _ note: (SchemaNote) -> Void, _ advance: (Double?) -> Void
    ) throws {
        let description = split.features.description
        let (transform, notes) = try schema.match(description)
        notes.forEach(note)
        guard let features = split.features as? any RawFeatures else {
            preconditionFailure("a table's features are in memory")
        }
        let order = transform.order ?? Array(0..<description.width)
        // For each text feature, the places of its own categories in the list that all splits share.
        let places = order.indices.map { feature -> [Double]? in
            guard let all = schema.categories(of: feature) else { return nil }
            let place = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, Double($0)) })
            return description.categories(of: order[feature])?.map { place[$0] ?? .nan }
        }
        let areCodesBytes = schema.categories.allSatisfy { $0?.count ?? 0 <= 256 }
        let type = areCodesBytes ? try NarrowestType(of: features, split.rows) : .double
        let dataset: Dataset
        switch type {
        case .byte: dataset = try writeRows(of: features, split.rows, order, places, to: group, advance) { UInt8($0) }
        case .float: dataset = try writeRows(of: features, split.rows, order, places, to: group, advance) { Float($0) }
        case .double: dataset = try writeRows(of: features, split.rows, order, places, to: group, advance) { $0 }
        }
        try dataset.writeString("origin", FeatureDescription.tableOrigin)
        if let axes = schema.axes { try dataset.writeString("axes", axes) }
        if missing != .refuse { try dataset.writeString(FeatureDescription.missingAttribute, missing.rawValue) }
        try FeatureCategories.write(schema.categories, for: dataset)
        try splits[0].split.columns?.write(for: dataset)
    }

    private func writeRows<T: HDF5Scalar>(
        of features: any RawFeatures, _ rows: RowSelection?, _ order: [Int], _ places: [[Double]?], to group: Group,
        _ advance: (Double?) -> Void, _ convert: (Double) -> T
    ) throws -> Dataset {
        let width = features.description.width
        let shape = [rows?.count ?? features.description.rows] + features.description.sampleShape
        let dataset = try group.createDataset("features", of: T.self, shape: shape, options: .imported(T.self, shape))
        var done = 0
        try features.forEachBlock(allowsMissing: true) { values, firstRow in
            var block: [T] = []
            for row in 0..<values.count / width where rows?.contains(firstRow + row) != false {
                for feature in 0..<width {
                    let value = values[row * width + order[feature]]
                    block.append(convert(value.isNaN ? value : places[feature]?[Int(value)] ?? value))
                }
            }
            let count = block.count / width
            try block.withUnsafeBufferPointer { try dataset.write(rows: done..<done + count, from: $0) }
            done += count
            advance(Double(done) / Double(shape[0]))
        }
        return dataset
    }
}

/// The narrowest type that has all values of a table.
private enum NarrowestType {
    case byte, float, double

    init(of features: any RawFeatures, _ rows: RowSelection?) throws {
        var (areBytes, areFloats) = (true, true)
        try features.forEachBlock(allowsMissing: true) { values, _ in
            for value in values {
                areBytes = areBytes && value >= 0 && value <= 255 && value == value.rounded()
                areFloats = areFloats && (value.isNaN || Double(Float(value)) == value)
            }
        }
        self = areBytes ? .byte : areFloats ? .float : .double
    }
}

extension DatasetOptions {
    /// Chunks of about 2 MiB, each with a checksum, so that damage on disk is detected.
    static func imported<T>(_ type: T.Type, _ shape: [Int]) -> DatasetOptions {
        let width = shape.dropFirst().reduce(1, *)
        let chunkRows = max(1, min(shape[0], (2 << 20) / (width * MemoryLayout<T>.stride)))
        return DatasetOptions(chunkShape: [chunkRows] + shape.dropFirst(), fletcher32: true)
    }
}

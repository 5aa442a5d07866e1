import HDF5

/// Writes dataset files with Lockstep's names: /train/features, /train/labels, …
package enum DatasetWriter {
    /// The features of one split, with the shape of a sample.
    package enum Features {
        case bytes([UInt8], sampleShape: [Int], scale: Float)
        case floats([Float], sampleShape: [Int])
    }

    package enum Labels {
        case classIDs([Int32], names: [String]?)
        case numbers([Float])
    }

    /// Atomically replaces the file at `path` with the splits.
    /// - Throws: `FileError` and `HDF5Error` when it cannot be written.
    package static func write(_ splits: [(name: SplitName, features: Features, labels: Labels)], to path: String) throws
    {
        try replaceHDF5File(path) { root in
            for split in splits {
                let group = try root.createGroup(split.name.rawValue)
                try write(split.features, to: group)
                try write(split.labels, to: group)
            }
        }
    }

    private static func write(_ features: Features, to group: Group) throws {
        switch features {
        case .bytes(let values, let sampleShape, let scale):
            let dataset = try create("features", of: UInt8.self, values.count, sampleShape, in: group)
            try dataset.write(values)
            try dataset.writeScalar("scale", scale)
            try dataset.writeScalar("offset", Float(0))
        case .floats(let values, let sampleShape):
            try create("features", of: Float.self, values.count, sampleShape, in: group).write(values)
        }
    }

    private static func write(_ labels: Labels, to group: Group) throws {
        switch labels {
        case .classIDs(let ids, let names):
            let dataset = try create("labels", of: Int32.self, ids.count, [], in: group)
            try dataset.write(ids)
            if let names { try ClassNames.write(names, for: dataset) }
        case .numbers(let values):
            try create("labels", of: Float.self, values.count, [], in: group).write(values)
        }
    }

    /// Creates a dataset with chunks of about 2 MiB, each with a checksum, so that damage on disk is detected.
    private static func create<T: HDF5Scalar>(
        _ name: String, of type: T.Type, _ count: Int, _ sampleShape: [Int], in group: Group
    ) throws -> Dataset {
        let width = sampleShape.reduce(1, *)
        let rows = count / width
        let chunkRows = max(1, min(rows, (2 << 20) / (width * MemoryLayout<T>.stride)))
        return try group.createDataset(
            name, of: type, shape: [rows] + sampleShape,
            options: DatasetOptions(chunkShape: [chunkRows] + sampleShape, fletcher32: true))
    }
}

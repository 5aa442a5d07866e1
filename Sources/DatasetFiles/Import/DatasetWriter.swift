import HDF5
import Splits

/// Writes dataset files of images with Lockstep's names: /train/features, /train/labels, …
package enum DatasetWriter {
    /// The images and labels of one split.
    package struct Split {
        let name: SplitName
        /// [images, sampleShape…]
        let bytes: [UInt8]
        let sampleShape: [Int]
        let scale: Float
        let classIDs: [Int32]
        let classNames: [String]
    }

    /// Atomically replaces the file at `path` with the splits.
    /// - Throws: `FileError` and `HDF5Error` when it cannot be written.
    package static func write(_ splits: [Split], to path: String) throws {
        try replaceHDF5File(path) { root in
            for split in splits {
                let group = try root.createGroup(split.name.rawValue)
                let shape = [split.classIDs.count] + split.sampleShape
                let features = try group.createDataset(
                    "features", of: UInt8.self, shape: shape, options: .imported(UInt8.self, shape))
                try features.write(split.bytes)
                try features.writeScalar("scale", split.scale)
                try features.writeScalar("offset", Float(0))
                let labels = try group.createDataset(
                    "labels", of: Int32.self, shape: [shape[0]], options: .imported(Int32.self, [shape[0]]))
                try labels.write(split.classIDs)
                try ClassNames.write(split.classNames, for: labels)
            }
        }
    }
}

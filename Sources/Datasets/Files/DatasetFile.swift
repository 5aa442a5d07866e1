import DurableFiles
import HDF5
import Kernels

/// A file of features and labels, ours or somebody else's. A process of its own reads it, which a damaged file may crash in
/// place of this one, and shares the memory of what it has read.
package struct DatasetFile {
    package let path: String
    private let reader: ReadingProcess
    private let pause: () throws -> Void

    /// - Parameter pause: called now and then while something is read, to throw if the reading is to end.
    /// - Throws: `FileError` when there is no such file, `HDF5Error` when it is not HDF5, or damaged.
    package init(_ path: String, pause: @escaping () throws -> Void = {}) throws {
        // Tells in the system's words what is no file that can be read.
        _ = try readFile(path, first: 0)
        (self.path, self.pause) = (path, pause)
        reader = try ReadingProcess(.dataset, reading: path)
        _ = try ask(.open(path: path), for: String.self)
    }

    /// Where a split lies, by the usual names.
    package func paths(of split: SplitName) throws -> SplitPaths? {
        try ask(.paths(split), for: SplitPaths?.self)
    }

    /// Where a split lies, by the usual names.
    /// - Throws: `DatasetError.noSplitFound`, listing what the file has.
    package func requiredPaths(of split: SplitName) throws -> SplitPaths {
        guard let paths = try paths(of: split) else {
            throw DatasetError.noSplitFound(file: path, datasets: try datasetPaths())
        }
        return paths
    }

    /// Every dataset in the file, by path, in name order.
    package func datasetPaths() throws -> [String] { try ask(.datasetPaths, for: [String].self) }

    /// Whether the file has a dataset of that path.
    package func holds(_ dataset: String) throws -> Bool { try ask(.holds(dataset: dataset), for: Bool.self) }

    /// Shape and type of a dataset.
    package func description(of dataset: String) throws -> DatasetDescription {
        try ask(.description(dataset: dataset), for: DatasetDescription.self)
    }

    /// The features at `dataset`.
    /// - Parameters:
    ///   - scale: in place of the dataset's attribute `scale`.
    ///   - sampleShape: what a sample must be like, to fit a network or the training split.
    package func features(at dataset: String, scale: Float?, sampleShape: [Int]? = nil) throws -> FeatureMatrix {
        FeatureMatrix(
            try ask(
                .features(dataset: dataset, scale: scale, sampleShape: sampleShape),
                for: FeatureMatrix.Description.self))
    }

    /// The labels of a split.
    /// - Throws: `DatasetError` when there are none, or not one a row of features.
    package func labels(of split: SplitPaths) throws -> Labels {
        Labels(try ask(.labels(split), for: Labels.Description.self))
    }

    private func ask<Answer: Decodable>(_ query: DatasetQuery, for answer: Answer.Type) throws -> Answer {
        try reader.ask(query, for: answer, pause: pause)
    }
}

/// Shape and type of a dataset.
package struct DatasetDescription: Codable, Sendable {
    package let shape: [Int]
    package let type: ElementType
}

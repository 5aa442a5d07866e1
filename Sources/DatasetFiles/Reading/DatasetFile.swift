import Datasets
import DurableFiles
import HDF5
import Kernels
import Splits

/// An HDF5 file of features and labels. A child process reads it into shared memory, so that a damaged file that crashes
/// libhdf5 does not crash this process.
package struct DatasetFile {
    package let path: String
    private let reader: ReadingProcess
    private let pause: () throws -> Void

    /// Opens a file.
    /// - Parameter pause: called regularly while data is read; reading ends with the error that it throws.
    /// - Throws: `FileError` when the file cannot be read, `HDF5Error` when it is not an HDF5 file or damaged.
    package init(_ path: String, pause: @escaping () throws -> Void = {}) throws {
        // Throws the system's error if the file cannot be read.
        _ = try readFile(path, first: 0)
        (self.path, self.pause) = (path, pause)
        reader = try ReadingProcess(.dataset, reading: path)
        _ = try ask(.open(path: path), for: String.self)
    }

    /// The paths of a split under one of the usual names; nil if there is none.
    /// - Throws: `HDF5Error`.
    package func paths(of split: SplitName) throws -> SplitPaths? {
        try ask(.paths(split), for: SplitPaths?.self)
    }

    /// The paths of a split under one of the usual names.
    /// - Throws: `DatasetError.noSplitFound` with all datasets of the file, `HDF5Error`.
    package func requiredPaths(of split: SplitName) throws -> SplitPaths {
        guard let paths = try paths(of: split) else {
            throw DatasetError.noSplitFound(file: path, datasets: try datasetPaths())
        }
        return paths
    }

    /// The paths of a split whose features are named. Under a usual name, they have what belongs to it.
    /// - Throws: `HDF5Error`.
    package func paths(features: String, labels: String?) throws -> SplitPaths {
        let given = SplitPaths(features: features, labels: labels)
        let usual = try SplitName.allCases.compactMap { try paths(of: $0) }.first { $0.features == given.features }
        return SplitPaths(features: features, labels: given.labels ?? usual?.labels, weights: usual?.weights)
    }

    /// The paths of all datasets in the file, sorted by name.
    /// - Throws: `HDF5Error`.
    package func datasetPaths() throws -> [String] { try ask(.datasetPaths, for: [String].self) }

    /// Whether the file has a dataset at that path.
    /// - Throws: `HDF5Error`.
    package func contains(dataset: String) throws -> Bool { try ask(.contains(dataset: dataset), for: Bool.self) }

    /// Shape and element type of a dataset.
    /// - Throws: `DatasetError.noSuchDataset`, `HDF5Error`.
    package func description(of dataset: String) throws -> DatasetDescription {
        try ask(.description(dataset: dataset), for: DatasetDescription.self)
    }

    /// The features at a path.
    /// - Throws: `DatasetError` for an empty dataset, a wrong type and invalid attributes; `HDF5Error`.
    package func features(at dataset: String) throws -> any FeatureSource {
        Features(
            file: self, description: try ask(.featureDescription(dataset: dataset), for: FeatureDescription.self))
    }

    private struct Features: FeatureSource {
        let file: DatasetFile
        let description: FeatureDescription

        func statistics(
            of rows: RowSelection?, scale: Double, offset: Double, allowsMissing: Bool
        ) throws -> FeatureStatistics {
            try file.ask(
                .statistics(
                    dataset: description.dataset, rows: rows, scale: scale, offset: offset,
                    allowsMissing: allowsMissing), for: FeatureStatistics.self)
        }

        func medians(of features: [Int], rows: RowSelection?, scale: Double, offset: Double) throws -> [Double] {
            try file.ask(
                .medians(
                    dataset: description.dataset, features: features, rows: rows, scale: scale, offset: offset),
                for: [Double].self)
        }

        func distinctCounts(limit: Int) throws -> [Int?] {
            try file.ask(.distinctCounts(dataset: description.dataset, limit: limit), for: [Int?].self)
        }

        func matrix(_ transform: FeatureTransform, rows: RowSelection?) throws -> FeatureMatrix {
            try file.askForNumbers(
                .features(dataset: description.dataset, transform: transform, rows: rows), FeatureMatrix.init)
        }
    }

    /// Reads the labels of a split.
    /// - Throws: `DatasetError` when there are none, or not as many as rows of features; `HDF5Error`, `OutOfMemory`.
    package func labels(of split: SplitPaths) throws -> Labels {
        try askForNumbers(.labels(split), Labels.init)
    }

    /// Reads the sample weights of a split; nil if it has none.
    /// - Throws: `DatasetError` for weights that are negative or not one for each sample; `HDF5Error`.
    package func weights(of split: SplitPaths) throws -> [Double]? {
        split.weights == nil ? nil : try ask(.weights(split), for: [Double].self)
    }

    /// Asks for what comes in shared memory, which lasts until the process is asked again or ends.
    private func askForNumbers<Description: Decodable, Result>(
        _ query: DatasetQuery, _ attach: (Description) -> Result?
    ) throws -> Result {
        try withExtendedLifetime(reader) {
            guard let result = attach(try ask(query, for: Description.self)) else {
                throw HDF5Error(kind: .killed, operation: "shmat", path: path, object: "", detail: "")
            }
            return result
        }
    }

    private func ask<Answer: Decodable>(_ query: DatasetQuery, for answer: Answer.Type) throws -> Answer {
        try reader.ask(query, for: answer, pause: pause)
    }
}

/// Shape and element type of a dataset.
package struct DatasetDescription: Codable, Sendable {
    package let shape: [Int]
    package let type: ElementType
}

extension DatasetFile {
    /// A split of the file.
    /// - Throws: `DatasetError`, `HDF5Error`, `OutOfMemory`.
    package func split(_ paths: SplitPaths, withLabels: Bool = true) throws -> RawSplit {
        var split = RawSplit(
            features: try features(at: paths.features), labels: withLabels ? try labels(of: paths) : nil,
            weights: withLabels ? try weights(of: paths) : nil)
        split.weightsName = paths.weights ?? ""
        split.columns = split.features.description.roles
        return split
    }
}

import Datasets
import HDF5
import Splits

/// Reads a file of features and labels with libhdf5, in the child process of a `DatasetFile`.
struct DatasetReader {
    let root: Group
    private let path: String

    /// - Throws: `HDF5Error` when there is no such file or it is not HDF5.
    init(_ path: String) throws {
        self.path = path
        root = try File.open(path).root
    }

    /// The features at a path.
    func features(at dataset: String) throws -> any FeatureSource {
        let dataset = try open(dataset)
        guard let (steps, lengthsName) = try SequenceReading.steps(of: dataset, in: root, file: path),
            let sequences = steps.sequences
        else { return try StoredFeatures(dataset, file: path) }
        return SequenceFeatures(
            try StoredFeatures(steps: steps, file: path), sequences, lengthsName: lengthsName)
    }

    /// The number of a split's samples.
    private func samples(of features: Dataset) throws -> Int {
        let offsets = try SequenceReading.offsets(of: features, in: root)
        return offsets.map { max(0, ($0.shape.first ?? 0) - 1) } ?? features.shape.first ?? 0
    }

    /// See `DatasetFile.labels(of:)`.
    func labels(of split: SplitPaths) throws -> Labels {
        guard let name = split.labels else {
            throw DatasetError.noLabels(file: path, features: split.features)
        }
        let (features, labels) = (try open(split.features), try open(name))
        let steps = try SequenceReading.steps(of: features, in: root, file: path)
        let rows = try StoredRows(
            labels, of: features, stepsOf: steps?.rows, lengthsName: steps?.lengthsName, file: path)
        return try Labels(
            reading: rows, stepsOfSamples: features.shape.count > 1 ? features.shape[1] : nil, file: path)
    }

    /// The paths of all datasets in the file, sorted by name.
    func datasetPaths() throws -> [String] {
        var found: [String] = []
        func visit(_ group: Group, depth: Int) throws {
            for member in try group.members() {
                if member.kind == .dataset {
                    found.append(group.path == "/" ? "/" + member.name : group.path + "/" + member.name)
                } else if member.kind == .group, depth < 8 {
                    // The limit ends loops of hard links.
                    try visit(group.group(member.name), depth: depth + 1)
                }
            }
        }
        try visit(root, depth: 0)
        return found
    }

    /// See `DatasetFile.weights(of:)`.
    func weights(of split: SplitPaths) throws -> [Double] {
        guard let name = split.weights else { return [] }
        let (features, weights) = (try open(split.features), try open(name))
        let extents = weights.shape.dropFirst().filter { $0 != 1 }
        guard weights.elementType.isNumeric, extents.isEmpty, try samples(of: features) == weights.shape.first
        else {
            throw DatasetError.unusableWeights(file: path, dataset: weights.path, shape: weights.shape)
        }
        return try weights.read(as: Double.self)
    }

    /// Shape and element type of a dataset.
    func description(of dataset: String) throws -> DatasetDescription {
        let dataset = try open(dataset)
        return DatasetDescription(shape: dataset.shape, type: dataset.elementType)
    }

    private func open(_ dataset: String) throws -> Dataset {
        do {
            return try root.dataset(dataset)
        } catch let error as HDF5Error where error.kind == .noSuchObject {
            throw DatasetError.noSuchDataset(file: path, dataset: dataset, datasets: try datasetPaths())
        }
    }
}

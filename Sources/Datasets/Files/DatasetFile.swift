import DurableFiles
import HDF5

/// A file of features and labels, ours or somebody else's.
public struct DatasetFile {
    public let path: String
    private let file: File
    private let bulk: BulkReading
    private let pause: () throws -> Void

    /// Opens a file and reads from it: in a child process first, which a damaged file may crash in our place. Large
    /// features are read once, by child processes that share their memory with this one.
    /// - Parameters:
    ///   - pause: called between the blocks of a long read, to throw if the reading is to end.
    ///   - body: reads; it is run twice, and the first time to no effect.
    /// - Throws: `HDF5Error` when there is no such file, or it is not HDF5, or damaged; what `pause` and `body` throw.
    public static func read<Result>(
        _ path: String, pause: @escaping () throws -> Void = {}, _ body: (DatasetFile) throws -> Result
    ) throws -> Result {
        // Tells in the system's words what is no file that can be read.
        _ = try readFile(path, first: 0)
        func shouldStop() -> Bool { (try? pause()) == nil }
        try ChildProcesses.run(reading: path, throwing: errors, shouldStop: shouldStop) { _, beat in
            try withoutActuallyEscaping(beat) { _ = try body(DatasetFile(path, bulk: .skipped, pause: $0)) }
        }
        try pause()
        return try body(DatasetFile(path, bulk: .byChildren, pause: pause))
    }

    /// What reading throws, in a child process too.
    static let errors: [any (Error & Codable).Type] = [DatasetError.self, HDF5Error.self, FileError.self]

    /// Opens a file in this process, which a damaged file may crash: `read` is for files of unknown origin.
    /// - Throws: `HDF5Error` when there is no such file or it is not HDF5.
    public init(_ path: String) throws {
        try self.init(path, bulk: .inThisProcess, pause: {})
    }

    private init(_ path: String, bulk: BulkReading, pause: @escaping () throws -> Void) throws {
        self.path = path
        self.bulk = bulk
        self.pause = pause
        file = try File.open(path)
    }

    /// Where a split lies, by the usual names.
    public func paths(of split: SplitName) throws -> SplitPaths? {
        try SplitPaths.find(split, in: file.root)
    }

    /// Where the training split lies, by the given names or the usual ones.
    /// - Throws: `DatasetError.noSplitFound`, listing what the file has.
    public func requiredPaths(of split: SplitName) throws -> SplitPaths {
        guard let paths = try paths(of: split) else {
            throw DatasetError.noSplitFound(file: path, datasets: try datasetPaths())
        }
        return paths
    }

    /// The features at `dataset`.
    /// - Parameters:
    ///   - scale: in place of the dataset's attribute `scale`.
    ///   - sampleShape: what a sample must be like, to fit a network or the training split.
    public func features(at dataset: String, scale: Float?, sampleShape: [Int]? = nil) throws -> FeatureMatrix {
        let source = try open(dataset)
        let found = source.shape.count > 1 ? Array(source.shape.dropFirst()) : [1]
        // A flattened sample is the same sample.
        if let sampleShape, source.elementsPerRow != sampleShape.reduce(1, *) {
            throw DatasetError.unequalSampleShapes(
                file: path, dataset: source.path, expected: sampleShape, found: found)
        }
        return try FeatureMatrix(reading: source, file: path, scale: scale, bulk: bulk, pause: pause)
    }

    /// The labels of a split.
    /// - Throws: `DatasetError` when there are none, or not one a row of features.
    public func labels(of split: SplitPaths) throws -> Labels {
        guard let name = split.labels else {
            throw DatasetError.noLabels(file: path, features: split.features)
        }
        let (features, labels) = (try open(split.features), try open(name))
        guard features.shape.first == labels.shape.first else {
            throw DatasetError.rowCountsDiffer(
                file: path, features: features.path, featureRows: features.shape.first ?? 0,
                labels: labels.path, labelRows: labels.shape.first ?? 0)
        }
        return try Labels(reading: labels, file: path)
    }

    /// Every dataset in the file, by path, in name order.
    public func datasetPaths() throws -> [String] {
        var found: [String] = []
        func visit(_ group: Group, depth: Int) throws {
            for member in try group.members() {
                if member.kind == .dataset {
                    found.append(group.path == "/" ? "/" + member.name : group.path + "/" + member.name)
                } else if member.kind == .group, depth < 8 {
                    // A hard link may make a loop; nobody keeps data eight groups deep.
                    try visit(group.group(member.name), depth: depth + 1)
                }
            }
        }
        try visit(file.root, depth: 0)
        return found
    }

    /// Whether the file has a dataset of that path.
    public func holds(_ dataset: String) throws -> Bool { try file.root.contains(dataset) }

    /// Shape and type of a dataset.
    public func description(of dataset: String) throws -> (shape: [Int], type: ElementType) {
        let dataset = try open(dataset)
        return (dataset.shape, dataset.elementType)
    }

    private func open(_ dataset: String) throws -> Dataset {
        do {
            return try file.root.dataset(dataset)
        } catch let error as HDF5Error where error.kind == .noSuchObject {
            throw DatasetError.noSuchDataset(file: path, dataset: dataset, datasets: try datasetPaths())
        }
    }
}

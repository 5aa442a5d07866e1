import Datasets
import DurableFiles
import HDF5
import Splits

/// A request of a `DatasetFile` to its child process.
enum DatasetQuery: Codable {
    /// The first request. The answer is the path.
    case open(path: String)
    /// The answer is a `SplitPaths?`.
    case paths(SplitName)
    /// The answer is a `[String]`.
    case datasetPaths
    /// The answer is a `Bool`.
    case contains(dataset: String)
    /// The answer is a `DatasetDescription`.
    case description(dataset: String)
    /// The answer is a `FeatureDescription`.
    case featureDescription(dataset: String)
    /// The answer is a `FeatureStatistics`.
    case statistics(dataset: String, rows: RowSelection?, scale: Double, offset: Double, allowsMissing: Bool)
    /// The answer is a `[Double]`.
    case medians(dataset: String, features: [Int], rows: RowSelection?, scale: Double, offset: Double)
    /// The answer is a `[Int?]`.
    case distinctCounts(dataset: String, limit: Int)
    /// The answer is a `FeatureMatrix.Description`.
    case features(dataset: String, transform: FeatureTransform, rows: RowSelection?)
    /// The answer is a `[Double]`.
    case weights(SplitPaths)
    /// The answer is a `Labels.Description`.
    case labels(SplitPaths)
}

extension ReadingService {
    static let dataset = ReadingService(name: "dataset", errors: datasetErrors)
    /// The types of errors that a child process passes on.
    static let datasetErrors: [any (Error & Codable).Type] = [
        DatasetError.self, SchemaMismatch.self, HDF5Error.self, FileError.self, OutOfMemory.self,
    ]
}

/// The main function of a `DatasetFile`'s child process.
@c(lockstep_serve_dataset)
func serveDataset(socket: Int32) {
    var reader: DatasetReader?
    ReadingService.dataset.serve(socket) { (query: DatasetQuery) in
        if case .open(let path) = query {
            reader = try DatasetReader(path)
            return try ReadingService.Answer(path)
        }
        guard let reader else { preconditionFailure("a file is opened before it is asked about") }
        return try reader.answer(query)
    }
}

extension DatasetReader {
    fileprivate func answer(_ query: DatasetQuery) throws -> ReadingService.Answer {
        switch query {
        case .open: preconditionFailure("a file is opened once")
        case .paths(let split): return try .init(SplitPaths.find(split, in: root))
        case .datasetPaths: return try .init(datasetPaths())
        case .contains(let dataset): return try .init(root.contains(dataset))
        case .description(let dataset): return try .init(description(of: dataset))
        case .featureDescription(let dataset): return try .init(features(at: dataset).description)
        case .statistics(let dataset, let rows, let scale, let offset, let allowsMissing):
            let features = try features(at: dataset)
            return try .init(
                features.statistics(of: rows, scale: scale, offset: offset, allowsMissing: allowsMissing))
        case .medians(let dataset, let indices, let rows, let scale, let offset):
            let features = try features(at: dataset)
            return try .init(features.medians(of: indices, rows: rows, scale: scale, offset: offset))
        case .distinctCounts(let dataset, let limit):
            return try .init(features(at: dataset).distinctCounts(limit: limit))
        case .features(let dataset, let transform, let rows):
            let matrix = try features(at: dataset).matrix(transform, rows: rows)
            return try .init(matrix.description, of: matrix)
        case .weights(let paths): return try .init(weights(of: paths))
        case .labels(let paths):
            let labels = try labels(of: paths)
            let (description, memory) = labels.shared()
            return try .init(description, of: memory)
        }
    }
}

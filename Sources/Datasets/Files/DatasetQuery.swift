import DurableFiles
import HDF5

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
    /// The answer is a `FeatureMatrix.Description`.
    case features(dataset: String, scale: Float?, sampleShape: [Int]?)
    /// The answer is a `Labels.Description`.
    case labels(SplitPaths)
}

extension ReadingService {
    static let dataset = ReadingService(name: "dataset", errors: datasetErrors)
    /// The types of errors that a child process passes on.
    static let datasetErrors: [any (Error & Codable).Type] = [
        DatasetError.self, HDF5Error.self, FileError.self, OutOfMemory.self,
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
        case .features(let dataset, let scale, let sampleShape):
            let features = try features(at: dataset, scale: scale, sampleShape: sampleShape)
            return try .init(features.description, of: features)
        case .labels(let paths):
            let labels = try labels(of: paths)
            let (description, memory) = labels.shared()
            return try .init(description, of: memory)
        }
    }
}

import DurableFiles
import HDF5

/// What a `DatasetFile` asks of the process that reads for it.
enum DatasetQuery: Codable {
    /// Comes first. Answered by nothing.
    case open(path: String)
    /// Answered by `SplitPaths?`.
    case paths(SplitName)
    /// Answered by `[String]`.
    case datasetPaths
    /// Answered by `Bool`.
    case holds(dataset: String)
    /// Answered by `DatasetDescription`.
    case description(dataset: String)
    /// Answered by `FeatureMatrix.Description`.
    case features(dataset: String, scale: Float?, sampleShape: [Int]?)
    /// Answered by `Labels.Description`.
    case labels(SplitPaths)
}

extension ReadingService {
    static let dataset = ReadingService(name: "dataset", errors: datasetErrors)
    /// What reading throws, in another process too.
    static let datasetErrors: [any (Error & Codable).Type] = [
        DatasetError.self, HDF5Error.self, FileError.self, OutOfMemory.self,
    ]
}

/// In the process that reads for a `DatasetFile`.
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
        case .holds(let dataset): return try .init(root.contains(dataset))
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

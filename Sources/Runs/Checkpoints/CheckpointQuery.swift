import DurableFiles
import HDF5

/// A request to the child process that reads checkpoints.
enum CheckpointQuery: Codable {
    /// Whether the attribute `format` of a file says that it is a checkpoint. The answer is a `Bool`.
    case isCheckpoint(String)
    /// Reads a file with a user block from memory. The answer is true.
    case intact(String)
    /// Reads a file without a user block, which another program has rewritten. The answer is true.
    case repacked(String)

    var path: String {
        switch self {
        case .isCheckpoint(let path), .intact(let path), .repacked(let path): path
        }
    }
}

extension ReadingService {
    static let checkpoint = ReadingService(
        name: "checkpoint", errors: [CheckpointError.self, HDF5Error.self, OutOfMemory.self, FileError.self])
}

/// The main function of the child process.
@c(lockstep_serve_checkpoint)
func serveCheckpoint(socket: Int32) {
    ReadingService.checkpoint.serve(socket) { (query: CheckpointQuery) in
        switch query {
        case .isCheckpoint(let path):
            let root = try File.open(path).root
            return try .init(root.hasAttribute("format") && root.readString("format") == Checkpoint.format)
        case .intact(let path):
            _ = try Checkpoint(reading: File.open(image: readFile(path), name: path).root, file: path)
        case .repacked(let path): _ = try Checkpoint(reading: File.open(path).root, file: path)
        }
        return try .init(true)
    }
}

import DurableFiles
import HDF5

/// What is asked of a process that reads a checkpoint in place of this one.
enum CheckpointQuery: Codable {
    /// Whether a file calls itself a checkpoint in its attribute `format`. Answered by `Bool`.
    case isCheckpoint(String)
    /// To read a checkpoint as it was written, its bytes at once. Answered by true.
    case whole(String)
    /// To read a checkpoint that went through another program. Answered by true.
    case repacked(String)

    var path: String {
        switch self {
        case .isCheckpoint(let path), .whole(let path), .repacked(let path): path
        }
    }
}

extension ReadingService {
    static let checkpoint = ReadingService(
        name: "checkpoint", errors: [CheckpointError.self, HDF5Error.self, OutOfMemory.self, FileError.self])
}

/// In the process that reads a checkpoint.
@c(lockstep_serve_checkpoint)
func serveCheckpoint(socket: Int32) {
    ReadingService.checkpoint.serve(socket) { (query: CheckpointQuery) in
        switch query {
        case .isCheckpoint(let path):
            let root = try File.open(path).root
            return try .init(root.hasAttribute("format") && root.readString("format") == Checkpoint.format)
        case .whole(let path):
            _ = try Checkpoint(reading: File.open(image: readFile(path), name: path).root, file: path)
        case .repacked(let path): _ = try Checkpoint(reading: File.open(path).root, file: path)
        }
        return try .init(true)
    }
}

import ArgumentParser
import Runs

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest",
        abstract: "Print two SHA-256 digests of a checkpoint: of its whole content, and of its values alone.",
        discussion: """
            Checkpoints with the same content have the same digest. The second digest, numbers, covers only the values of the \
            parameters and of the optimizer state, not settings, names or versions.

            lockstep digest runs/digits
            """)

    @Argument(
        help: ArgumentHelp(
            "A checkpoint, or a run directory (its newest checkpoint is used).", valueName: "checkpoint"),
        completion: .file())
    var path: String

    func run() throws {
        let (checkpoint, digest) = try readRetryingIfDeleted {
            try checkpointPath(path)
        } reading: {
            try CheckpointFile.readWithDigest($0)
        }
        try printResult("digest   \(digest)\nnumbers  \(checkpoint.valuesDigest)")
    }
}

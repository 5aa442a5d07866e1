import ArgumentParser
import Runs

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest", abstract: "Two SHA-256 of a checkpoint: of all that it says, and of its numbers alone.",
        discussion: """
            Equal states of equal runs have equal digests. That of the numbers is over the values of parameters and optimizer \
            alone: settings, names and versions have no part in it.
            """)

    @Argument(
        help: ArgumentHelp("A checkpoint, or a run's directory (its newest checkpoint).", valueName: "checkpoint"))
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

import ArgumentParser
import Training

struct DigestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "digest", abstract: "The SHA-256 of what a checkpoint says, the same for equal states.")

    @Argument(help: "A checkpoint, or a run's directory (its newest checkpoint).")
    var checkpoint: String

    func run() throws {
        try printResult(CheckpointFile.digest(checkpointPath(checkpoint)))
    }
}

import ArgumentParser
import Foundation
import Runs

/// The `lockstep` command.
struct Lockstep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep",
        abstract: "Trains neural networks on CPUs: the same bits with any number of workers.",
        discussion: """
            lockstep train data/digits.h5        trains, and prints where the run is kept
            lockstep evaluate runs/digits-1 data/digits.h5
            """,
        version: lockstepVersion,
        subcommands: [
            TrainCommand.self, ResumeCommand.self, EvaluateCommand.self, PredictCommand.self, ImportCommand.self,
            InspectCommand.self, DigestCommand.self, VerifyCommand.self, GradientCheckCommand.self,
            ConfigCommand.self, BenchCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        occupyStandardDescriptors()
        // What cannot be written is told by the call that writes.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Lockstep.parseAsRoot()
            try command.run()
        } catch {
            Failure(error).printAndExit()
        }
    }

    /// Where whoever started this process closed standard input, output or error (`>&-`), the next file to be opened would
    /// take its number, and be written to as the result. What takes it instead can be read, so that to write a result fails.
    private static func occupyStandardDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
    }
}

import ArgumentParser
import Foundation
import Messages
import Runs

/// The `lockstep` command.
struct Lockstep: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lockstep",
        abstract: "Train neural networks on CPUs, with bit-identical results for any number of workers.",
        discussion: """
            lockstep train data/digits.h5        trains a network and prints the run directory
            lockstep evaluate runs/digits-1 data/digits.h5
            """,
        // Other commands need not take the time to ask.
        version: CommandLine.arguments.contains("--version") ? versionLines.joined(separator: "\n") : lockstepVersion,
        subcommands: [
            TrainCommand.self, ResumeCommand.self, EvaluateCommand.self, PredictCommand.self, ImportCommand.self,
            ExportCommand.self, ImportModelCommand.self,
            InspectCommand.self, ReportCommand.self, RunsCommand.self, CompareCommand.self, PruneCommand.self,
            DigestCommand.self,
            VerifyCommand.self, GradientCheckCommand.self,
            ConfigCommand.self, BenchCommand.self, DoctorCommand.self, ManualCommand.self,
        ])
}

@main
enum Main {
    static func main() {
        occupyStandardDescriptors()
        // Writing to a closed pipe, or beyond the limit on the size of files, returns an error instead.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        do {
            var command = try Lockstep.parseAsRoot()
            try command.run()
        } catch {
            Failure(error).printAndExit()
        }
    }

    /// Opens /dev/null for closed standard input, output or error (`>&-`), so that no other file gets their descriptors.
    /// It is opened for reading, so that writing a result to it fails.
    private static func occupyStandardDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDONLY)
        }
    }
}

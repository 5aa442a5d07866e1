import ArgumentParser
import DurableFiles
import Foundation
import Messages
import RunSettings
import Runs
import Stepping

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network on a dataset file.",
        discussion: "Defaults come first, then --config, then --set, then flags.")

    @Argument(help: "The dataset, an HDF5 file; may also stand in --config.")
    var data: String?
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Where to keep the run. Default: runs/<data>-<number>.", valueName: "directory"))
    var runPath: String?
    @OptionGroup
    var settings: SettingOptions
    @Flag(help: "Go on with the run in the directory, if there is one.")
    var resume = false
    @Flag(help: "Delete the run that is in the directory.")
    var force = false
    @Flag(help: "Print the configuration that results, and end.")
    var dryRun = false
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        if resume && force { throw ValidationError("--resume and --force exclude each other") }
        if resume && dryRun { throw ValidationError("--resume and --dry-run exclude each other") }
        if resume && runPath == nil { throw ValidationError("--resume needs --run, to say which run to go on with") }
    }

    func run() throws {
        let configuration = try settings.resolved(data: data)
        if dryRun {
            let data = try TrainingData(configuration)
            printError("network  " + data.model.description)
            if let recipe = data.largeBatch { printError(recipe.wording) }
            printError(ratePlot(data))
            try printResult(ConfigurationFile.text(of: data.model.configuration).trimmingCharacters(in: .newlines))
            return
        }
        Signals.hold()
        let display = output.display()
        if let runPath {
            let directory = RunDirectory(runPath)
            let training =
                try resume && directory.containsRun
                ? output.resume(configuration, in: directory, display)
                : TrainingRun.begin(
                    configuration, in: directory, replacing: force, interruption: Signals.interruption,
                    observe: display.show)
            return try output.finish(training, display)
        }
        try output.finish(beginUnderANumber(configuration, display), display)
    }

    /// Others may begin runs on the same data at the same time, and take the number first.
    private func beginUnderANumber(_ configuration: Configuration, _ display: RunDisplay) throws -> TrainingRun {
        while true {
            do {
                return try TrainingRun.begin(
                    configuration, in: .unused(forData: configuration.data), interruption: Signals.interruption,
                    observe: display.show)
            } catch RunError.runExists, RunError.runIsBusy {
                continue
            }
        }
    }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a run where it stopped; the end is the same as if it never had.")

    @Argument(help: ArgumentHelp("The run's directory.", valueName: "run"))
    var runPath: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Threads. Default: all cores, fewer for small steps.", valueName: "N"))
    var workers: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Epochs in all; more than before goes on from the end.", valueName: "N"))
    var epochs: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Epochs without a lower loss after which it ends; more than before goes on.", valueName: "N")
    )
    var patience: String?
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() throws {
        let directory = RunDirectory(runPath)
        var configuration = try directory.readConfiguration()
        for (key, value) in [("workers", workers), ("epochs", epochs), ("patience", patience)] {
            guard let value, let setting = Setting.named(key) else { continue }
            try set(setting, to: value, in: &configuration, reportedAs: setting.flag)
        }
        guard try exists(configuration.data) else {
            throw Failure(
                .noInput,
                "\(configuration.data): no such file, and \(runPath) learns from it\n"
                    + "  if it has moved, write its new path in \(runPath)/config.yaml")
        }
        Signals.hold()
        let display = output.display()
        try output.finish(output.resume(configuration, in: directory, display), display)
    }
}

/// How a run is shown, for the commands that train.
struct OutputOptions: ParsableArguments {
    @Flag(help: "No progress.")
    var quiet = false
    @Flag(help: "The result as JSON.")
    var json = false

    func display() -> RunDisplay {
        RunDisplay(mode: quiet ? .quiet : isatty(STDERR_FILENO) == 1 ? .bar : .lines)
    }

    func resume(
        _ configuration: Configuration, in directory: RunDirectory, _ display: RunDisplay
    ) throws -> TrainingRun {
        do {
            return try TrainingRun.resume(
                configuration, in: directory, interruption: Signals.interruption, observe: display.show)
        } catch is Interrupted {
            throw Failure(.stopped, "stopped before it went on; go on with: lockstep resume \(directory.path)")
        }
    }

    /// Runs to the end and prints the result to stdout.
    func finish(_ run: TrainingRun, _ display: RunDisplay) throws {
        Signals.listen()
        let outcome: TrainingRun.Outcome
        do {
            outcome = try run.run()
        } catch let error as FileError where error.isFull {
            display.clearBar()
            throw Failure(
                error.code, error.wording + ", then go on with: lockstep resume \(run.directory.path)")
        } catch {
            display.clearBar()
            throw error
        }
        display.finish()
        let result = RunResult(run, outcome)
        let text = json ? result.json.text : result.text
        if outcome == .stopped {
            // That steps remain is the more important of two failures.
            try? printResult(text)
            throw Failure(
                .stopped,
                "stopped at step \(grouped(run.summary.step)) of \(grouped(run.summary.totalSteps)); go on "
                    + "with: lockstep resume \(run.directory.path)")
        }
        try printResult(text)
        if !quiet, let note = result.note { printError(note) }
    }
}

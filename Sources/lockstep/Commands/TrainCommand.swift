import ArgumentParser
import Display
import DurableFiles
import Foundation
import Messages
import Models
import Reports
import RunSettings
import Runs
import Stepping

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a network on a dataset file or a table.",
        discussion: """
            Flags override --set, which overrides --config, which overrides the defaults.

            lockstep train data/digits.h5 --epochs 30 --run runs/digits
            lockstep train data/wine.csv --label cultivar --test-share 0.2
            lockstep train data/digits.h5 --layers "64, dropout 0.2, 64" --dry-run
            """)

    @Argument(
        help: "The data, an HDF5 file or a table (CSV, TSV). It may be named in --config instead.", completion: .file())
    var data: String?
    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("Directory of the run. Default: runs/<data>-<number>.", valueName: "directory"),
        completion: .directory)
    var runPath: String?
    @OptionGroup
    var settings: SettingOptions
    @Flag(help: "Resume the run in the directory, if there is one.")
    var resume = false
    @Flag(help: "Replace an existing run in the directory.")
    var force = false
    @Flag(help: "Print the resulting configuration without training.")
    var dryRun = false
    @OptionGroup(title: "Output")
    var output: OutputOptions

    func validate() throws {
        if resume && force { throw ValidationError("--resume and --force exclude each other") }
        if dryRun && output.json { throw ValidationError("--dry-run prints settings in YAML; --json is for results") }
        if resume && dryRun { throw ValidationError("--resume and --dry-run exclude each other") }
        if resume && runPath == nil { throw ValidationError("--resume needs --run, to say which run to go on with") }
    }

    func run() throws {
        let configuration = try settings.resolved(data: data)
        guard configuration.data != "-" else {
            throw Failure(
                .usage,
                "a run reads its data again when it is resumed, so it cannot learn from standard input\n"
                    + "  write it to a file first: lockstep import csv --train - --label COLUMN -o data.h5")
        }
        if dryRun {
            let (data, weights) = try showing("reading \(configuration.data)") {
                try TrainingData.withInitialWeights(configuration, reading: $0)
            }
            let words = DataWords(data.report, data.model.schema)
            (words.lines + words.warnings.map { "warning: " + $0 }).forEach(printError)
            printError("network  " + data.model.description)
            printError(data.model.network.table)
            if let weights { printError(weights.origin.wording) }
            if let recipe = data.largeBatch { printError(recipe.wording) }
            printError(ratePlot(data))
            try printResult(ConfigurationFile.text(of: data.model.configuration).trimmingCharacters(in: .newlines))
            return
        }
        Signals.block()
        let display = output.display()
        let observe = try output.observer(display)
        if let runPath {
            let directory = RunDirectory(runPath)
            let training =
                try resume && directory.containsRun
                ? output.resume(configuration, in: directory, observe: observe)
                : TrainingRun.begin(
                    configuration, in: directory, replacing: force, interruption: Signals.interruption,
                    observe: observe)
            return try output.finish(training, display)
        }
        try output.finish(beginInNumberedDirectory(configuration, observe: observe), display)
    }

    /// Tries again if another process takes the same directory at the same time.
    private func beginInNumberedDirectory(
        _ configuration: Configuration, observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        while true {
            do {
                return try TrainingRun.begin(
                    configuration, in: .unused(forData: configuration.data), interruption: Signals.interruption,
                    observe: observe)
            } catch RunError.runExists, RunError.runIsBusy {
                continue
            }
        }
    }
}

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a stopped run; the result is the same as without the stop.",
        discussion: """
            lockstep resume runs/digits              goes on where it stopped
            lockstep resume runs/digits --epochs 40  goes on to more epochs
            """)

    @Argument(help: ArgumentHelp("The run directory.", valueName: "run"), completion: .directory)
    var runPath: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of worker threads. Default: all cores, or fewer for small steps.", valueName: "N"))
    var workers: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Total number of epochs; a larger one extends a finished run.", valueName: "N"))
    var epochs: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Epochs without a lower loss after which training stops; a larger number extends the run.", valueName: "N")
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
        Signals.block()
        let display = output.display()
        let observe = try output.observer(display)
        try output.finish(output.resume(configuration, in: directory, observe: observe), display)
    }
}

/// Output options of the commands that train.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Do not print progress.")
    var quiet = false
    @Flag(help: "Print the result as JSON.")
    var json = false
    @Option(
        help: ArgumentHelp(
            "Directory for event files with the metrics, which TensorBoard shows.", valueName: "directory"),
        completion: .directory)
    var tensorboard: String?

    func display() -> RunDisplay {
        RunDisplay(isQuiet: quiet)
    }

    /// What watches a run: the display, and the event file if one is wanted.
    /// - Throws: `FileError` if no event file can be created.
    func observer(_ display: RunDisplay) throws -> (RunEvent) -> Void {
        guard let tensorboard else { return display.show }
        let log = try TensorBoardLog(directory: tensorboard)
        return { event in
            display.show(event)
            log.record(event)
        }
    }

    func resume(
        _ configuration: Configuration, in directory: RunDirectory, observe: @escaping (RunEvent) -> Void
    ) throws -> TrainingRun {
        do {
            return try TrainingRun.resume(
                configuration, in: directory, interruption: Signals.interruption, observe: observe)
        } catch is Interrupted {
            throw Failure(.stopped, "stopped before it went on; go on with: lockstep resume \(directory.path)")
        }
    }

    /// Trains until the end and prints the result to standard output.
    /// - Throws: `Failure` when the run was stopped or the disk is full; the errors of `TrainingRun.run`.
    func finish(_ run: TrainingRun, _ display: RunDisplay) throws {
        let outcome: TrainingRun.Outcome
        do {
            outcome = try run.run()
        } catch let error as FileError where error.isFull {
            throw Failure(
                error.code, error.wording + ", then go on with: lockstep resume \(run.directory.path)")
        } catch {
            guard let message = ErrorMessage(error), message.code == .numerical else { throw error }
            // Features of other scales are a common cause of divergence.
            let doubts = run.summary.report.notes.filter(\.isOfScale).map {
                "\n  " + $0.wording.replacing("\n ", with: ";")
            }
            throw Failure(message.code, message.text + doubts.joined())
        }
        display.finish()
        let result = RunResult(run, outcome)
        let text = json ? result.json.text : result.text
        if outcome == .stopped {
            // A failure to print is less important than the stop.
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

import ArgumentParser
import Display
import DurableFiles
import Messages
import Reports
import RunSettings
import Runs

struct RunsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs", abstract: "List runs: state, best loss and accuracy, time, and what differs in settings.",
        discussion: """
            The loss is the lowest of a run on validation data, or else on test data, or else on training data.

            lockstep runs                       all runs below the directory runs
            lockstep runs runs --sort accuracy  of a directory, the best first
            """)

    @Argument(help: ArgumentHelp("A directory with runs in it.", valueName: "directory"), completion: .directory)
    var directory = "runs"
    @Option(
        help: ArgumentHelp(
            "Order: \(RunList.Order.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "order"))
    var sort = RunList.Order.name.rawValue
    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        guard let order = RunList.Order(rawValue: sort) else {
            let problem = SettingProblem.notOneOf(RunList.Order.allCases.map(\.rawValue), given: sort)
            throw Failure(.usage, problem.wording(of: "--sort"))
        }
        guard RunDirectory.isDirectory(directory) else {
            throw Failure(
                .noInput, "\(directory): no such directory\n  lockstep train makes runs; --run says where")
        }
        let list = try RunList(below: directory, by: order)
        for run in list.runs {
            if let problem = run.problem { printError("note: " + problem) }
        }
        if json { return try printResult(list.json.text) }
        guard !list.runs.isEmpty else { return try printResult("\(directory): holds no runs") }
        try printResult(list.text)
    }
}

struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Print what differs between two runs: settings, data and results.",
        discussion: """
            Settings that were left open are compared as they were chosen.

            lockstep compare runs/digits runs/wine-1
            """)

    @Argument(help: ArgumentHelp("A run directory, or a checkpoint.", valueName: "run"), completion: .file())
    var first: String
    @Argument(help: ArgumentHelp("Another one.", valueName: "run"), completion: .file())
    var second: String
    @Flag(help: "Print the result as JSON.")
    var json = false

    func run() throws {
        let comparison = try RunComparison(side(first), side(second))
        try printResult(json ? comparison.json.text : comparison.text)
    }

    private func side(_ path: String) throws -> RunComparison.Side {
        let checkpoint = try readNetwork(path).checkpoint
        let summary = RunDirectory.isDirectory(path) ? try RunSummary(of: RunDirectory(path)) : nil
        if let problem = summary?.problem { printError("note: " + problem) }
        return RunComparison.Side(path: path, checkpoint: checkpoint, summary: summary)
    }
}

struct PruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Print which checkpoints of runs can go, and delete them with --delete.",
        discussion: """
            The newest checkpoint stays, from which a run goes on, and the best one. lockstep verify needs two: --keep 2.

            lockstep prune runs/digits runs/wine-1  what would be deleted, and its size
            lockstep prune runs/digits --delete     deletes it
            """)

    @Argument(help: ArgumentHelp("Run directories.", valueName: "run"), completion: .directory)
    var runs: [String]
    @Option(parsing: .unconditional, help: ArgumentHelp("Number of the newest checkpoints that stay.", valueName: "N"))
    var keep = "1"
    @Flag(help: "Delete the checkpoints.")
    var delete = false

    func run() throws {
        let count: Int
        do {
            count = try integer(keep, 1...Int(Int32.max))
        } catch {
            throw Failure(.usage, error.wording(of: "--keep"))
        }
        for path in runs {
            let directory = RunDirectory(path)
            let files = delete ? try directory.prune(keep: count) : try directory.dispensableFiles(keep: count)
            for file in files { try printResult("\(file.path)  \(byteCount(file.bytes))") }
            let bytes = files.reduce(0) { $0 + $1.bytes }
            try printResult(
                "\(path): \(counted(files.count, "file")) of \(byteCount(bytes)) \(delete ? "deleted" : "can go")")
        }
    }
}

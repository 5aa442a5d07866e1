import ArgumentParser
import DurableFiles
import Messages
import Models
import Reports
import RunSettings
import Runs
import Tables

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a page about a run, or about several over each other.",
        discussion: """
            The page is one HTML file without scripts, which asks no network for anything. Of one run it shows curves, the evaluation \
            of held-out samples, layers, settings and machine; of several, their curves and what differs in their settings.

            lockstep report runs/a -o a.html
            lockstep report runs/a runs/b runs/c -o all.html
            """)

    @Argument(help: ArgumentHelp("Run directories.", valueName: "run"))
    var runs: [String]
    @OptionGroup var output: OutputFile
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Number of worker threads. Default: all cores.", valueName: "N"))
    var workers: String?

    func run() throws {
        try output.requireFree(inputs: [])
        let workerCount = try workerCount(workers)
        let found = try runs.map { path in
            try run(at: path, workerCount: workerCount)
        }
        try replaceFile(output.path, with: [Array(RunPage(found).html.utf8)])
        try printResult("\(output.path): \(counted(found.count, "run"))")
    }

    /// What can be known of a run. What cannot is told on the page.
    private func run(at path: String, workerCount: Int) throws -> RunPage.Run {
        let directory = RunDirectory(path)
        guard try directory.containsRun else { throw RunError.noRun(directory: path) }
        let summary = try RunSummary(of: directory)
        var gaps: [String] = []
        func attempt<Result>(_ what: String, _ body: () throws -> Result) throws -> Result? {
            do {
                return try body()
            } catch {
                guard let message = ErrorMessage(error) else { throw error }
                gaps.append("\(what): \(message.text)")
                return nil
            }
        }
        if let problem = summary.problem { gaps.append("settings: \(problem)") }
        if summary.log.epochs.isEmpty { gaps.append("curves: no epoch has ended yet") }
        let network = try attempt("network") { try readNetwork(path) }
        var evaluation: Evaluation?
        // Several runs are compared by their curves.
        if runs.count == 1, let network, let data = summary.configuration?.data {
            evaluation = try attempt("evaluation") {
                try evaluate(network.checkpoint, at: network.path, run: path, on: data, workerCount: workerCount)
            }
        }
        return RunPage.Run(
            summary: summary, checkpoint: network?.checkpoint, evaluation: evaluation, gaps: gaps)
    }

    private func evaluate(
        _ checkpoint: Checkpoint, at path: String, run: String, on data: String, workerCount: Int
    ) throws -> Evaluation {
        let model = checkpoint.model
        let given =
            Table.isTable(data)
            ? try GivenData(
                table: data, for: model, model.tableRequest(format: TableFormat(), label: nil, withLabels: true))
            : try GivenData(file: data, features: nil, labels: nil, of: run, withLabels: true)
        let (name, split) = try given.judged(by: checkpoint) { _ in }[0]
        let samples = try split.droppingRows(for: model) { _ in }.samples(for: model) { _ in }
        return try Evaluation(
            checkpoint, at: path, split: name, samples, topCount: nil, workerCount: workerCount)
    }
}

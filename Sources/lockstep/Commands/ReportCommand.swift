import ArgumentParser
import Display
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
            of held-out samples, layers, data, settings and machine; of several, their curves and what differs in their settings.

            lockstep report runs/digits -o digits.html
            lockstep report runs/digits runs/wine-1 -o both.html
            """)

    @Argument(help: ArgumentHelp("Run directories.", valueName: "run"), completion: .directory)
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
        let network = try attempt("network") { try readNetwork(path) }
        var evaluation: RunPage.Evaluated?
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
    ) throws -> RunPage.Evaluated {
        let model = checkpoint.model
        var notes: [String] = []
        func note(_ note: String) { if !notes.contains(note) { notes.append(note) } }
        let given =
            Table.isTable(data)
            ? try GivenData(
                table: data, model.tableRequest(format: TableFormat(), label: nil, withLabels: true), note: note)
            : try GivenData(file: data, features: nil, labels: nil, of: run, withLabels: true, note: note)
        let (name, samples) = try given.samples(for: checkpoint, areAll: false, note: note)[0]
        let evaluation = try showing("evaluating \(name)") { advance in
            try Evaluation(
                checkpoint, at: path, split: name, samples, topCount: nil, workerCount: workerCount, advance: advance)
        }
        return RunPage.Evaluated(evaluation, plane: try FeaturePlane(evaluation), notes: notes)
    }
}

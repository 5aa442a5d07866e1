import ArgumentParser
import DatasetFiles
import Datasets
import Display
import Messages
import Models
import Reports
import RunSettings
import Runs
import Splits
import Tables

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Print loss and metrics of a trained network: accuracy, precision, recall, F1, confusion matrix; MAE, R².",
        discussion: """
            Evaluates the test split if the file has one, otherwise the validation split, otherwise the training split. \
            Macro averages are means over all classes that occur as a label or a prediction.

            lockstep evaluate runs/digits data/digits.h5
            lockstep evaluate runs/digits data/digits.h5 --top 3 --json
            """)

    @Argument(
        help: "A checkpoint, or a run directory (its newest checkpoint is used, or its best with --patience).",
        completion: .file())
    var model: String
    @Argument(
        help: "The data, an HDF5 file or a table (CSV, TSV); - is a table on standard input.", completion: .file())
    var data: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Label column of a table: its name or position. Default: that of the training table.", valueName: "column"))
    var label: String?
    @OptionGroup var table: TableOptions
    @Option(parsing: .unconditional, help: ArgumentHelp("Path of the features inside the file.", valueName: "path"))
    var features: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Path of the labels inside the file.", valueName: "path"))
    var labels: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "K of top-K accuracy, the share of samples whose label is among the K largest outputs. Printed if there are more "
                + "than K classes. Default: 5.", valueName: "K"))
    var top: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Number of worker threads. Default: all cores.", valueName: "N"))
    var workers: String?
    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        if Table.isTable(data), features != nil || labels != nil {
            throw ValidationError("--features and --labels are paths inside an HDF5 file, and \(data) is a table")
        }
        if label != nil, !Table.isTable(data) {
            throw ValidationError(
                "--label is a column of a table, and \(data) is none; --labels is a path inside an HDF5 file")
        }
        if labels != nil && features == nil {
            throw ValidationError("--labels needs --features, to say which samples they belong to")
        }
    }

    func run() throws {
        try table.requireTable(data)
        let (path, checkpoint) = try readNetwork(model)
        let topCount = try topCountOfEvaluation(checkpoint.model)
        var notes: [String] = []
        func note(_ note: String) {
            // Shares of one file give the same reasons.
            if !notes.contains(note) { printNote(note) }
            notes.append(note)
        }
        let given = try givenData(for: checkpoint.model, note: note)
        let workerCount = try workerCount(workers)
        let evaluations = try given.samples(for: checkpoint, areAll: features != nil, note: note).map { name, samples in
            try showing("evaluating \(name)") { advance in
                try Evaluation(
                    checkpoint, at: path, split: name, samples, topCount: topCount, workerCount: workerCount,
                    advance: advance)
            }
        }
        let first = evaluations[0]
        let others = Array(evaluations.dropFirst())
        try printResult(json ? first.json(beside: others).text : first.text(beside: others))
    }

    private func givenData(for model: Model, note: (String) -> Void) throws -> GivenData {
        guard Table.isTable(data) else {
            return try GivenData(
                file: data, features: features, labels: labels, of: self.model, withLabels: true, note: note)
        }
        let request = try model.tableRequest(
            format: table.format(), label: label, withLabels: true, ignored: table.ignored())
        guard request.label != nil else {
            throw Failure(.usage, "\(data) is a table; --label says which column has the labels")
        }
        return try GivenData(table: data, request, note: note)
    }

    /// The K of top-K accuracy; nil if there are no more than K classes.
    private func topCountOfEvaluation(_ model: Model) throws -> Int? {
        let count = try topCount(top, for: model) ?? (model.network.objective.correctness == .largest ? 5 : 0)
        return count > 0 && model.classCount > count ? count : nil
    }
}

/// The value of `--top`, a number of classes; nil if it is not given.
/// - Throws: `Failure` for an invalid value, and for a network without an output for each class.
func topCount(_ top: String?, for model: Model) throws -> Int? {
    guard let top else { return nil }
    guard model.network.objective.correctness == .largest else {
        throw Failure(.usage, "--top goes with a network that has an output for each class")
    }
    do {
        return try integer(top, 1...model.classCount)
    } catch {
        throw Failure(.usage, error.wording(of: "--top"))
    }
}

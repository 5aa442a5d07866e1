import ArgumentParser
import DatasetFiles
import DurableFiles
import HDF5
import Messages
import Models
import Reports
import Runs
import Tables

struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Print the content of a dataset or a checkpoint.",
        discussion: """
            lockstep inspect data/wine.csv --label cultivar
            lockstep inspect runs/digits
            """)

    @Argument(
        help: "A dataset, a table (CSV, TSV), a checkpoint, or a run directory (its newest checkpoint is used).",
        completion: .file())
    var file: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Label column of a table: its name or position.", valueName: "column"))
    var label: String?
    @OptionGroup var table: TableOptions
    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        if label != nil, !Table.isTable(file) {
            throw ValidationError("--label is a column of a table, and \(file) is none")
        }
    }

    func run() throws {
        try table.requireTable(file)
        if Table.isTable(file) {
            let inspection = try Inspection.table(at: file, label: label, table.format(), ignored: table.ignored())
            return try printResult(json ? inspection.json.text : inspection.text)
        }
        let (text, object) = try readRetryingIfDeleted {
            try checkpointPath(file)
        } reading: { path in
            if try CheckpointFile.isCheckpoint(path) {
                let (checkpoint, digest) = try CheckpointFile.readWithDigest(path)
                let inspection = CheckpointInspection(path: path, checkpoint: checkpoint, digest: digest)
                return (inspection.text, inspection.json)
            }
            let inspection = try Inspection.dataset(at: path)
            return (inspection.text, inspection.json)
        }
        try printResult(json ? object.text : text)
    }
}

/// The content of a checkpoint, as text and as JSON.
private struct CheckpointInspection {
    let path: String
    let checkpoint: Checkpoint
    let digest: String

    private var model: Model { checkpoint.model }

    var text: String {
        let progress = checkpoint.progress
        var text = """
            \(path)

            network  \(model.description)
            \(features)
            \(model.schema.wordingLines().joined(separator: "\n"))
            step     \(grouped(progress.step)), after \(counted(progress.position.epoch, "epoch"))\
            \(progress.isAtEpochStart ? "" : " and \(grouped(progress.position.offset)) samples")
            digest   \(digest)
            numbers  \(checkpoint.valuesDigest)

            \(parameters.text)
            """
        if !checkpoint.history.isEmpty { text += "\n\n" + history.text }
        return text
    }

    private var features: String {
        let schema = model.schema.features
        let names = schema.names.map { ": " + listed($0.map(brief), most: 10) } ?? ""
        let axes = schema.axes.map { " \(brief($0))" } ?? ""
        return "features \(schema.shapeText) \(schema.elementType)\(axes)\(names)"
    }

    /// A line for each tensor, and for the running statistics.
    private var parameters: TextTable {
        var table = TextTable(
            ["parameter", "shape", "count", "mean", "deviation", "smallest", "largest"],
            alignsRight: [false, false, true, true, true, true, true])
        for tensor in model.network.layout.all {
            let values = checkpoint.parameters.view.slice(tensor).array.map { Double($0) }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            table.append([
                "\(tensor.layer)/\(tensor.name)", dimensions(tensor.shape), grouped(tensor.count), figure(mean),
                figure(variance.squareRoot()), figure(values.min() ?? 0), figure(values.max() ?? 0),
            ])
        }
        return table
    }

    /// The last ten epochs.
    private var history: TextTable {
        let shown = checkpoint.history.suffix(10)
        let names = shown.last?.figures.map(\.name) ?? []
        var table = TextTable(["epoch", "step"] + names, alignsRight: Array(repeating: true, count: names.count + 2))
        for metrics in shown {
            table.append(
                ["\(metrics.epoch)", grouped(metrics.step)] + metrics.figures.map { figure($0.value) })
        }
        return table
    }

    var json: JSON {
        .object([
            ("file", .string(path)), ("digest", .string(digest)), ("numbers", .string(checkpoint.valuesDigest)),
            ("step", .integer(checkpoint.progress.step)), ("epoch", .integer(checkpoint.progress.position.epoch)),
            (
                "parameters",
                .array(
                    model.network.layout.all.map {
                        .object([
                            ("name", .string("\($0.layer)/\($0.name)")),
                            ("shape", .array($0.shape.map { .integer($0) })),
                        ])
                    })
            ),
            ("slots", .array(checkpoint.slots.map { .string($0.name) })),
            ("history", .array(checkpoint.history.map { .object($0.members) })),
        ])
    }
}

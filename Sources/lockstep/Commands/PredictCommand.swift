import ArgumentParser
import DatasetFiles
import Display
import DurableFiles
import HDF5
import Messages
import Models
import Reports
import Runs
import Splits
import Stepping
import Tables

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Write a trained network's predictions to a file, or to standard output.",
        discussion: """
            An .h5 file gets the dataset /outputs [N, outputs], and /predictions [N] with class ids if each sample has one \
            class; if rows with missing values are left out, also /rows, the rows that were predicted. A .csv file, or standard \
            output, gets one line for each sample. A network that was trained on labels one a step predicts each step: \
            /outputs [N, T, outputs], or [steps, outputs] and /offsets [N + 1] if sequences differ in length. Predicts the test \
            split if the file has one, otherwise the validation split, otherwise the training split.

            From standard input to standard output each row is answered at once. A row that is wrong ends it; those before it \
            are answered.

            lockstep predict runs/digits data/digits.h5 -o digits.csv
            lockstep predict runs/wine-1 data/wine.csv --top 2
            cat data/wine.csv | lockstep predict runs/wine-1 -
            """)

    @Argument(
        help: "A checkpoint, or a run directory (its newest checkpoint is used, or its best with --patience).",
        completion: .file())
    var model: String
    @Argument(
        help: "The data, an HDF5 file or a table (CSV, TSV); - is a table on standard input. Labels are not needed.",
        completion: .file())
    var data: String
    @Option(
        name: [.customLong("output"), .customShort("o")],
        help: ArgumentHelp("The file to write, .h5 or .csv; - is standard output.", valueName: "file"),
        completion: .file())
    var output = "-"
    @Flag(help: "Replace an existing file.")
    var force = false
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Number of the most probable classes to write, each with its probability. Default: all outputs.",
            valueName: "K"))
    var top: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Column of a table that names the samples; it is kept beside the predictions.", valueName: "column"))
    var id: String?
    @OptionGroup var table: TableOptions
    @Option(parsing: .unconditional, help: ArgumentHelp("Path of the features inside the file.", valueName: "path"))
    var features: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Number of worker threads. Default: all cores.", valueName: "N"))
    var workers: String?

    func validate() throws {
        let isHDF5 = output.hasSuffix(".h5") || output.hasSuffix(".hdf5")
        guard isHDF5 || output.hasSuffix(".csv") || output == "-" else {
            throw ValidationError("--output must end in .h5 or .csv, or be - for standard output (got \(output))")
        }
        if id != nil, isHDF5 || !Table.isTable(data) {
            throw ValidationError("--id takes a column of a table, and goes with a .csv as --output")
        }
        if top != nil, isHDF5 { throw ValidationError("--top goes with a .csv as --output; an .h5 has all outputs") }
        if features != nil, Table.isTable(data) {
            throw ValidationError("--features is a path inside an HDF5 file, and \(data) is a table")
        }
    }

    func run() throws {
        try table.requireTable(data)
        let (modelPath, checkpoint) = try readNetwork(model)
        let file = output == "-" ? nil : output
        if let file { try requireFree(file, force: force, inputs: [modelPath, data]) }
        let form = PredictionForm(checkpoint.model, idName: id, top: try topCount(top, for: checkpoint.model))
        if data == "-", file == nil {
            return try PredictionStream(checkpoint, form, workerCount: try workerCount(workers))
                .answer(to: tableRequest(for: checkpoint.model))
        }
        let given = try givenData(for: checkpoint.model)
        let predictions = try predictions(of: given, by: checkpoint)
        guard let file else { return try printText(form.header + predictions.lines(form)) }
        if file.hasSuffix(".csv") {
            try replaceFile(file, with: [Array((form.header + predictions.lines(form)).utf8)])
        } else {
            try replaceHDF5File(file) { try predictions.write(to: $0) }
        }
        try printResult("\(file): \(counted(predictions.count, "prediction")) for \(given.name)")
    }

    private func predictions(of given: GivenData, by checkpoint: Checkpoint) throws -> Predictions {
        let split = try given.split.droppingRows(for: checkpoint.model, note: printNote)
        let matrix = try split.inputs(of: checkpoint.model, note: printNote)
        let inference = try Inference(network: checkpoint.model.network, workerCount: try workerCount(workers))
        let outputs = try showing("predicting \(given.name)") { advance in
            try inference.outputs(of: matrix, parameters: checkpoint.networkParameters, advance: advance)
        }
        return Predictions(
            model: checkpoint.model, rows: split.rows?.indices, features: matrix, ids: given.ids, outputs: outputs)
    }

    private func tableRequest(for model: Model) throws -> TableRequest {
        try model.tableRequest(
            format: table.format(), label: nil, withLabels: false, id: id, ignored: table.ignored())
    }

    private func givenData(for model: Model) throws -> GivenData {
        guard Table.isTable(data) else {
            return try GivenData(
                file: data, features: features, labels: nil, of: self.model, withLabels: false, note: printNote)
        }
        return try GivenData(table: data, tableRequest(for: model), note: printNote)
    }
}

extension Predictions {
    /// [predictions], or [samples, steps] of sequences that are all as long.
    private var shape: [Int] {
        guard let steps, let longest = steps.lengths.max(), steps.steps == steps.count * longest else { return [count] }
        return [steps.count, longest]
    }

    /// Writes them as datasets.
    fileprivate func write(to root: Group) throws {
        let dataset = try root.createDataset("outputs", of: Float.self, shape: shape + [model.encoding.outputs])
        try dataset.write(from: UnsafeBufferPointer(outputs.view.pointer))
        if let steps, shape.count == 1 {
            try root.createDataset("offsets", of: Int64.self, shape: [steps.offsets.count])
                .write(steps.offsets.map(Int64.init))
        }
        if let classes = model.predictedClasses(outputs) {
            let dataset = try root.createDataset("predictions", of: Int32.self, shape: shape)
            try dataset.write(classes.map { Int32($0) })
            try ClassNames.write((0..<model.classCount).map(model.className), for: dataset)
        }
        if let rows {
            try root.createDataset("rows", of: Int64.self, shape: [rows.count]).write(rows.map(Int64.init))
        }
    }
}

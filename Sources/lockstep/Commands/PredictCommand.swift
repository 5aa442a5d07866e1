import ArgumentParser
import DatasetFiles
import Datasets
import DurableFiles
import HDF5
import Kernels
import Messages
import Models
import Runs
import Splits
import Stepping
import Tables

struct PredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Write a trained network's predictions to a file.",
        discussion: """
            An .h5 file gets the dataset /outputs [N, outputs], and /predictions [N] with class ids if each sample has one \
            class; if rows with missing values are left out, also /rows, the rows that were predicted. A .csv file gets one line \
            for each sample. A network that was trained on labels one a step predicts each step: /outputs [N, T, outputs], or \
            [steps, outputs] and /offsets [N + 1] if sequences differ in length. Predicts the test split if the file has one, otherwise the \
            validation split, otherwise the training split.
            """)

    @Argument(help: "A checkpoint, or a run directory (its newest checkpoint is used, or its best with --patience).")
    var model: String
    @Argument(
        help: "The data, an HDF5 file or a table (CSV, TSV); - is a table on standard input. Labels are not needed.")
    var data: String
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Column of a table that names the samples; it is kept beside the predictions.", valueName: "column"))
    var id: String?
    @OptionGroup var table: TableOptions
    @OptionGroup var output: OutputFile
    @Option(parsing: .unconditional, help: ArgumentHelp("Path of the features inside the file.", valueName: "path"))
    var features: String?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Number of worker threads. Default: all cores.", valueName: "N"))
    var workers: String?

    func validate() throws {
        if id != nil, !isCSV || !Table.isTable(data) {
            throw ValidationError("--id takes a column of a table, and goes with a .csv as --output")
        }
        if features != nil, Table.isTable(data) {
            throw ValidationError("--features is a path inside an HDF5 file, and \(data) is a table")
        }
        guard isCSV || output.path.hasSuffix(".h5") || output.path.hasSuffix(".hdf5") else {
            throw ValidationError("--output must end in .h5 or .csv (got \(output.path))")
        }
    }

    private var isCSV: Bool { output.path.hasSuffix(".csv") }

    func run() throws {
        try table.requireTable(data)
        let (modelPath, checkpoint) = try readNetwork(model)
        try output.requireFree(inputs: [modelPath, data])
        let model = checkpoint.model
        let given = try givenData(for: model)
        let complete = try given.split.droppingRows(for: model, note: printNote)
        let matrix = try complete.inputs(of: model, note: printNote)
        let inference = try Inference(network: checkpoint.model.network, workerCount: try workerCount(workers))
        let predictions = Predictions(
            model: model, rows: complete.rows?.indices,
            steps: checkpoint.model.network.outputSteps.map { _ in matrix.steps }, ids: given.ids, idName: id,
            outputs: checkpoint.model.results(
                try inference.outputs(of: matrix, parameters: checkpoint.networkParameters)))
        if isCSV {
            try replaceFile(output.path, with: [Array(predictions.csv.utf8)])
        } else {
            try replaceHDF5File(output.path) { try predictions.write(to: $0) }
        }
        try printResult("\(output.path): \(counted(predictions.count, "prediction")) for \(given.name)")
    }
}

extension PredictCommand {
    private func givenData(for model: Model) throws -> GivenData {
        guard Table.isTable(data) else {
            return try GivenData(
                file: data, features: features, labels: nil, of: self.model, withLabels: false, note: printNote)
        }
        return try GivenData(
            table: data,
            try model.tableRequest(
                format: table.format(), label: nil, withLabels: false, id: id,
                ignored: table.ignored()), note: printNote)
    }
}

/// Outputs [N, width] of a network, and the classes that they stand for.
private struct Predictions {
    let model: Model
    /// The row of the file of each prediction; nil if all rows have one.
    let rows: [Int]?
    /// Where the predictions of each sample begin, if they are one a step.
    let steps: SequenceOffsets?
    let ids: TextColumn?
    let idName: String?
    let outputs: FloatBuffer

    private var width: Int { model.encoding.outputs }
    var count: Int { outputs.count / width }

    /// [predictions], or [samples, steps] of sequences that are all as long.
    private var shape: [Int] {
        guard let steps, let longest = steps.lengths.max(), steps.steps == steps.count * longest else { return [count] }
        return [steps.count, longest]
    }

    func write(to root: Group) throws {
        let dataset = try root.createDataset("outputs", of: Float.self, shape: shape + [width])
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

    /// Columns: row, or what names the sample; the step, if steps are predicted; the predicted class's name if there is one; then the outputs.
    var csv: String {
        let classes = model.predictedClasses(outputs)
        let names = (0..<width).map(model.outputName)
        var text =
            ([idName ?? "row"] + (steps == nil ? [] : ["step"]) + (classes == nil ? [] : ["prediction"]) + names).map(
                quoted
            ).joined(separator: ",")
            + "\n"
        for row in 0..<count {
            let number = steps?.number(ofStep: row) ?? RowNumber(row)
            let fileRow = rows?[number.row] ?? number.row
            var fields = [ids.map { quoted($0[fileRow]) } ?? "\(fileRow)"]
            if let step = number.step { fields.append("\(step)") }
            if let classes { fields.append(quoted(model.className(classes[row]))) }
            fields += (0..<width).map { "\(outputs.view[row * width + $0])" }
            text += fields.joined(separator: ",") + "\n"
        }
        return text
    }

    private func quoted(_ text: String) -> String {
        // Bytes, since a carriage return and a line feed are one Character.
        let special = Array(",\"\n\r".utf8)
        guard text.utf8.contains(where: special.contains) else { return text }
        let quote = UInt8(ascii: "\"")
        let bytes = text.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] }
        return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }
}

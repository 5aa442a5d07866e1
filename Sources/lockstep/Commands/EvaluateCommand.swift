import ArgumentParser
import Datasets
import DurableFiles
import Kernels
import Messages
import Models
import Networks
import RunSettings
import Runs
import Stepping

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Print loss and metrics of a trained network: accuracy, precision, recall, F1, confusion matrix; MAE, R².",
        discussion: """
            Evaluates the test split if the file has one, otherwise the validation split, otherwise the training split. \
            Macro averages are means over all classes that occur as a label or a prediction.
            """)

    @Argument(help: "A checkpoint, or a run directory (its newest checkpoint is used, or its best with --patience).")
    var model: String
    @Argument(help: "The dataset, an HDF5 file.")
    var data: String
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
        if labels != nil && features == nil {
            throw ValidationError("--labels needs --features, to say which samples they belong to")
        }
    }

    func run() throws {
        let (path, checkpoint) = try readNetwork(model)
        let topCount = try topCount(for: checkpoint.model)
        let file = try DatasetFile(data)
        let paths = try dataPaths(
            in: file, features: features, labels: labels, configuration: runConfiguration(of: model))
        let samples = try file.split(paths).samples(for: checkpoint.model, note: printNote)
        let workerCount = try workerCount(workers)
        let outputs = FloatBuffer(count: samples.count * checkpoint.model.encoding.outputs)
        func evaluate(_ network: Network) throws -> LossSum {
            try Inference(network: network, workerCount: workerCount)
                .evaluate(samples, parameters: checkpoint.networkParameters, outputs: outputs)
        }
        let network = checkpoint.model.network
        let isPlain = network.objective.options == network.objective.options.plain
        let evaluation = Evaluation(
            checkpoint.model, of: path, split: paths.features, samples, sum: try evaluate(network.plainlyJudged),
            trainingLoss: isPlain ? nil : try evaluate(network).loss, outputs: outputs, topCount: topCount)
        try printResult(json ? evaluation.json.text : evaluation.text)
    }

    /// The K of top-K accuracy; nil if there are no more than K classes.
    private func topCount(for model: Model) throws -> Int? {
        guard model.network.objective.correctness == .largest else {
            if top != nil { throw Failure(.usage, "--top goes with a network that has an output for each class") }
            return nil
        }
        guard let top else { return model.classCount > 5 ? 5 : nil }
        do {
            let count = try integer(top, 1...model.classCount)
            return model.classCount > count ? count : nil
        } catch {
            throw Failure(.usage, error.wording(of: "--top"))
        }
    }
}

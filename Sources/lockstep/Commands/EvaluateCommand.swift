import ArgumentParser
import Datasets
import DurableFiles
import Kernels
import Messages
import Networks
import RunSettings
import Runs
import Stepping

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Loss and metrics of a trained network: accuracy, precision, recall, F1, confusion matrix; MAE, R².",
        discussion: """
            Takes the test split where there is one, else the validation split, else the training split. Macro averages are \
            means over the classes that are any sample's label or prediction.
            """)

    @Argument(help: "A run's directory (its newest checkpoint; with --patience, its best), or a checkpoint.")
    var model: String
    @Argument(help: "The dataset, an HDF5 file.")
    var data: String
    @Option(parsing: .unconditional, help: ArgumentHelp("Features inside the file.", valueName: "path"))
    var features: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Labels inside the file.", valueName: "path"))
    var labels: String?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "For top-K accuracy: the share of samples whose label is among the K largest outputs. Shown where there are "
                + "more than K classes. Default: 5.", valueName: "K"))
    var top: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Threads. Default: all cores.", valueName: "N"))
    var workers: String?
    @Flag(help: "The result as JSON.")
    var json = false

    func run() throws {
        let (path, checkpoint) = try readNetwork(model)
        let topCount = try topCount(for: checkpoint.model)
        let file = try DatasetFile(data)
        let paths = try dataPaths(in: file, features: features, labels: labels, told: namesTold(to: model))
        let samples = try file.samples(at: paths, for: checkpoint.model)
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

    /// `--top`, or 5; nil where it would tell nothing.
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

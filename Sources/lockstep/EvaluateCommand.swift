import ArgumentParser
import Datasets
import Kernels
import Training

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Loss and accuracy of a trained network, in all and for each class.",
        discussion: "Takes the test split where there is one, else the validation split, else the training split.")

    @Argument(help: "A run's directory (its newest checkpoint), or a checkpoint.")
    var model: String
    @Argument(help: "The dataset, an HDF5 file.")
    var data: String
    @Option(parsing: .unconditional, help: ArgumentHelp("Features inside the file.", valueName: "path"))
    var features: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Labels inside the file.", valueName: "path"))
    var labels: String?
    @Option(parsing: .unconditional, help: ArgumentHelp("Threads. Default: all cores.", valueName: "N"))
    var workers: String?
    @Flag(help: "The result as JSON.")
    var json = false

    func run() throws {
        let checkpoint = try CheckpointFile.read(checkpointPath(model))
        let (paths, samples) = try DatasetFile.read(data) { file in
            let paths = try dataPaths(in: file, features: features, labels: labels)
            return (paths, try file.samples(at: paths, for: checkpoint.model))
        }
        let inference = Inference(network: checkpoint.model.network, workerCount: try workerCount(workers))
        let sum = try inference.evaluate(samples, parameters: checkpoint.parameters)
        let outputs = try inference.outputs(of: samples.features, parameters: checkpoint.parameters)
        let evaluation = Evaluation(
            split: paths.features, count: samples.count, loss: sum.loss / Double(samples.count),
            accuracy: checkpoint.model.accuracy(sum, samples: samples.count),
            classes: ClassCounts.count(checkpoint.model, samples, outputs))
        try printResult(json ? evaluation.json.text : evaluation.text)
    }
}

/// What `evaluate` prints.
private struct Evaluation {
    let split: String
    let count: Int
    let loss: Double
    let accuracy: Double?
    let classes: [ClassCounts]

    var text: String {
        var text = "\(split): \(grouped(count)) samples, loss \(figure(loss))"
        if let accuracy { text += ", accuracy \(percent(accuracy))" }
        guard !classes.isEmpty else { return text }
        var table = TextTable(
            ["class", "samples", "correct", "accuracy"], alignsRight: [false, true, true, true])
        for each in classes {
            table.append([
                each.name, grouped(each.samples), grouped(each.correct),
                each.samples > 0 ? percent(Double(each.correct) / Double(each.samples)) : "-",
            ])
        }
        return text + "\n\n" + table.text
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("split", .string(split)), ("samples", .integer(count)), ("loss", .number(loss)),
        ]
        if let accuracy { members.append(("accuracy", .number(accuracy))) }
        if !classes.isEmpty {
            members.append(
                (
                    "classes",
                    .array(
                        classes.map {
                            .object([
                                ("class", .string($0.name)), ("samples", .integer($0.samples)),
                                ("correct", .integer($0.correct)),
                            ])
                        })
                ))
        }
        return .object(members)
    }
}

/// How many samples of a class there are, and how many of them the network puts there.
private struct ClassCounts {
    let name: String
    var samples = 0
    var correct = 0

    /// One entry a class; none where samples do not have one class each.
    static func count(_ model: Model, _ samples: Samples, _ outputs: FloatBuffer) -> [ClassCounts] {
        guard let predicted = model.predictedClasses(outputs), let labels = model.labelClasses(samples) else {
            return []
        }
        var counts = (0..<model.classCount).map { ClassCounts(name: model.className($0)) }
        for (label, prediction) in zip(labels, predicted) {
            counts[label].samples += 1
            if label == prediction { counts[label].correct += 1 }
        }
        return counts
    }
}

import Datasets
import DurableFiles
import Kernels
import Messages
import Models
import Networks
import Runs
import Stepping

/// The result of `lockstep evaluate`.
package struct Evaluation {
    private let path: String
    private let split: String
    private let count: Int
    /// The number of labels, if they are one a step.
    private let steps: Int?
    /// The share of sequences with steps whose steps are all right, if labels are the classes of steps.
    private let wholeSequences: Double?
    private let loss: Double
    /// The loss with the class weights and label smoothing of training, if there are any.
    private let trainingLoss: Double?
    private let accuracy: Double?
    /// The exact match ratio of a multi-label network.
    private let exactMatch: Double?
    private let top: (count: Int, accuracy: Double)?
    private let regression: RegressionMetrics?
    let ratings: Ratings?
    /// The classes of each sample; nil for multi-label networks and regression.
    let classes: (labels: [Int], predictions: [Int])?
    let classNames: [String]
    let outputNames: [String]
    let checkpoint: Checkpoint
    var model: Model { checkpoint.model }
    let samples: Samples
    /// Of the network, [targets, outputs].
    let outputs: FloatBuffer

    /// Judges samples.
    /// - Parameters:
    ///   - path: of the checkpoint.
    ///   - split: the name of the samples.
    ///   - topCount: the k of top-k accuracy; nil for none.
    ///   - advance: called from time to time with the share of the samples that is done.
    package init(
        _ checkpoint: Checkpoint, at path: String, split: String, _ samples: Samples, topCount: Int?, workerCount: Int,
        advance: (Double) -> Void = { _ in }
    ) throws {
        let model = checkpoint.model
        let outputs = FloatBuffer(count: samples.targets.rows * model.encoding.outputs)
        func lossSum(_ network: Network) throws -> LossSum {
            try Inference(network: network, workerCount: workerCount)
                .evaluate(
                    samples, parameters: checkpoint.networkParameters, outputs: outputs, advance: advance)
        }
        let options = model.network.objective.options
        let sum = try lossSum(model.network.plainlyJudged)
        (self.path, self.split, self.checkpoint) = (path, split, checkpoint)
        (self.samples, self.outputs) = (samples, outputs)
        count = samples.count
        steps = samples.targetSteps?.steps
        loss = sum.loss / samples.totalWeight
        trainingLoss = options == options.plain ? nil : try lossSum(model.network).loss / samples.totalWeight
        accuracy = model.accuracy(sum, on: samples)
        regression = model.regressionMetrics(outputs, samples)
        classNames = (0..<model.classCount).map(model.className)
        outputNames = (0..<model.encoding.outputs).map(model.outputName)
        if let labels = model.labelClasses(samples), let predictions = model.predictedClasses(outputs) {
            classes = (labels, predictions)
            exactMatch = nil
            ratings = Ratings(ofClasses: classNames, labels: labels, predictions: predictions)
        } else if let labels = model.binaryLabels(samples), let predictions = model.predictedBinaryLabels(outputs) {
            classes = nil
            exactMatch = exactMatchAccuracy(labels: labels, predictions: predictions, columns: outputNames.count)
            ratings = Ratings(ofOutputs: outputNames, labels: labels, predictions: predictions)
        } else {
            (classes, ratings, exactMatch) = (nil, nil, nil)
        }
        if let steps = samples.targetSteps, let classes {
            let sequences = (0..<steps.count).map { steps.steps(of: $0) }.filter { !$0.isEmpty }
            let right = sequences.count { $0.allSatisfy { classes.labels[$0] == classes.predictions[$0] } }
            wholeSequences = Double(right) / Double(sequences.count)
        } else {
            wholeSequences = nil
        }
        if let topCount, let labels = classes?.labels {
            let columns = model.encoding.outputs
            top = (topCount, topAccuracy(topCount, outputs: outputs, columns: columns, labels: labels))
        } else {
            top = nil
        }
    }

    /// - Parameter others: evaluations of other splits, of which a line each is shown.
    package func text(beside others: [Evaluation]) -> String {
        let parts =
            ["\(path)\n\(line)" + (ratings.map { "\n\($0.averagesText)" } ?? "")]
            + [ratings?.table.text, confusionText].compactMap(\.self)
            + (others.isEmpty ? [] : [others.map(\.line).joined(separator: "\n")])
        return parts.joined(separator: "\n\n")
    }

    /// Samples, loss and metrics on one line.
    var line: String {
        let samples =
            steps.map { "\(counted(count, "sequence")) with \(counted($0, "step"))" } ?? counted(count, "sample")
        var line = "\(split): \(samples), loss \(figure(loss))"
        if let trainingLoss {
            line += " (with the class weights and label smoothing of training \(figure(trainingLoss)))"
        }
        if let accuracy { line += ", accuracy \(percent(accuracy))" + (exactMatch == nil ? "" : " of the answers") }
        if let wholeSequences { line += " of the steps, all of them in \(percent(wholeSequences)) of the sequences" }
        if let exactMatch { line += ", exact match \(percent(exactMatch)) of the samples" }
        if let top { line += ", top-\(top.count) \(percent(top.accuracy))" }
        if let regression {
            line += ", MAE \(figure(regression.meanAbsoluteError)), R² \(regression.rSquared.map(figure) ?? "-")"
        }
        return line
    }

    /// - Parameter others: evaluations of other splits.
    package func json(beside others: [Evaluation]) -> JSON {
        let own = [("checkpoint", JSON.string(path))] + members
        return .object(others.isEmpty ? own : own + [("others", .array(others.map { .object($0.members) }))])
    }

    private var members: [(String, JSON)] {
        var members: [(String, JSON)] = [
            ("split", .string(split)), ("samples", .integer(count)), ("loss", .number(loss)),
        ]
        if let trainingLoss { members.append(("trainingLoss", .number(trainingLoss))) }
        if let accuracy { members.append(("accuracy", .number(accuracy))) }
        if let steps { members.append(("steps", .integer(steps))) }
        if let wholeSequences { members.append(("sequenceAccuracy", .number(wholeSequences))) }
        if let exactMatch { members.append(("exactMatch", .number(exactMatch))) }
        if let top { members += [("top", .integer(top.count)), ("topAccuracy", .number(top.accuracy))] }
        if let regression {
            members += Self.members(regression.meanAbsoluteError, regression.rSquared)
            if regression.outputs.count > 1 { members.append(("errors", errors(of: regression))) }
        }
        if let ratings { members += ratings.members }
        if classNames.count <= 1000, let confusion {
            members.append(("confusionMatrix", .array(confusion.counts.map { .array($0.map(JSON.integer)) })))
        }
        return members
    }

    private func errors(of regression: RegressionMetrics) -> JSON {
        .array(
            zip(outputNames, regression.outputs).map { name, output in
                .object([("output", .string(name))] + Self.members(output.meanAbsoluteError, output.rSquared))
            })
    }

    private static func members(_ meanAbsoluteError: Double, _ rSquared: Double?) -> [(String, JSON)] {
        [("meanAbsoluteError", .number(meanAbsoluteError)), ("rSquared", .number(orNull: rSquared))]
    }

    /// Computed on demand, because its size is the square of the number of classes; not printed for more than 1,000.
    var confusion: ConfusionMatrix? {
        classes.map { ConfusionMatrix(labels: $0.labels, predictions: $0.predictions, classCount: classNames.count) }
    }

    /// nil for more than 20 classes, which would not fit on a line.
    private var confusionText: String? {
        guard classNames.count <= 20, let confusion else { return nil }
        let header = ["label"] + classNames
        var table = TextTable(header, alignsRight: header.indices.map { $0 > 0 })
        for (name, counts) in zip(classNames, confusion.counts) { table.append([name] + counts.map(grouped)) }
        return "confusion matrix: a row for each label, a column for each prediction\n" + table.text
    }
}

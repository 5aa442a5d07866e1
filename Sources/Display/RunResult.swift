import DurableFiles
import Messages
import Models
import Runs

/// The result of a finished or stopped run, as text and as JSON.
package struct RunResult {
    private let summary: TrainingRun.Summary
    /// The last epoch.
    private let metrics: EpochMetrics?
    /// The epochs before it.
    private let former: ArraySlice<EpochMetrics>
    /// The epoch with the run's network, if the run has `patience`.
    private let network: EpochMetrics?
    private let outcome: TrainingRun.Outcome

    package init(_ run: TrainingRun, _ outcome: TrainingRun.Outcome) {
        summary = run.summary
        metrics = run.history.last
        former = run.history.dropLast()
        network = run.selectedEpoch
        self.outcome = outcome
    }

    package var text: String {
        var line =
            outcome == .alreadyFinished
            ? "\(summary.directory) is finished (\(advice)): step \(grouped(summary.step))"
            : "\(summary.directory): step \(grouped(summary.step))"
        if let metrics {
            line += summary.hasStoppedEarly ? ", stopped early after epoch " : ", epoch "
            line += "\(metrics.epoch)" + (network.map { "; the network is that of epoch \($0.epoch)" } ?? "")
            line += ": " + Self.words(network ?? metrics)
        }
        return line
    }

    /// How to extend a finished run.
    private var advice: String {
        if summary.hasStoppedEarly { return "ask for more with --patience" }
        return summary.isLimitedBySteps
            ? "--max-steps has ended it; ask for more with lockstep train … --resume --max-steps"
            : "ask for more with --epochs"
    }

    /// What the user should be told of how training went.
    package var note: String? { separabilityNote ?? progressNote }

    /// The number of steps below which a network has hardly learned.
    private static let fewSteps = 100

    /// A note on a loss that has risen, or on few steps.
    private var progressNote: String? {
        let configuration = summary.model.configuration
        if let first = former.first?.trainLoss, let last = metrics?.trainLoss, last > 1.5 * first {
            return "note: the training loss has risen from \(figure(first)) to \(figure(last))\n"
                + "  a smaller --learning-rate than \(shortNumber(configuration.learningRate ?? 0)) may help"
        }
        guard outcome == .finished, summary.step < Self.fewSteps, !summary.hasStoppedEarly,
            !summary.isLimitedBySteps,
            metrics?.trainAccuracy ?? 0 < 1
        else { return nil }
        let batchSize = min(configuration.batchSize, summary.trainCount)
        return
            "note: \(counted(summary.step, "step")) \(summary.step == 1 ? "is" : "are") few to learn from; more --epochs than "
            + "\(configuration.epochs)\(batchSize > 1 ? ", or a smaller --batch-size than \(batchSize)," : "") make more of them"
    }

    /// A note on linear separability, for a perceptron that has not converged.
    private var separabilityNote: String? {
        let model = summary.model.network
        guard model.objective.loss == .perceptron, model.isSingleLayer, let accuracy = metrics?.trainAccuracy,
            accuracy < 1
        else { return nil }
        let answers = summary.trainCount * model.objective.outputs
        let wrong = answers - Int((accuracy * Double(answers)).rounded())
        return """
            note: in its last epoch the perceptron erred \(wrong) of \(grouped(answers)) times. Its rule comes to an end where a \
            straight
              line separates the classes, as it does for AND and OR; for others, as XOR, it goes on for ever.
              A hidden layer bends the line: --layers 4 --activation tanh --loss binary-cross-entropy
            """
    }

    package var json: JSON {
        var members: [(String, JSON)] = [
            ("run", .string(summary.directory)), ("step", .integer(summary.step)),
            ("alreadyFinished", .bool(outcome == .alreadyFinished)),
            ("stoppedEarly", .bool(summary.hasStoppedEarly)),
        ]
        if let metrics {
            members.append(("epoch", .integer(metrics.epoch)))
            members += metrics.figures.map { ($0.name, JSON.number($0.value)) }
        }
        if let network { members.append(("network", .object(network.members))) }
        return .object(members)
    }

    private static func words(_ metrics: EpochMetrics) -> String {
        let splits = [
            ("train", metrics.trainLoss, metrics.trainAccuracy),
            ("validation", metrics.validationLoss, metrics.validationAccuracy),
            ("test", metrics.testLoss, metrics.testAccuracy),
        ]
        return splits.compactMap { name, loss, accuracy in
            loss.map { "\(name) loss \(figure($0))" + (accuracy.map { ", accuracy \(percent($0))" } ?? "") }
        }.joined(separator: "; ")
    }
}

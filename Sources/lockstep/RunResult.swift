import Training

/// What a finished run came to.
struct RunResult {
    private let summary: TrainingRun.Summary
    private let metrics: EpochMetrics?
    private let outcome: TrainingRun.Outcome

    init(_ run: TrainingRun, _ outcome: TrainingRun.Outcome) {
        summary = run.summary
        metrics = summary.stoppedEarlyAfter ?? run.history.last
        self.outcome = outcome
    }

    var text: String {
        var line =
            outcome == .alreadyFinished
            ? "\(summary.directory) is finished (\(advice)): step \(grouped(summary.step))"
            : "\(summary.directory): step \(grouped(summary.step))"
        if let metrics {
            line += summary.stoppedEarlyAfter == nil ? ", epoch " : ", stopped early; the network is that of epoch "
            line += "\(metrics.epoch): " + Self.words(metrics)
        }
        return line
    }

    /// How to make a finished run go on.
    private var advice: String {
        if summary.stoppedEarlyAfter != nil { return "ask for more with lockstep train … --resume --patience" }
        return summary.isLimitedBySteps
            ? "--max-steps has ended it; ask for more with lockstep train … --resume --max-steps"
            : "ask for more with --epochs"
    }

    /// What a perceptron that still errs says of the data.
    var note: String? {
        let network = summary.model.network
        guard network.objective.loss == .perceptron, network.layers.count == 1, let accuracy = metrics?.trainAccuracy,
            accuracy < 1
        else { return nil }
        let answers = summary.trainCount * network.objective.outputs
        let wrong = answers - Int((accuracy * Double(answers)).rounded())
        return """
            note: in its last epoch the perceptron erred \(wrong) of \(grouped(answers)) times. Its rule comes to an end where a \
            straight
              line separates the classes, as it does for AND and OR; for others, as XOR, it goes on for ever.
              A hidden layer bends the line: --layers 4 --activation tanh --loss binary-cross-entropy
            """
    }

    var json: JSON {
        var members: [(String, JSON)] = [
            ("run", .string(summary.directory)), ("step", .integer(summary.step)),
            ("alreadyFinished", .bool(outcome == .alreadyFinished)),
            ("stoppedEarly", .bool(summary.stoppedEarlyAfter != nil)),
        ]
        if let metrics {
            members.append(("epoch", .integer(metrics.epoch)))
            members += metrics.figures.map { ($0.name, JSON.number($0.value)) }
        }
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

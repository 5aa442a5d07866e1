import Messages
import Pages
import Runs

/// The curves of runs over their epochs.
struct Curves {
    private let runs: [RunPage.Run]

    init(_ runs: [RunPage.Run]) { self.runs = runs }

    /// More layers than these cannot be told apart in a chart.
    private static let mostLayers = 24

    var charts: [any Block] {
        [
            chart(
                "Loss", "loss",
                [
                    ("train", { $0.metrics.trainLoss }), ("validation", { $0.metrics.validationLoss }),
                    ("test", { $0.metrics.testLoss }),
                ]),
            chart(
                "Accuracy", "accuracy in percent",
                [
                    ("train", { $0.metrics.trainAccuracy.map { 100 * $0 } }),
                    ("validation", { $0.metrics.validationAccuracy.map { 100 * $0 } }),
                    ("test", { $0.metrics.testAccuracy.map { 100 * $0 } }),
                ]),
            chart("Learning rate", "learning rate", [("", { $0.metrics.learningRate })]),
            chart("Speed", "samples a second", [("", { $0.samplesPerSecond })]),
            norms("Parameters", "norm", \.parameters, caption: "The Euclidean norm at the end of each epoch."),
            norms(
                "Gradients", "norm", \.gradients,
                caption:
                    "The Euclidean norm in the last step of each epoch, before it is clipped and without weight decay."),
        ].compactMap(\.self)
    }

    /// nil if no run has any of the figures.
    private func chart(
        _ title: String, _ vertical: String, _ figures: [(name: String, value: (RunLog.Epoch) -> Double?)]
    ) -> LineChart? {
        let series = runs.flatMap { run in
            figures.compactMap { figure -> LineChart.Series? in
                let points = run.summary.log.epochs.compactMap { epoch in
                    figure.value(epoch).map { Point(x: Double(epoch.metrics.epoch), y: $0) }
                }
                return points.isEmpty ? nil : LineChart.Series(name(run, figure.name), points)
            }
        }
        return series.isEmpty
            ? nil : LineChart(title: title, horizontal: "epoch", vertical: vertical, series: series)
    }

    /// Of one run the norms of each layer, of several the norms over all layers; nil if no run has any.
    private func norms(
        _ title: String, _ vertical: String, _ norms: (RunLog.Norms) -> [String: Double], caption: String
    ) -> LineChart? {
        var (series, caption) = ([LineChart.Series](), caption + (runs.count == 1 ? "" : " Over all layers."))
        if runs.count == 1 {
            let layers = runs[0].layers
            series = layers.prefix(Self.mostLayers).compactMap { layer in
                let points = runs[0].summary.log.norms.compactMap { epoch in
                    norms(epoch)[layer].map { Point(x: Double(epoch.epoch), y: $0) }
                }
                return points.isEmpty ? nil : LineChart.Series(layer, points)
            }
            if layers.count > Self.mostLayers {
                caption += " The first \(Self.mostLayers) of \(grouped(layers.count)) layers."
            }
        } else {
            series = runs.compactMap { run in
                let points = run.summary.log.norms.map { epoch in
                    let all = norms(epoch)
                    let square = run.layers.reduce(0.0) { $0 + (all[$1] ?? 0) * (all[$1] ?? 0) }
                    return Point(x: Double(epoch.epoch), y: square.squareRoot())
                }
                return points.isEmpty ? nil : LineChart.Series(name(run, ""), points)
            }
        }
        return series.isEmpty
            ? nil
            : LineChart(
                title: title, horizontal: "epoch", vertical: vertical, kind: .logarithmic, series: series,
                caption: caption)
    }

    /// Of one run the split's name is enough.
    private func name(_ run: RunPage.Run, _ split: String) -> String {
        runs.count == 1 ? split : [run.summary.path, split].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

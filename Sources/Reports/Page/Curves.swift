import Messages
import Pages
import Runs

/// The curves of runs over their epochs.
struct Curves {
    private let runs: [RunPage.Run]

    init(_ runs: [RunPage.Run]) { self.runs = runs }

    var charts: [any Block] {
        [
            chart(
                "Loss", "loss",
                [
                    ("train", { $0.trainLoss }), ("validation", { $0.validationLoss }), ("test", { $0.testLoss }),
                ]),
            chart(
                "Accuracy", "accuracy in percent",
                [
                    ("train", { $0.trainAccuracy.map { 100 * $0 } }),
                    ("validation", { $0.validationAccuracy.map { 100 * $0 } }),
                    ("test", { $0.testAccuracy.map { 100 * $0 } }),
                ]),
            chart("Learning rate", "learning rate", [("", { $0.learningRate })]),
            speed,
        ].compactMap(\.self)
    }

    /// nil if no run has any of the figures.
    private func chart(
        _ title: String, _ vertical: String, _ figures: [(name: String, value: (EpochMetrics) -> Double?)]
    ) -> LineChart? {
        let series = runs.flatMap { run in
            figures.compactMap { figure -> LineChart.Series? in
                let points = run.epochs.compactMap { epoch in
                    figure.value(epoch).map { Point(x: Double(epoch.epoch), y: $0) }
                }
                return points.isEmpty ? nil : LineChart.Series(name(run, figure.name), points)
            }
        }
        return series.isEmpty
            ? nil : LineChart(title: title, horizontal: "epoch", vertical: vertical, series: series)
    }

    private var speed: LineChart? {
        let series = runs.compactMap { run -> LineChart.Series? in
            let points = run.summary.log.epochs.compactMap { epoch in
                epoch.samplesPerSecond.map { Point(x: Double(epoch.metrics.epoch), y: $0) }
            }
            return points.isEmpty ? nil : LineChart.Series(name(run, ""), points)
        }
        return series.isEmpty
            ? nil : LineChart(title: "Speed", horizontal: "epoch", vertical: "samples a second", series: series)
    }

    /// Of one run the split's name is enough.
    private func name(_ run: RunPage.Run, _ split: String) -> String {
        runs.count == 1 ? split : [run.summary.path, split].filter { !$0.isEmpty }.joined(separator: ", ")
    }
}

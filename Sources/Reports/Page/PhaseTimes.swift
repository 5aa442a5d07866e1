import Messages
import Pages
import Runs
import Stepping

/// Where the time of a run's epochs went.
struct PhaseTimes {
    let chart: BarChart

    /// Returns nil for a log that does not tell it.
    init?(_ log: RunLog) {
        let epochs = log.epochs.filter { $0.trainingSeconds != nil }
        func sum(_ seconds: (RunLog.Epoch) -> Double?) -> Double { epochs.compactMap(seconds).reduce(0, +) }
        let (all, training) = (sum(\.seconds), sum(\.trainingSeconds))
        guard all > 0 else { return nil }
        var phases = [("training", training)]
        if epochs.allSatisfy({ $0.phases != nil }) {
            let steps = StepProfile.Phase.allCases.map { phase in (phase.name, sum { $0.phases?[phase.name] }) }
            phases = steps + [("waiting", max(0, training - steps.reduce(0) { $0 + $1.1 }))]
        }
        phases.append(("evaluation", max(0, all - training)))
        chart = BarChart(
            title: "Time by phase",
            bars: phases.map { name, seconds in
                BarChart.Bar(name, seconds, text: "\(Numeral.short(seconds, digits: 3)) s, \(percent(seconds / all))")
            },
            caption: phases.count > 2
                ? "The seconds of a worker, on average. Waiting: at barriers, for the minibatches and for checkpoints."
                : "")
    }
}

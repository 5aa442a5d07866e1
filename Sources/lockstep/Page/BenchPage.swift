import Checks
import Messages
import Pages
import Runs
import Stepping

/// The results of `lockstep bench` as a page: speed and phases of each batch size, and curves of strong and weak scaling.
struct BenchPage {
    private let report: BenchReport

    init(_ report: BenchReport) { self.report = report }

    var html: String {
        Page(
            title: "lockstep bench",
            summary: "\(report.machine). Medians of \(counted(report.rounds, "round")) of \(report.seconds) s.",
            sections: report.plan.groups.map { Page.Section($0.name, blocks(of: $0)) }
        ).html
    }

    private func blocks(of group: BenchPlan.Group) -> [any Block] {
        let cases = group.batches.compactMap { step in report.result(step).map { (step, $0) } }
        let phases = Row(cases.map { step, result in Self.phases(step, result) })
        return [Row([Self.arithmetic(cases), Self.speeds(cases)]), phases]
            + (group.strong.count > 1 ? [scaling(group)] : [])
    }

    /// The arithmetic of each batch size, and the measured peak.
    private static func arithmetic(_ cases: [(StepBenchmark, BenchResult)]) -> BarChart {
        func bar(_ name: String, _ operations: Double) -> BarChart.Bar {
            .init(name, operations, text: "\(Numeral.short(operations / 1e9, digits: 3)) GFLOP/s")
        }
        let peak = cases.compactMap { $0.1.peak?.median }.max()
        return BarChart(
            title: "Arithmetic",
            bars: cases.map { step, result in bar("batch \(grouped(step.batchSize))", result.operations.median) }
                + [peak.map { bar("measured peak", $0) }].compactMap(\.self))
    }

    /// The samples a second of each batch size.
    private static func speeds(_ cases: [(StepBenchmark, BenchResult)]) -> Table {
        Table(
            title: "Samples a second",
            columns: [.number("batch"), .number("median"), .number("slowest"), .number("fastest"), .number("of peak")],
            rows: cases.map { step, result in
                let speeds = result.samplesPerSecond
                let extremes = [speeds.values.min(), speeds.values.max()].map { $0.map { grouped(Int($0)) } ?? "" }
                return [grouped(step.batchSize), grouped(Int(speeds.median))] + extremes
                    + [result.shareOfPeak.map { Numeral.percent($0.median) } ?? ""]
            })
    }

    /// The share of the workers' time in each phase.
    private static func phases(_ step: StepBenchmark, _ result: BenchResult) -> BarChart {
        let names = StepProfile.Phase.allCases.map(\.name) + ["waiting"]
        return BarChart(
            title: "Time by phase, batch \(grouped(step.batchSize))",
            bars: zip(names, result.shares + [result.waiting]).map { .init($0, $1, text: Numeral.percent($1)) })
    }

    /// Speed-up over one worker.
    private func scaling(_ group: BenchPlan.Group) -> LineChart {
        let batch = grouped(group.strong.first?.batchSize ?? 0)
        let curves = [("batch \(batch)", group.strong), ("\(batch) a worker", group.weak)].map { name, steps in
            LineChart.Series(
                name,
                steps.compactMap { step in
                    report.speedUp(step, among: steps).map { Point(x: Double(step.workerCount), y: $0) }
                })
        }
        let ideal = group.strong.map { Point(x: Double($0.workerCount), y: Double($0.workerCount)) }
        return LineChart(
            title: "Scaling", horizontal: "workers", vertical: "times the speed of one",
            series: curves + [.init("as many times", ideal)])
    }
}

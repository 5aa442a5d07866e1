import Checks
import Foundation
import Messages
import Runs
import Stepping

/// The results of `lockstep bench` as a self-contained HTML page: bar charts of throughput and phases, and curves of
/// strong and weak scaling.
struct BenchPage {
    private let report: BenchReport

    init(_ report: BenchReport) { self.report = report }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>lockstep bench</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 60em; color: #222 }
        h2 { font-size: 1.1em; margin: 2em 0 .5em }
        p { color: #555 }
        svg { display: block; overflow: visible }
        svg text { font: 12px system-ui, sans-serif; fill: #222 }
        svg .quiet { fill: #777 }
        </style>
        </head>
        <body>
        <h1>lockstep bench</h1>
        <p>\(escaped(report.machine)).<br>Medians of \(report.rounds) rounds of \(report.seconds) s; whiskers go to the \
        slowest and the fastest.</p>
        \(report.plan.groups.map(section).joined(separator: "\n"))
        </body>
        </html>

        """
    }

    private func section(_ group: BenchPlan.Group) -> String {
        let cases = group.batches.compactMap { step in report.result(step).map { (step, $0) } }
        let charts =
            ["<h2>\(escaped(group.name))</h2>", Self.speeds(cases), Self.phases(cases)]
            + (group.strong.count > 1 ? [scaling(group)] : [])
        return charts.joined(separator: "\n")
    }

    // MARK: Bars

    private static let left = 90.0
    private static let width = 640.0

    /// Throughput of each batch size, with the measured peak.
    private static func speeds(_ cases: [(StepBenchmark, BenchResult)]) -> String {
        let peak = cases.compactMap { $0.1.peak?.median }.max()
        let most = max(peak ?? 0, cases.flatMap { $0.1.operations.values }.max() ?? 1)
        func x(_ operations: Double) -> Double { left + width * operations / most }
        var svg = SVG(width: left + width + 180, height: 28 * Double(cases.count) + 24)
        for (row, (step, result)) in cases.enumerated() {
            let y = 28 * Double(row) + 4
            let operations = result.operations
            svg.text("batch \(grouped(step.batchSize))", x: left - 8, y: y + 14, anchor: "end")
            svg.bar(x: left, y: y, width: x(operations.median) - left, height: 18, color: "#3b6ea8")
            svg.line(
                x(operations.values.min() ?? 0), y + 9, x(operations.values.max() ?? 0), y + 9, color: "#12304f",
                width: 1.5)
            let share = result.shareOfPeak.map { String(format: ", %.0f%% of peak", 100 * $0.median) } ?? ""
            svg.text(
                "\(grouped(Int(result.samplesPerSecond.median))) samples/s\(share)",
                x: left + width + 8, y: y + 14)
        }
        if let peak {
            svg.line(x(peak), 0, x(peak), 28 * Double(cases.count), color: "#b33", width: 1)
            svg.text(
                String(format: "measured peak, %.0f GFLOP/s", peak / 1e9), x: x(peak), y: 28 * Double(cases.count) + 14,
                anchor: "end", style: "quiet")
        }
        return svg.text
    }

    /// The share of the workers' time in each phase.
    private static func phases(_ cases: [(StepBenchmark, BenchResult)]) -> String {
        let colors = ["#8fb8de", "#3b6ea8", "#6a4c93", "#d17b2c", "#4f9d69", "#cccccc"]
        let names = StepProfile.Phase.allCases.map(\.name) + ["waiting"]
        var svg = SVG(width: left + width + 180, height: 22 * Double(cases.count) + 34)
        for (row, (step, result)) in cases.enumerated() {
            let y = 22 * Double(row) + 4
            svg.text("batch \(grouped(step.batchSize))", x: left - 8, y: y + 12, anchor: "end")
            var x = left
            for (share, color) in zip(result.shares + [result.waiting], colors) {
                svg.bar(x: x, y: y, width: width * share, height: 15, color: color)
                x += width * share
            }
        }
        for (index, (name, color)) in zip(names, colors).enumerated() {
            let (x, y) = (left + 100 * Double(index), 22 * Double(cases.count) + 14)
            svg.bar(x: x, y: y, width: 12, height: 12, color: color)
            svg.text(name, x: x + 17, y: y + 11)
        }
        return svg.text
    }

    // MARK: Lines

    /// Speed-up over one worker.
    private func scaling(_ group: BenchPlan.Group) -> String {
        let most = Double(group.strong.last?.workerCount ?? 1)
        let (size, left) = (240.0, 40.0)
        func x(_ workers: Double) -> Double { left + size * (workers - 1) / (most - 1) }
        func y(_ speedUp: Double) -> Double { 12 + size * (1 - (speedUp - 1) / (most - 1)) }
        var svg = SVG(width: left + size + 300, height: size + 50)
        svg.line(x(1), y(1), x(most), y(most), color: "#bbb", width: 1)
        svg.line(left, y(1), left + size, y(1), color: "#222", width: 1)
        svg.line(left, 12, left, y(1), color: "#222", width: 1)
        for workers in group.strong.map({ Double($0.workerCount) }) {
            svg.text("\(Int(workers))", x: x(workers), y: y(1) + 18, anchor: "middle")
            svg.text("\(Int(workers))×", x: left - 8, y: y(workers) + 4, anchor: "end")
        }
        svg.text("workers", x: left + size / 2, y: y(1) + 34, anchor: "middle", style: "quiet")
        let batch = grouped(group.strong.first?.batchSize ?? 0)
        let curves = [("batch \(batch)", group.strong, "#3b6ea8"), ("\(batch) a worker", group.weak, "#d17b2c")]
        for (index, (name, steps, color)) in curves.enumerated() {
            let points = steps.compactMap { step in
                report.speedUp(step, among: steps).map { (x(Double(step.workerCount)), y($0)) }
            }
            svg.curve(points, color: color)
            svg.bar(x: left + size + 40, y: 20 + 22 * Double(index), width: 12, height: 12, color: color)
            svg.text(name, x: left + size + 58, y: 31 + 22 * Double(index))
        }
        return svg.text
    }
}

private func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
}

/// An SVG drawing, in pixels from the upper left corner.
private struct SVG {
    private let width: Double
    private let height: Double
    private var elements: [String] = []

    init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    mutating func bar(x: Double, y: Double, width: Double, height: Double, color: String) {
        elements.append(
            "<rect x=\"\(short(x))\" y=\"\(short(y))\" width=\"\(short(max(0, width)))\" height=\"\(short(height))\" "
                + "fill=\"\(color)\"/>")
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, width: Double) {
        elements.append(
            "<line x1=\"\(short(x1))\" y1=\"\(short(y1))\" x2=\"\(short(x2))\" y2=\"\(short(y2))\" stroke=\"\(color)\" "
                + "stroke-width=\"\(width)\"/>")
    }

    mutating func curve(_ points: [(Double, Double)], color: String) {
        let path = points.map { "\(short($0.0)),\(short($0.1))" }.joined(separator: " ")
        elements.append("<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\"/>")
        for (x, y) in points {
            elements.append("<circle cx=\"\(short(x))\" cy=\"\(short(y))\" r=\"3.5\" fill=\"\(color)\"/>")
        }
    }

    mutating func text(_ text: String, x: Double, y: Double, anchor: String = "start", style: String = "") {
        elements.append(
            "<text x=\"\(short(x))\" y=\"\(short(y))\" text-anchor=\"\(anchor)\" class=\"\(style)\">\(escaped(text))</text>"
        )
    }

    var text: String {
        "<svg width=\"\(short(width))\" height=\"\(short(height))\" xmlns=\"http://www.w3.org/2000/svg\">\n"
            + elements.joined(separator: "\n") + "\n</svg>"
    }

    private func short(_ value: Double) -> String { String(format: "%.1f", value) }
}

import Checks
import Display
import DurableFiles
import Foundation
import Kernels
import Messages
import Models
import Reports
import Runs
import Stepping

/// The results of `lockstep bench`.
struct BenchReport {
    let plan: BenchPlan
    let rounds: Int
    let seconds: Double
    private let results: [StepBenchmark: BenchResult]

    /// Measures every case once in each round.
    /// - Throws: `NotEnoughMemory`, `KernelError`.
    init(_ plan: BenchPlan, rounds: Int, seconds: Double) throws {
        let cases = plan.cases
        for step in cases { try step.requireMemory() }
        var measured: [[StepBenchmark.Round]] = cases.map { _ in [] }
        try showing("measuring") { advance in
            for round in 0..<rounds {
                for (index, step) in cases.enumerated() {
                    advance(Double(round * cases.count + index) / Double(rounds * cases.count))
                    measured[index].append(try step.round(seconds: seconds))
                }
            }
        }
        self.plan = plan
        self.rounds = rounds
        self.seconds = seconds
        results = Dictionary(uniqueKeysWithValues: zip(cases, measured.map(BenchResult.init)))
    }

    func result(_ step: StepBenchmark) -> BenchResult? { results[step] }

    /// A line such as "2 cores, oneDNN 2.6.3, avx512_core_bf16; peak of 2 workers: 492 GFLOP/s fp32, 985 GFLOP/s bf16"
    var machine: String {
        let peaks = Precision.allCases.compactMap { precision in
            let group = plan.groups.first { $0.precision == precision }
            let peak = group?.batches.first.flatMap { result($0)?.peak }
            return peak.map { String(format: "%.0f GFLOP/s ", $0.median / 1e9) + precision.rawValue }
        }
        let workers = plan.groups.first?.batches.first?.workerCount ?? 1
        let cores = ProcessLimits.cores
        return counted(cores, "core") + ", \(Arithmetic.description)"
            + (peaks.isEmpty ? "" : "; peak of \(counted(workers, "worker")): " + peaks.joined(separator: ", "))
    }

    var text: String {
        let head =
            "\(machine)\nmedians of \(counted(rounds, "round")) of \(seconds) s, ± half of what lies between the extremes; "
            + "of peak: measured just before"
        return ([head] + plan.groups.flatMap { [table($0), scaling($0)].compactMap(\.self) }).joined(separator: "\n\n")
    }

    private func table(_ group: BenchPlan.Group) -> String {
        let phases = StepProfile.Phase.allCases
        var table = TextTable(
            ["batch", "samples/s", "±", "GFLOP/s", "of peak"] + phases.map(\.name) + ["waiting", "memory"],
            alignsRight: Array(repeating: true, count: phases.count + 7))
        for step in group.batches {
            guard let result = result(step) else { continue }
            table.append(
                [
                    grouped(step.batchSize), grouped(Int(result.samplesPerSecond.median)),
                    spread(result.samplesPerSecond), String(format: "%.0f", result.operations.median / 1e9),
                    result.shareOfPeak.map { share($0.median) } ?? "-",
                ] + phases.map { share(result.shares[$0.rawValue]) }
                    + [share(result.waiting), "\(result.memory >> 20) MiB"])
        }
        return "\(group.name), \(counted(group.batches.first?.workerCount ?? 1, "worker"))\n" + table.text
    }

    /// The table of strong and weak scaling; nil for one worker.
    private func scaling(_ group: BenchPlan.Group) -> String? {
        guard group.strong.count > 1, let batch = group.strong.first?.batchSize else { return nil }
        var table = TextTable(
            [
                "workers", "batch \(grouped(batch))", "±", "times one", "\(grouped(batch)) a worker", "±", "times one",
            ], alignsRight: Array(repeating: true, count: 7))
        for (strong, weak) in zip(group.strong, group.weak) {
            table.append(
                ["\(strong.workerCount)"]
                    + [(strong, group.strong), (weak, group.weak)].flatMap { step, all in
                        guard let result = result(step) else { return ["-", "-", "-"] }
                        return [
                            grouped(Int(result.samplesPerSecond.median)), spread(result.samplesPerSecond),
                            speedUp(step, among: all).map { String(format: "%.2f", $0) } ?? "-",
                        ]
                    })
        }
        return "\(group.name), samples/s with more workers\n" + table.text
    }

    /// The speed-up over the first case of `all`: the median over the rounds.
    func speedUp(_ step: StepBenchmark, among all: [StepBenchmark]) -> Double? {
        guard let one = all.first.flatMap(result), let many = result(step) else { return nil }
        return Distribution(zip(many.samplesPerSecond.values, one.samplesPerSecond.values).map { $0 / $1 }).median
    }

    private func spread(_ measured: Distribution) -> String { measured.values.count > 1 ? share(measured.spread) : "-" }

    private func share(_ value: Double) -> String { String(format: "%.0f%%", 100 * value) }
}

extension BenchPlan.Group {
    /// "784-512-256-10, fp32"
    var name: String { "\(network.name), \(precision.rawValue)" }
}

/// The measurements of a case.
struct BenchResult {
    let samplesPerSecond: Distribution
    /// Floating-point operations per second.
    let operations: Distribution
    let peak: Distribution?
    let shareOfPeak: Distribution?
    /// The share of the workers' time in each phase.
    let shares: [Double]
    /// Peak resident memory in bytes.
    let memory: Int

    init(_ rounds: [StepBenchmark.Round]) {
        samplesPerSecond = Distribution(rounds.map(\.samplesPerSecond))
        operations = Distribution(rounds.map(\.operationsPerSecond))
        peak = Distribution(rounds.compactMap(\.peak)).ifAny
        shareOfPeak = Distribution(rounds.compactMap(\.shareOfPeak)).ifAny
        shares = StepProfile.Phase.allCases.map { phase in
            Distribution(rounds.map { $0.shares[phase.rawValue].share }).median
        }
        memory = Int(Distribution(rounds.map { Double($0.memory) }).median)
    }

    var waiting: Double { max(0, 1 - shares.reduce(0, +)) }
}

/// Repeated measurements of one quantity.
struct Distribution {
    let values: [Double]

    init(_ values: [Double]) {
        self.values = values
    }

    var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// Half the difference of the extremes, relative to the median.
    var spread: Double {
        ((values.max() ?? .nan) - (values.min() ?? .nan)) / 2 / median
    }

    var ifAny: Distribution? { values.isEmpty ? nil : self }
}

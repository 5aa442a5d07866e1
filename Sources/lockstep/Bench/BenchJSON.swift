import Checks
import DurableFiles
import Foundation
import Kernels
import Runs
import Stepping

extension BenchReport {
    var json: JSON {
        .object([
            ("lockstep", .string(lockstepVersion)), ("cores", .integer(ProcessLimits.cores)),
            ("arithmetic", .string(Arithmetic.description)), ("rounds", .integer(rounds)),
            ("seconds", .number(seconds)),
            (
                "cases",
                .array(plan.cases.compactMap { step in result(step).map { Self.json(step, $0) } })
            ),
        ])
    }

    private static func json(_ step: StepBenchmark, _ result: BenchResult) -> JSON {
        func numbers(_ distribution: Distribution?) -> JSON {
            distribution.map { .array($0.values.map { .number($0) }) } ?? .null
        }
        let shares = StepProfile.Phase.allCases.map { ($0.name, JSON.number(result.shares[$0.rawValue])) }
        return .object([
            ("network", step.network.widths.map { .array($0.map { .integer($0) }) } ?? .string(step.network.name)),
            ("precision", .string(step.precision.rawValue)),
            ("batchSize", .integer(step.batchSize)), ("workers", .integer(step.workerCount)),
            ("samplesPerSecond", numbers(result.samplesPerSecond)), ("operationsPerSecond", numbers(result.operations)),
            ("peakOperationsPerSecond", numbers(result.peak)),
            ("phases", .object(shares + [("waiting", .number(result.waiting))])),
            ("memoryBytes", .integer(result.memory)),
        ])
    }
}

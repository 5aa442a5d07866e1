import Kernels

/// The cases to measure.
package struct BenchPlan {
    /// One network with one precision.
    package struct Group {
        package let network: BenchmarkNetwork
        package let precision: Precision
        /// Every batch size, with all workers.
        package let batches: [StepBenchmark]
        /// Strong scaling: the middle batch size with 1, 2, 4, … workers.
        package let strong: [StepBenchmark]
        /// Weak scaling: that many samples for each worker.
        package let weak: [StepBenchmark]
    }

    package let groups: [Group]

    package init(
        networks: [(network: BenchmarkNetwork, batchSizes: [Int])], precisions: [Precision], workerCount: Int
    ) {
        let counts = Array(sequence(first: 1) { $0 * 2 }.prefix { $0 < workerCount }) + [workerCount]
        groups = networks.flatMap { network, batchSizes in
            let middle = batchSizes[batchSizes.count / 2]
            return precisions.map { precision in
                func step(_ batchSize: Int, _ workers: Int) -> StepBenchmark {
                    StepBenchmark(network: network, batchSize: batchSize, workerCount: workers, precision: precision)
                }
                return Group(
                    network: network, precision: precision, batches: batchSizes.map { step($0, workerCount) },
                    strong: counts.map { step(middle, $0) }, weak: counts.map { step(middle * $0, $0) })
            }
        }
    }

    /// All cases without duplicates.
    package var cases: [StepBenchmark] {
        var seen: Set<StepBenchmark> = []
        return groups.flatMap { $0.batches + $0.strong + $0.weak }.filter { seen.insert($0).inserted }
    }
}

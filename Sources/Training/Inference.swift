import Datasets
import Kernels
import Networks

/// Runs a network forward over whole splits, some rows at a time on each worker. Results are the same for any number
/// of workers.
public final class Inference {
    /// Rows a work item; constant, since the shape of a multiplication may choose the order of its sums.
    private static let rowsPerItem = 256

    private let network: Network
    private let pool: WorkerPool
    private let workers: [Worker]

    private let interruption: Interruption?

    public init(network: Network, workerCount: Int, interruption: Interruption? = nil) {
        self.interruption = interruption
        self.network = network
        pool = WorkerPool(workerCount: workerCount)
        workers = (0..<workerCount).map { _ in Worker(network: network) }
    }

    /// The summed loss and the correct ones of a split.
    public func evaluate(_ samples: Samples, parameters: FloatBuffer) throws -> LossSum {
        let plan = Self.plan(rows: samples.count)
        let losses = AlignedBuffer<Double>(count: plan.count)
        let correct = AlignedBuffer<Int>(count: plan.count)
        try forward(samples.features, parameters: parameters) { item, rows, pass, memory in
            let sum = pass.loss(
                samples.targets.view(of: rows), memory: memory, rows: 0..<rows.count, samples: samples.count)
            losses.view[item] = sum.loss
            correct.view[item] = sum.correct
        }
        var sum = LossSum()
        for item in 0..<plan.count {
            sum += LossSum(loss: losses.view[item], correct: correct.view[item])
        }
        return sum
    }

    /// What the network puts out for each row, [rows, outputs].
    public func outputs(of features: FeatureMatrix, parameters: FloatBuffer) throws -> FloatBuffer {
        let width = network.objective.outputs
        let outputs = FloatBuffer(count: features.rows * width)
        try forward(features, parameters: parameters) { _, rows, pass, memory in
            outputs.view.slice(rows.lowerBound * width, rows.count * width)
                .copy(from: pass.outputs(memory: memory, rows: 0..<rows.count))
        }
        return outputs
    }

    private func forward(
        _ features: FeatureMatrix, parameters: FloatBuffer,
        then use: @Sendable (_ item: Int, _ rows: Range<Int>, _ pass: ShardPass, _ memory: PassMemory) throws -> Void
    ) throws {
        let plan = Self.plan(rows: features.rows)
        let workers = workers
        try pool.perform(items: plan.count, interruption: interruption) { index, item in
            let rows = plan[item]
            let worker = workers[index]
            let input = worker.input(rows: rows.count)
            features.gather(rows, into: input)
            let pass = try worker.passes.pass(rows: rows.count)
            try pass.forward(input, parameters: parameters.view, memory: worker.memory, rows: 0..<rows.count)
            try use(item, rows, pass, worker.memory)
        }
    }

    private static func plan(rows: Int) -> ShardPlan {
        ShardPlan(rows: rows, shardCount: (rows + rowsPerItem - 1) / rowsPerItem)
    }

    /// Invariant: as of `PassCache`, one work item at a time uses it.
    private final class Worker: @unchecked Sendable {
        let passes: PassCache
        let memory: PassMemory
        private let width: Int
        private let features: FloatBuffer

        init(network: Network) {
            passes = PassCache(network: network, training: false)
            memory = PassMemory(network: network, capacity: rowsPerItem, training: false)
            width = network.inputs
            features = FloatBuffer(count: rowsPerItem * width)
        }

        func input(rows: Int) -> FloatView { features.view.slice(0, rows * width) }
    }
}

import Datasets
import Kernels
import Minibatches
import Networks

/// Runs the forward pass over whole splits, some rows for each work item. Results do not depend on the number of workers.
package final class Inference {
    /// Rows of a work item: a function of the network, because oneDNN may choose the order of sums by a multiplication's shape. There
    /// are fewer of large samples, since every worker has the values of its rows.
    private static func rowsPerItem(_ network: Network) -> Int {
        max(1, min(256, (1 << 23) / network.elementsPerSample))
    }

    private let network: Network
    private let pool: WorkerPool
    /// One for each worker.
    private let caches: [PassCache]
    private let packed: PackedParameters

    /// - Throws: `KernelError` when oneDNN cannot pack a layer's parameters.
    package init(
        network: Network, workerCount: Int, interruption: Interruption? = nil,
        executor: any WorkExecutor = ConcurrentExecutor()
    ) throws {
        self.network = network
        pool = WorkerPool(workerCount: workerCount, interruption: interruption, executor: executor)
        caches = (0..<workerCount).map { _ in PassCache(network: network) }
        packed = try PackedParameters(network: network, training: false)
    }

    /// The summed loss and the correct samples of a split.
    /// - Parameter outputs: [rows, outputs], written if it is given.
    /// - Throws: `Interrupted` when a stop is requested, `KernelError`.
    package func evaluate(
        _ samples: Samples, parameters: FloatBuffer, outputs: FloatBuffer? = nil
    ) throws -> LossSum {
        let plan = plan(rows: samples.count)
        let losses = AlignedBuffer<Double>(count: plan.count)
        let correct = AlignedBuffer<Int>(count: plan.count)
        try forward(samples.features, parameters: parameters) { item, rows, pass, context in
            let sum = pass.loss(
                context, samples.targets.view(of: rows),
                weights: samples.weights?.view.slice(rows.lowerBound, rows.count),
                totalWeight: samples.totalWeight)
            losses.view[item] = sum.loss
            correct.view[item] = sum.correct
            if let outputs { pass.copyResults(context, to: outputs, rows) }
        }
        var sum = LossSum()
        for item in 0..<plan.count {
            sum += LossSum(loss: losses.view[item], correct: correct.view[item])
        }
        return sum
    }

    /// The network's outputs, [rows, outputs].
    /// - Throws: `Interrupted` when a stop is requested, `KernelError`.
    package func outputs(of features: FeatureMatrix, parameters: FloatBuffer) throws -> FloatBuffer {
        let outputs = FloatBuffer(count: features.rows * network.objective.outputs)
        try forward(features, parameters: parameters) { _, rows, pass, context in
            pass.copyResults(context, to: outputs, rows)
        }
        return outputs
    }

    private func forward(
        _ features: FeatureMatrix, parameters: FloatBuffer,
        then use:
            @escaping @Sendable (
                _ item: Int, _ rows: Range<Int>, _ pass: ShardPass, _ context: ShardContext
            ) throws -> Void
    ) throws {
        let plan = plan(rows: features.rows)
        let (caches, packed, parts) = (caches, packed, network.parts)
        let packing = WorkList(parts.count, isStoppable: true) { _, item in
            packed.pack(parts[item], from: parameters.view)
        }
        let forward = WorkList(plan.count, isStoppable: true) { worker, item in
            let rows = plan[item]
            let lengths = features.sequences.map { sequences in
                AlignedBuffer<Int32>(rows.map { Int32(sequences.length(of: $0)) })
            }
            let steps = caches[worker].steps(longest: lengths.map { Int($0.view.pointer.max() ?? 0) })
            let pass = try caches[worker].pass(rows: rows.count, microbatchRows: nil, steps: steps)
            let context = ShardContext(
                values: caches[worker].values, parameters: parameters.view, packed: packed, operands: nil,
                rowsInMicrobatch: 0..<rows.count, lengths: lengths?.view)
            if let steps {
                features.gather(rows, steps: steps, into: pass.input(context))
            } else {
                features.gather(rows, into: pass.input(context))
            }
            try withExtendedLifetime(lengths) {
                try pass.forward(context)
                try use(item, rows, pass, context)
            }
        }
        try pool.perform(packing, forward)
    }

    private func plan(rows: Int) -> ShardPlan {
        let most = Self.rowsPerItem(network)
        return ShardPlan(rows: rows, shardCount: (rows + most - 1) / most)
    }
}

extension ShardPass {
    /// Copies the outputs to their rows of a split's outputs.
    fileprivate func copyResults(_ context: ShardContext, to outputs: FloatBuffer, _ rows: Range<Int>) {
        let results = results(context)
        let width = results.count / rows.count
        outputs.view.slice(rows.lowerBound * width, results.count).copy(from: results)
    }
}

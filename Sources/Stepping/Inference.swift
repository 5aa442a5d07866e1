import Datasets
import Kernels
import Minibatches
import Networks

/// Runs the forward pass over whole splits, some rows for each work item. Results do not depend on the number of workers.
package final class Inference {
    /// Rows of a work item, unless they are given: a function of the network, because oneDNN may choose the order of sums by a multiplication's shape. There
    /// are fewer of large samples, and of sequences that are longer than those of training, since every worker has the values of its rows.
    private static func rowsPerItem(_ network: Network, longest: Int?) -> Int {
        let growth = longest.map { max(1, ($0 + network.inputShape[0] - 1) / network.inputShape[0]) } ?? 1
        return max(1, min(256, (1 << 23) / network.elementsPerSample.multipliedSaturating(by: growth)))
    }

    private static let itemsBetweenAdvances = 32

    private let network: Network
    private let pool: WorkerPool
    /// One for each worker.
    private let caches: [PassCache]
    private let packed: PackedParameters
    private let rowsPerItem: Int?

    /// - Parameter rowsPerItem: with 1, the outputs of a row do not depend on how many others come with it, to the last bit.
    /// - Throws: `KernelError` when oneDNN cannot pack a layer's parameters.
    package init(
        network: Network, workerCount: Int, rowsPerItem: Int? = nil, interruption: Interruption? = nil,
        executor: any WorkExecutor = ConcurrentExecutor()
    ) throws {
        (self.network, self.rowsPerItem) = (network, rowsPerItem)
        pool = WorkerPool(workerCount: workerCount, interruption: interruption, executor: executor)
        caches = (0..<workerCount).map { _ in PassCache(network: network) }
        packed = try PackedParameters(network: network, training: false)
    }

    /// The summed loss and the correct targets of a split.
    /// - Parameters:
    ///   - outputs: of each target [rows, outputs], written if it is given.
    ///   - advance: called from time to time with the share of the samples that is done.
    /// - Throws: `Interrupted` when a stop is requested, `KernelError`.
    package func evaluate(
        _ samples: Samples, parameters: FloatBuffer, outputs: FloatBuffer? = nil, advance: (Double) -> Void = { _ in }
    ) throws -> LossSum {
        let plan = plan(samples.features)
        let losses = AlignedBuffer<Double>(count: plan.count)
        let correct = AlignedBuffer<Int>(count: plan.count)
        let places = OutputPlaces(network, samples.features)
        try forward(samples.features, parameters: parameters, advance) { item, rows, pass, context in
            let sum = pass.loss(
                context, samples.targets.view(of: places.of(rows)),
                weights: samples.weights?.view.slice(rows.lowerBound, rows.count),
                totalWeight: samples.totalWeight)
            losses.view[item] = sum.loss
            correct.view[item] = sum.correct
            if let outputs { places.copy(pass.results(context), of: rows, to: outputs) }
        }
        var sum = LossSum()
        for item in 0..<plan.count {
            sum += LossSum(loss: losses.view[item], correct: correct.view[item])
        }
        return sum
    }

    /// The network's outputs, [rows, outputs]; one after another those of each sample's valid steps, if they are one a step.
    /// - Parameter advance: called from time to time with the share of the rows that is done.
    /// - Throws: `Interrupted` when a stop is requested, `KernelError`.
    package func outputs(
        of features: FeatureMatrix, parameters: FloatBuffer, advance: (Double) -> Void = { _ in }
    ) throws -> FloatBuffer {
        let places = OutputPlaces(network, features)
        let outputs = FloatBuffer(count: places.of(0..<features.rows).count * network.objective.outputs)
        try forward(features, parameters: parameters, advance) { _, rows, pass, context in
            places.copy(pass.results(context), of: rows, to: outputs)
        }
        return outputs
    }

    private func forward(
        _ features: FeatureMatrix, parameters: FloatBuffer, _ advance: (Double) -> Void,
        then use:
            @escaping @Sendable (
                _ item: Int, _ rows: Range<Int>, _ pass: ShardPass, _ context: ShardContext
            ) throws -> Void
    ) throws {
        let plan = plan(features)
        let (caches, packed, parts) = (caches, packed, network.parts)
        let packing = WorkList(parts.count, isStoppable: true) { _, item in
            packed.pack(parts[item], from: parameters.view)
        }
        @Sendable func forward(_ worker: Int, _ item: Int) throws {
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
        // Lists are short enough to tell between them how far it is, and long enough that their barriers take no time.
        let count = Self.itemsBetweenAdvances * pool.workerCount
        var lists = [packing]
        for first in stride(from: 0, to: plan.count, by: count) {
            lists.append(
                WorkList(min(count, plan.count - first), isStoppable: true) { try forward($0, first + $1) })
            try pool.perform(lists)
            lists = []
            advance(Double(min(plan.count, first + count)) / Double(plan.count))
        }
    }

    private func plan(_ features: FeatureMatrix) -> ShardPlan {
        let (rows, most) = (
            features.rows, rowsPerItem ?? Self.rowsPerItem(network, longest: features.lengths?.max())
        )
        return ShardPlan(rows: rows, shardCount: (rows + most - 1) / most)
    }
}

/// Where the outputs of samples lie among those of a split, without padding.
private struct OutputPlaces: Sendable {
    private let width: Int
    /// Of the samples' steps; nil if outputs are one a sample.
    private let steps: SequenceOffsets?

    init(_ network: Network, _ features: FeatureMatrix) {
        (width, steps) = (network.objective.outputs, network.outputSteps == nil ? nil : features.steps)
    }

    /// The rows of outputs that some samples have.
    func of(_ samples: Range<Int>) -> Range<Int> {
        steps.map { $0.offsets[samples.lowerBound]..<$0.offsets[samples.upperBound] } ?? samples
    }

    /// Copies the results of a pass [samples, outputs] or [samples, steps, outputs].
    func copy(_ results: FloatView, of samples: Range<Int>, to outputs: FloatBuffer) {
        let rowWidth = results.count / samples.count
        for (row, sample) in samples.enumerated() {
            let own = of(sample..<sample + 1)
            outputs.view.slice(own.lowerBound * width, own.count * width)
                .copy(from: results.slice(row * rowWidth, own.count * width))
        }
    }
}

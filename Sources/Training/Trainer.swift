import Datasets
import Kernels
import Networks

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples,
/// the configuration and the seed; the number of workers has no part in it.
public final class Trainer {
    private let pool: WorkerPool
    private let workers: [PassCache]
    private let loader: BatchLoader
    private let reducer: GradientReducer
    private let optimizer: any Optimizer
    private let ranges: [UpdateRange]
    private let shardLosses: AlignedBuffer<Double>
    private let shardCorrect: AlignedBuffer<Int>
    private var hasGathered = false

    public let store: ParameterStore
    /// Where training is, and what the epoch has summed up so far.
    public private(set) var progress: TrainingProgress
    /// After rollbacks, less than was asked for.
    public let learningRate: Double
    private let sampleCount: Int
    private let interruption: Interruption?

    /// - Parameters:
    ///   - configuration: resolved, so that loss and shard count are known.
    ///   - parameters: in the network's layout; trained in place.
    ///   - slots: by name; slots that are not there start at zero.
    public init(
        network: Network, samples: Samples, configuration: Configuration, workerCount: Int, parameters: FloatBuffer,
        slots: [String: FloatBuffer] = [:], progress: TrainingProgress = TrainingProgress(),
        interruption: Interruption? = nil
    ) {
        let shardCount = configuration.shardCount(parameterCount: network.layout.parameterCount)
        pool = WorkerPool(workerCount: workerCount)
        workers = (0..<workerCount).map { _ in PassCache(network: network, training: true) }
        loader = BatchLoader(
            samples: samples,
            sampler: Sampler(sampleCount: samples.count, shuffle: configuration.shuffle, seed: configuration.seed),
            batchSize: configuration.batchSize, shardCount: shardCount, position: progress.position)
        let usedShards = min(shardCount, samples.count)
        reducer = GradientReducer(layout: network.layout, shardCount: usedShards)
        optimizer = configuration.makeOptimizer(rate: progress.rateFactor)
        ranges = UpdateRange.ranges(of: network.layout)
        shardLosses = AlignedBuffer(count: usedShards)
        shardCorrect = AlignedBuffer(count: usedShards)
        store = ParameterStore(
            layout: network.layout, parameters: parameters,
            slots: optimizer.slotNames.map { slots[$0] ?? FloatBuffer(count: network.layout.bufferCount) })
        self.progress = progress
        learningRate = configuration.learningRate * progress.rateFactor
        self.interruption = interruption
        sampleCount = samples.count
    }

    /// What the optimizer remembers, by name.
    public var namedSlots: [(name: String, values: FloatBuffer)] {
        Array(zip(optimizer.slotNames, store.slots))
    }

    /// One update of the parameters: the next minibatch's shards go forward and backward on the workers, their
    /// gradients are averaged, and the optimizer takes its step.
    /// - Returns: the minibatch's loss, a mean over its samples.
    /// - Throws: `Interrupted` when a stop is requested; the parameters are then as before the step, and the trainer is
    ///   not for another. `TrainingError.diverged` when the loss or a gradient is not finite.
    @discardableResult
    public func step() throws -> Double {
        if !hasGathered { try gatherFirst() }
        let minibatch = loader.advance()
        try computeGradients(of: minibatch)
        let sum = summedLoss(shards: minibatch.shards.count)
        guard sum.loss.isFinite else {
            throw TrainingError.diverged(
                step: progress.step + 1, layer: nil, learningRate: learningRate)
        }
        try updateParameters(slabCount: minibatch.shards.count, samples: minibatch.rows)
        progress.advance(by: minibatch.rows, of: sampleCount, sum)
        return sum.loss / Double(minibatch.rows)
    }

    private func gatherFirst() throws {
        let first = loader.upcoming
        try pool.perform(items: first.shards.count, interruption: interruption) { _, shard in first.gather(shard: shard)
        }
        hasGathered = true
    }

    /// Each shard's forward and backward pass into its own slab; the next minibatch is gathered by whoever is free.
    private func computeGradients(of minibatch: Minibatch) throws {
        let upcoming = loader.upcoming
        let (workers, reducer, parameters) = (workers, reducer, store.parameters.view)
        let (losses, correct) = (shardLosses.view, shardCorrect.view)
        let shards = minibatch.shards.count
        try pool.perform(items: shards + upcoming.shards.count, interruption: interruption) { worker, item in
            guard item < shards else { return upcoming.gather(shard: item - shards) }
            let features = minibatch.features(of: item)
            let pass = try workers[worker].pass(rows: minibatch.shards[item].count)
            try pass.forward(features, parameters: parameters)
            let sum = pass.loss(minibatch.targets(of: item))
            try pass.backward(features, parameters: parameters, slab: reducer.slab(item))
            losses[item] = sum.loss
            correct[item] = sum.correct
        }
    }

    private func updateParameters(slabCount: Int, samples: Int) throws {
        let (reducer, optimizer, store, ranges) = (reducer, optimizer, store, ranges)
        let (step, learningRate) = (progress.step + 1, learningRate)
        try pool.perform(items: ranges.count) { _, item in
            let gradient = reducer.reduce(ranges[item], slabCount: slabCount, samples: samples)
            guard firstNotFinite(in: gradient) == nil else {
                throw TrainingError.diverged(
                    step: step, layer: store.layout.layer(at: ranges[item].offset), learningRate: learningRate)
            }
            optimizer.update(
                ranges[item], parameters: store.parameters.view, gradient: gradient, slots: store.slots)
        }
    }

    /// The shards' sums, added in shard order.
    private func summedLoss(shards: Int) -> LossSum {
        var sum = LossSum()
        for shard in 0..<shards {
            sum += LossSum(loss: shardLosses.view[shard], correct: shardCorrect.view[shard])
        }
        return sum
    }
}

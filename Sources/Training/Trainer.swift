import Datasets
import Kernels
import Networks

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples,
/// the configuration and the seed; the number of workers has no part in it.
public final class Trainer {
    private let pool: WorkerPool
    private let workers: [PassCache]
    private let loader: BatchLoader
    private let memory: PassMemory
    private let gradients: FloatBuffer
    private let optimizer: any Optimizer
    private let parts: [ParameterPart]
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
    private let profile: StepProfile?

    /// - Parameters:
    ///   - configuration: resolved, so that loss and shard count are known.
    ///   - parameters: in the network's layout; trained in place.
    ///   - slots: by name; slots that are not there start at zero.
    ///   - profile: counts the time of each phase, for as many workers.
    public init(
        network: Network, samples: Samples, configuration: Configuration, workerCount: Int, parameters: FloatBuffer,
        slots: [String: FloatBuffer] = [:], progress: TrainingProgress = TrainingProgress(),
        interruption: Interruption? = nil, profile: StepProfile? = nil
    ) {
        let shardCount = configuration.shardCount(of: network)
        pool = WorkerPool(workerCount: workerCount)
        workers = (0..<workerCount).map { _ in PassCache(network: network, training: true) }
        loader = BatchLoader(
            samples: samples,
            sampler: Sampler(sampleCount: samples.count, shuffle: configuration.shuffle, seed: configuration.seed),
            batchSize: configuration.batchSize, shardCount: shardCount, position: progress.position)
        let usedShards = min(shardCount, samples.count)
        memory = PassMemory(
            network: network, capacity: min(configuration.batchSize, samples.count), training: true)
        gradients = FloatBuffer(count: network.layout.bufferCount)
        optimizer = configuration.makeOptimizer(rate: progress.rateFactor)
        parts = network.parts
        shardLosses = AlignedBuffer(count: usedShards)
        shardCorrect = AlignedBuffer(count: usedShards)
        store = ParameterStore(
            layout: network.layout, parameters: parameters,
            slots: optimizer.slotNames.map { slots[$0] ?? FloatBuffer(count: network.layout.bufferCount) })
        self.progress = progress
        learningRate = configuration.learningRate * progress.rateFactor
        self.interruption = interruption
        self.profile = profile
        sampleCount = samples.count
    }

    /// What the optimizer remembers, by name.
    public var namedSlots: [(name: String, values: FloatBuffer)] {
        Array(zip(optimizer.slotNames, store.slots))
    }

    /// One update of the parameters: the next minibatch's shards go forward and backward on the workers; then the mean
    /// gradient over all shards is computed a part of the parameters at a time, and the optimizer updates that part.
    /// - Returns: the minibatch's loss, a mean over its samples.
    /// - Throws: `Interrupted` when a stop is requested; the parameters are then as before the step, and the trainer is
    ///   not for another. `TrainingError.diverged` when the loss or a gradient is not finite.
    @discardableResult
    public func step() throws -> Double {
        if !hasGathered { try gatherFirst() }
        let minibatch = loader.advance()
        try passThrough(minibatch)
        let sum = summedLoss(shards: minibatch.shards.count)
        guard sum.loss.isFinite else {
            throw TrainingError.diverged(
                step: progress.step + 1, layer: nil, learningRate: learningRate)
        }
        try updateParameters(minibatch)
        progress.advance(by: minibatch.rows, of: sampleCount, sum)
        return sum.loss / Double(minibatch.rows)
    }

    private func gatherFirst() throws {
        let first = loader.upcoming
        try pool.perform(items: first.shards.count, interruption: interruption) { _, shard in first.gather(shard: shard)
        }
        hasGathered = true
    }

    /// Each shard's forward and backward pass; the next minibatch is gathered by whoever is free.
    private func passThrough(_ minibatch: Minibatch) throws {
        let upcoming = loader.upcoming
        let (workers, memory, parameters) = (workers, memory, store.parameters.view)
        let (losses, correct, profile) = (shardLosses.view, shardCorrect.view, profile)
        let shards = minibatch.shards.count
        try pool.perform(items: shards + upcoming.shards.count, interruption: interruption) { worker, item in
            guard item < shards else {
                return profile.measure(.gather, worker) { upcoming.gather(shard: item - shards) }
            }
            let (features, rows) = (minibatch.features(of: item), minibatch.shards[item])
            let pass = try workers[worker].pass(rows: rows.count)
            try profile.measure(.forward, worker) {
                try pass.forward(features, parameters: parameters, memory: memory, rows: rows)
            }
            let sum = try profile.measure(.backward, worker) {
                let sum = pass.loss(
                    minibatch.targets(of: item), memory: memory, rows: rows, samples: minibatch.rows)
                try pass.backward(features, parameters: parameters, memory: memory, rows: rows)
                return sum
            }
            losses[item] = sum.loss
            correct[item] = sum.correct
        }
    }

    /// Each part's gradients are one multiplication over all rows of the minibatch, so they have one order of summation
    /// whoever computes them, and need no copy a shard.
    private func updateParameters(_ minibatch: Minibatch) throws {
        let (workers, memory, parts, gradients) = (workers, memory, parts, gradients)
        let (optimizer, store, features) = (optimizer, store, minibatch.allFeatures)
        let (rows, step, learningRate, profile) = (minibatch.rows, progress.step + 1, learningRate, profile)
        try pool.perform(items: parts.count) { worker, item in
            let part = parts[item]
            try profile.measure(.reduce, worker) {
                try workers[worker].gradient(rows: rows)
                    .run(part, features: features, memory: memory, into: gradients.view)
            }
            try profile.measure(.update, worker) {
                for range in part.ranges {
                    let gradient = gradients.view.slice(range.offset, range.count)
                    guard firstNotFinite(in: gradient) == nil else {
                        throw TrainingError.diverged(
                            step: step, layer: store.layout.layer(at: range.offset), learningRate: learningRate)
                    }
                    optimizer.update(range, parameters: store.parameters.view, gradient: gradient, slots: store.slots)
                }
            }
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

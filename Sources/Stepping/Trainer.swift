import Datasets
import Kernels
import Networks
import Optimizers

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples, the
/// recipe and its seed, and not of the number of workers.
package final class Trainer {
    private let pool: WorkerPool
    /// One for each worker, as `shardMemories`.
    private let caches: [PassCache]
    private let shardMemories: [ShardMemory]
    private var loader: BatchLoader
    private let gradientOperands: GradientOperands
    private let packed: PackedParameters
    private let update: ParameterUpdate
    private let parts: [ParameterPart]
    /// For minibatches of several microbatches, and for updates that need norms over several parts.
    private let gradientBuffer: GradientBuffer?
    private let losses: ShardLosses
    private let stepsAtATime: Int
    private var isPacked = false

    package let store: ParameterStore
    /// The progress, with the epoch's loss so far.
    package private(set) var progress: TrainingProgress
    private let recipe: TrainingRecipe
    private let sampleCount: Int
    private let profile: StepProfile?

    /// - Parameters:
    ///   - parameters: in the network's layout; trained in place.
    ///   - slots: by name; missing ones start at zero.
    ///   - profile: counts the time of each phase; for at least as many workers.
    ///   - executor: runs the work items, in any order within a list; the bits do not depend on it.
    package init(
        network: Network, samples: Samples, recipe: TrainingRecipe, workerCount: Int,
        parameters: FloatBuffer, slots: [String: FloatBuffer] = [:], progress: TrainingProgress = TrainingProgress(),
        interruption: Interruption? = nil, profile: StepProfile? = nil,
        executor: any WorkExecutor = ConcurrentExecutor()
    ) {
        let plan = recipe.plan
        self.recipe = recipe
        pool = WorkerPool(workerCount: workerCount, interruption: interruption, executor: executor)
        loader = BatchLoader(
            samples: samples,
            sampler: Sampler(sampleCount: samples.count, shuffle: recipe.shuffle, seed: recipe.seed),
            plan: plan, position: progress.position)
        let rows = min(plan.batchSize, samples.count)
        let capacity = plan.capacity(sampleCount: samples.count)
        let shards = ShardPlan(rows: capacity, shardCount: plan.shardCount)
        caches = (0..<workerCount).map { _ in PassCache(network: network) }
        shardMemories = (0..<workerCount).map { _ in ShardMemory(for: samples, capacity: shards[0].count) }
        gradientOperands = GradientOperands(network: network, capacity: capacity)
        packed = PackedParameters(network: network, training: true)
        parts = network.parts
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        stepsAtATime = max(1, min(500_000_000 / operations, 256))
        losses = ShardLosses(
            steps: stepsAtATime, shards: plan.microbatches(rows: rows).count * plan.shardCount)
        store = ParameterStore(
            layout: network.layout, parameters: parameters,
            slots: recipe.update.optimizer.slotNames.map {
                slots[$0] ?? FloatBuffer(count: network.layout.bufferCount)
            },
            average: recipe.update.movingAverage.map { _ in
                slots[ParameterStore.averageName] ?? parameters.copy()
            })
        update = ParameterUpdate(parts: parts, recipe: recipe.update, store: store, packed: packed)
        gradientBuffer = rows > capacity || recipe.update.needsGradientBuffer ? GradientBuffer(parts: parts) : nil
        self.progress = progress
        self.profile = profile
        sampleCount = samples.count
    }

    /// The learning rate of the last step, or of step 1 before any, times the factor of rollbacks.
    package var learningRate: Double { learningRate(ofStep: max(1, progress.step)) }

    /// - Parameter step: from 1.
    private func learningRate(ofStep step: Int) -> Double {
        recipe.update.learningRate.rate(ofStep: step - 1) * progress.rateFactor
    }

    /// The optimizer's slots and the parameters' exponential moving average, by name.
    package var namedSlots: [(name: String, values: FloatBuffer)] {
        let average = store.average.map { (ParameterStore.averageName, $0) }
        return Array(zip(recipe.update.optimizer.slotNames, store.slots)) + [average].compactMap(\.self)
    }

    /// Makes one or more steps. In each, workers run the forward and backward pass of the next minibatch's shards.
    /// After a barrier they compute the mean gradient over all shards, a part of the parameters for each work item, and
    /// the optimizer updates that part. A large minibatch does so for one microbatch after another and accumulates
    /// their gradients.
    ///
    /// Small steps come in a batch of some milliseconds, within the epoch, that wakes the workers only once.
    /// - Parameter spared: workers left out.
    /// - Returns: the last minibatch's loss, the weighted mean over its samples; 0 if all their weights are 0.
    /// - Throws: `Interrupted` when a stop is requested, `DivergenceError.diverged` when the loss or a gradient is not
    ///   finite, `KernelError`. Progress and parameters are then those after the last whole step, except that a
    ///   gradient that is not finite leaves other parts updated. The trainer must not be used for another step.
    @discardableResult
    package func steps(atMost most: Int, sparing spared: Int = 0) throws -> Double {
        let minibatches = loader.next(min(most, stepsAtATime))
        let packing = isPacked ? [] : [packing()]
        let steps = minibatches.enumerated().map { stepInBatch, minibatch in lists(of: minibatch, stepInBatch) }
        let outcome = pool.outcome(of: packing + steps.joined(), sparing: spared)
        isPacked = true
        var loss = Double.nan
        var finishedLists = outcome.finishedLists - packing.count
        for (stepInBatch, minibatch) in minibatches.enumerated() {
            finishedLists -= steps[stepInBatch].count
            guard finishedLists >= 0 else { break }
            let sum = losses.sum(ofStep: stepInBatch, shards: minibatch.shardCount)
            progress.advance(by: minibatch.rows, of: sampleCount, sum)
            loss = minibatch.totalWeight > 0 ? sum.loss / minibatch.totalWeight : 0
        }
        if let error = outcome.error { throw error }
        return loss
    }

    /// Makes one step.
    @discardableResult
    package func step() throws -> Double { try steps(atMost: 1) }

    /// Packs the parameters that training begins with.
    private func packing() -> WorkList {
        let (parts, packed, parameters) = (parts, packed, store.parameters.view)
        return WorkList(parts.count, isStoppable: true) { _, item in packed.pack(parts[item], from: parameters) }
    }

    /// The work lists of one step.
    /// - Parameter stepInBatch: its index among the steps that wake the workers together.
    private func lists(of minibatch: Minibatch, _ stepInBatch: Int) -> [WorkList] {
        let last = minibatch.microbatches.count - 1
        return minibatch.microbatches.enumerated().flatMap { index, microbatch in
            let passes = passes(of: microbatch, totalWeight: minibatch.totalWeight, stepInBatch)
            return index < last
                ? [passes, gradients(of: microbatch, accumulates: index > 0)]
                : [passes, lossCheck(of: minibatch, stepInBatch)]
                    + updates(after: microbatch, accumulates: index > 0, stepInBatch)
        }
    }

    /// The forward and backward pass, an item for each shard.
    /// - Parameter totalWeight: of the whole minibatch.
    private func passes(of microbatch: Microbatch, totalWeight: Double, _ stepInBatch: Int) -> WorkList {
        let (caches, shardMemories) = (caches, shardMemories)
        let (operands, packed, parameters) = (gradientOperands, packed, store.parameters.view)
        let (losses, profile) = (losses, profile)
        let (seed, step) = (recipe.seed, progress.step + stepInBatch + 1)
        return WorkList(microbatch.shards.count, isStoppable: true) { worker, item in
            let rows = microbatch.shards[item]
            let pass = try caches[worker].pass(rows: rows.count, microbatchRows: microbatch.rows)
            let features =
                pass.inputDestination(rows, in: operands) ?? shardMemories[worker].features(rows: rows.count)
            let targets = shardMemories[worker].targets(rows: rows.count)
            let weights = shardMemories[worker].weights(rows: rows.count)
            profile.measure(.gather, worker) {
                microbatch.gather(shard: item, features: features, targets: targets, weights: weights)
            }
            try profile.measure(.forward, worker) {
                try pass.forward(
                    features, parameters: parameters, packed: packed, operands: operands, rowsInMicrobatch: rows,
                    randomness: PassRandomness(
                        seed: seed, step: step, firstRow: microbatch.firstRow + rows.lowerBound))
            }
            let sum = try profile.measure(.backward, worker) {
                let sum = pass.loss(targets, weights: weights, totalWeight: totalWeight)
                try pass.backward(packed: packed, operands: operands, rowsInMicrobatch: rows)
                return sum
            }
            losses.set(sum, ofStep: stepInBatch, shard: microbatch.firstShard + item)
        }
    }

    /// Ends the step before any parameter changes if the loss is not finite.
    private func lossCheck(of minibatch: Minibatch, _ stepInBatch: Int) -> WorkList {
        let (losses, shards) = (losses, minibatch.shardCount)
        let step = progress.step + stepInBatch + 1
        let learningRate = learningRate(ofStep: step)
        return WorkList(1) { _, _ in
            guard losses.sum(ofStep: stepInBatch, shards: shards).loss.isFinite else {
                throw DivergenceError.diverged(step: step, layer: nil, learningRate: learningRate)
            }
        }
    }

    /// The accumulation of a microbatch's gradients, an item for each part. Each is one multiplication over all rows of
    /// the microbatch: so its order of summation is fixed, without a copy of the gradients for each shard.
    private func gradients(of microbatch: Microbatch, accumulates: Bool) -> WorkList {
        let (caches, operands, buffer) = (caches, gradientOperands, gradientBuffer)
        let (parts, profile) = (parts, profile)
        return WorkList(parts.count, isStoppable: true) { worker, item in
            _ = try profile.measure(.reduce, worker) {
                try caches[worker].gradient(rows: microbatch.rows).run(
                    parts[item], operands: operands, into: buffer, accumulates: accumulates)
            }
        }
    }

    /// The gradients of the minibatch's last microbatch, and the update of the parameters.
    private func updates(after microbatch: Microbatch, accumulates: Bool, _ stepInBatch: Int) -> [WorkList] {
        let (caches, operands) = (caches, gradientOperands)
        let buffer = accumulates || recipe.update.needsGradientBuffer ? gradientBuffer : nil
        let step = progress.step + stepInBatch + 1
        let updateStep = UpdateStep(number: step, learningRate: learningRate(ofStep: step))
        return update.lists(updateStep, profile: profile, buffer: buffer) { worker, part in
            try caches[worker].gradient(rows: microbatch.rows).run(
                part, operands: operands, into: buffer, accumulates: accumulates)
        }
    }
}

/// The losses of the shards of a batch of steps.
private struct ShardLosses: Sendable {
    private let shards: Int
    private let losses: AlignedBuffer<Double>
    private let correct: AlignedBuffer<Int>

    init(steps: Int, shards: Int) {
        self.shards = shards
        losses = AlignedBuffer(count: steps * shards)
        correct = AlignedBuffer(count: steps * shards)
    }

    func set(_ sum: LossSum, ofStep step: Int, shard: Int) {
        losses.view[step * shards + shard] = sum.loss
        correct.view[step * shards + shard] = sum.correct
    }

    /// The reduction of a step's losses, in shard order.
    func sum(ofStep step: Int, shards count: Int) -> LossSum {
        (step * shards..<step * shards + count).reduce(into: LossSum()) {
            $0 += LossSum(loss: losses.view[$1], correct: correct.view[$1])
        }
    }
}

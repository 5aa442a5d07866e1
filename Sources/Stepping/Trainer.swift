import Datasets
import Kernels
import Networks
import Optimizers

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples,
/// the recipe and its seed; the number of workers has no part in it.
package final class Trainer {
    private let pool: WorkerPool
    /// One of each a worker.
    private let caches: [PassCache]
    private let shardMemories: [ShardMemory]
    private var loader: BatchLoader
    private let gradientOperands: GradientOperands
    private let packed: PackedParameters
    private let update: ParameterUpdate
    private let parts: [ParameterPart]
    /// Where a minibatch has several microbatches, or gradients are looked at again.
    private let gradientBuffer: GradientBuffer?
    private let losses: ShardLosses
    private let stepsAtATime: Int
    private var isPacked = false

    package let store: ParameterStore
    /// Where training is, and what the epoch has summed up so far.
    package private(set) var progress: TrainingProgress
    private let recipe: TrainingRecipe
    private let sampleCount: Int
    private let profile: StepProfile?

    /// - Parameters:
    ///   - parameters: in the network's layout; trained in place.
    ///   - slots: by name; slots that are not there start at zero.
    ///   - profile: counts the time of each phase, for as many workers.
    ///   - executor: who runs the work items, and in which order; the bits do not depend on it.
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

    /// Of the last step, or the first one; after rollbacks, less than was asked for.
    package var learningRate: Double { learningRate(ofStep: max(1, progress.step)) }

    /// - Parameter step: from 1.
    private func learningRate(ofStep step: Int) -> Double {
        recipe.update.learningRate.rate(ofStep: step - 1) * progress.rateFactor
    }

    /// What the optimizer remembers, and the parameters' average, by name.
    package var namedSlots: [(name: String, values: FloatBuffer)] {
        let average = store.average.map { (ParameterStore.averageName, $0) }
        return Array(zip(recipe.update.optimizer.slotNames, store.slots)) + [average].compactMap(\.self)
    }

    /// One update of the parameters: the next minibatch's shards go forward and backward on the workers; then the mean
    /// gradient over all shards is computed a part of the parameters at a time, and the optimizer updates that part. Large
    /// minibatches do so a microbatch at a time, whose gradients are added up.
    ///
    /// Several such steps, so that small ones need not wake the workers each: those of some milliseconds, up to the end of
    /// the epoch.
    /// - Parameter spared: workers left out.
    /// - Returns: the last minibatch's loss, a mean over its samples.
    /// - Throws: `Interrupted` when a stop is requested, `DivergenceError.diverged` when the loss or a gradient is not finite,
    ///   `KernelError`. Progress is then that after the last whole step, and so are the parameters, unless a gradient was not
    ///   finite; the trainer is not for another step.
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
            loss = sum.loss / Double(minibatch.rows)
        }
        if let error = outcome.error { throw error }
        return loss
    }

    /// One step.
    @discardableResult
    package func step() throws -> Double { try steps(atMost: 1) }

    /// The parameters as they are when training begins.
    private func packing() -> WorkList {
        let (parts, packed, parameters) = (parts, packed, store.parameters.view)
        return WorkList(parts.count, isStoppable: true) { _, item in packed.pack(parts[item], from: parameters) }
    }

    /// One step's work.
    private func lists(of minibatch: Minibatch, _ stepInBatch: Int) -> [WorkList] {
        let last = minibatch.microbatches.count - 1
        return minibatch.microbatches.enumerated().flatMap { index, microbatch in
            let passes = passes(of: microbatch, samples: minibatch.rows, stepInBatch)
            return index < last
                ? [passes, gradients(of: microbatch, accumulates: index > 0)]
                : [passes, lossCheck(of: minibatch, stepInBatch)]
                    + updates(after: microbatch, accumulates: index > 0, stepInBatch)
        }
    }

    /// Each shard's forward and backward pass.
    /// - Parameter samples: of the minibatch.
    private func passes(of microbatch: Microbatch, samples: Int, _ stepInBatch: Int) -> WorkList {
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
            profile.measure(.gather, worker) { microbatch.gather(shard: item, features: features, targets: targets) }
            try profile.measure(.forward, worker) {
                try pass.forward(
                    features, parameters: parameters, packed: packed, operands: operands, rowsInMicrobatch: rows,
                    randomness: PassRandomness(
                        seed: seed, step: step, firstRow: microbatch.firstRow + rows.lowerBound))
            }
            let sum = try profile.measure(.backward, worker) {
                let sum = pass.loss(targets, samples: samples)
                try pass.backward(packed: packed, operands: operands, rowsInMicrobatch: rows)
                return sum
            }
            losses.set(sum, ofStep: stepInBatch, shard: microbatch.firstShard + item)
        }
    }

    /// A loss that is no number ends the step before any parameter changes.
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

    /// Each part's gradients are one multiplication over all rows of the microbatch, so they have one order of summation
    /// whoever computes them, and need no copy a shard.
    private func gradients(of microbatch: Microbatch, accumulates: Bool) -> WorkList {
        let (caches, operands, parts, profile) = (caches, gradientOperands, parts, profile)
        let buffer = gradientBuffer
        return WorkList(parts.count, isStoppable: true) { worker, item in
            _ = try profile.measure(.reduce, worker) {
                try caches[worker].gradient(rows: microbatch.rows).run(
                    parts[item], operands: operands, into: buffer, accumulates: accumulates)
            }
        }
    }

    /// The minibatch's last gradients, and the parameters after them.
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

/// The losses of each shard of some steps.
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

    /// Added in shard order.
    func sum(ofStep step: Int, shards count: Int) -> LossSum {
        (step * shards..<step * shards + count).reduce(into: LossSum()) {
            $0 += LossSum(loss: losses.view[$1], correct: correct.view[$1])
        }
    }
}

import Datasets
import Kernels
import Minibatches
import Networks
import Optimizers

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples, the
/// recipe and its seed, and not of the number of workers.
package final class Trainer {
    private let pool: WorkerPool
    /// One for each worker.
    private let caches: [PassCache]
    private var loader: BatchLoader
    private let shards: ShardWork
    private let sums: GradientSums
    private let packed: PackedParameters
    private let update: ParameterUpdate
    private let losses: StepLosses
    private let stepsAtATime: Int
    private var isPacked = false
    private let network: Network
    /// By the number of a minibatch's groups.
    private var programs: [Int: StepProgram] = [:]

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
        self.network = network
        caches = (0..<workerCount).map { _ in PassCache(network: network) }
        packed = PackedParameters(network: network, training: true)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        stepsAtATime = max(1, min(500_000_000 / operations, 256))
        losses = StepLosses(
            steps: stepsAtATime, shards: plan.groups(rows: rows).joined().count * plan.shardCount)
        store = ParameterStore(
            layout: network.layout, parameters: parameters,
            slots: recipe.update.optimizer.slotNames.map {
                slots[$0] ?? FloatBuffer(count: network.layout.bufferCount)
            },
            average: recipe.update.movingAverage.map { _ in
                slots[ParameterStore.averageName] ?? parameters.copy()
            })
        shards = ShardWork(
            network: network, samples: samples, plan: plan, store: store, packed: packed, caches: caches,
            losses: losses, profile: profile)
        let parts = network.parts.filter(\.isTrainable)
        sums = GradientSums(parts: parts, plan: plan, rows: rows, needsBuffer: recipe.update.needsGradientBuffer)
        update = ParameterUpdate(parts: parts, recipe: recipe.update, store: store, packed: packed)
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
    /// the optimizer updates that part. A large minibatch does so for one group of microbatches after another, and adds
    /// their gradients in the tree of its leaves.
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
            let sum = losses.sum(ofStep: stepInBatch, minibatch)
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
        let (parts, packed, parameters) = (network.parts, packed, store.parameters.view)
        return WorkList(parts.count, isStoppable: true) { _, item in packed.pack(parts[item], from: parameters) }
    }

    /// The work lists of one step.
    /// - Parameter stepInBatch: its index among the steps that wake the workers together.
    private func lists(of minibatch: Minibatch, _ stepInBatch: Int) -> [WorkList] {
        let count = minibatch.groups.count
        let program = programs[count] ?? StepProgram(groupCount: count, meetingCount: network.meetingCount)
        programs[count] = program
        let (seed, step) = (recipe.seed, progress.step + stepInBatch + 1)
        return program.stages.flatMap { stage in
            switch stage {
            case .passes(let group, let segment):
                [
                    shards.passes(
                        of: minibatch.groups[group], in: minibatch, segment: segment,
                        randomness: { PassRandomness(seed: seed, step: step, firstRow: $0) }, stepInBatch)
                ]
            case .meeting(let meeting, let group): [shards.meeting(meeting, of: minibatch.groups[group])]
            case .gradients(let group): [gradients(of: group, in: minibatch)]
            case .lossCheck: [lossCheck(of: minibatch, stepInBatch)]
            case .update: updates(after: minibatch, stepInBatch)
            }
        }
    }

    /// Ends the step before any parameter changes if the loss is not finite.
    private func lossCheck(of minibatch: Minibatch, _ stepInBatch: Int) -> WorkList {
        let losses = losses
        let step = progress.step + stepInBatch + 1
        let learningRate = learningRate(ofStep: step)
        return WorkList(1) { _, _ in
            guard losses.sum(ofStep: stepInBatch, minibatch).loss.isFinite else {
                throw DivergenceError.diverged(step: step, layer: nil, learningRate: learningRate)
            }
        }
    }

    /// Adds a group's gradients to those of the groups before, an item for each part. Over a microbatch each is one
    /// multiplication over all rows: so its order of summation is fixed, without a copy of the gradients for each shard.
    private func gradients(of group: Int, in minibatch: Minibatch) -> WorkList {
        let (caches, sums, operands, profile) = (caches, sums, shards.operands, profile)
        return WorkList(sums.parts.count, isStoppable: true) { worker, item in
            try profile.measure(.reduce, worker) {
                _ = try sums.add(
                    minibatch.groups[group], of: minibatch, to: sums.parts[item], operands: operands, isKept: false,
                    worker: caches[worker].gradients)
            }
        }
    }

    /// The gradients of the minibatch's last group, and the update of the parameters.
    private func updates(after minibatch: Minibatch, _ stepInBatch: Int) -> [WorkList] {
        let (caches, sums, operands) = (caches, sums, shards.operands)
        let isKept = recipe.update.needsGradientBuffer
        let step = progress.step + stepInBatch + 1
        let updateStep = UpdateStep(number: step, learningRate: learningRate(ofStep: step))
        return update.lists(updateStep, profile: profile, kept: sums.kept) { worker, part in
            try sums.add(
                minibatch.groups[minibatch.groups.count - 1], of: minibatch, to: part, operands: operands,
                isKept: isKept, worker: caches[worker].gradients)
        }
    }
}

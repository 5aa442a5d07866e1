import Datasets
import Kernels
import Layers
import Minibatches
import Networks
import Optimizers

/// Trains a network on samples, a minibatch at a time. The parameters after a step are a function of the samples, the
/// recipe and its seed, and not of the number of workers, nor of the ranks that share the work.
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
    /// By the rows of a minibatch.
    private var programs: [Int: StepProgram] = [:]
    private let communicator: any Communicator
    /// By the number of leaves, from 1.
    private let trees: [RankTrees]
    private let exchange: GradientExchange

    package let store: ParameterStore
    /// The progress, with the epoch's loss so far.
    package private(set) var progress: TrainingProgress
    private let recipe: TrainingRecipe
    private let sampleCount: Int
    private let profile: StepProfile?
    /// The last step of an epoch, whose gradient is measured.
    private var measuredStep: Int?

    /// - Parameters:
    ///   - parameters: in the network's layout; trained in place.
    ///   - slots: by name; missing ones start at zero.
    ///   - profile: counts the time of each phase; for at least as many workers.
    ///   - executor: runs the work items, in any order within a list; the bits do not depend on it.
    ///   - communicator: to other ranks, which make the same steps; there are at most as many as leaves.
    /// - Throws: `KernelError` when oneDNN cannot pack a layer's parameters.
    package init(
        network: Network, samples: Samples, recipe: TrainingRecipe, workerCount: Int,
        parameters: FloatBuffer, slots: [String: FloatBuffer] = [:], progress: TrainingProgress = TrainingProgress(),
        interruption: Interruption? = nil, profile: StepProfile? = nil,
        executor: any WorkExecutor = ConcurrentExecutor(), communicator: any Communicator = Alone()
    ) throws {
        let plan = recipe.plan
        self.recipe = recipe
        pool = WorkerPool(workerCount: workerCount, interruption: interruption, executor: executor)
        loader = BatchLoader(
            samples: samples,
            sampler: Sampler(sampleCount: samples.count, shuffle: recipe.shuffle, seed: recipe.seed),
            plan: plan, position: progress.position, imageChanges: recipe.imageChanges,
            firstStep: progress.step + 1)
        let rows = min(plan.batchSize, samples.count)
        self.network = network
        caches = (0..<workerCount).map { _ in PassCache(network: network) }
        packed = try PackedParameters(network: network, training: true)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        let isAlone = communicator.rankCount == 1
        stepsAtATime = isAlone ? max(1, min(500_000_000 / operations, 256)) : 1
        losses = StepLosses(
            steps: stepsAtATime, shards: plan.groups(rows: rows).joined().count * plan.shardCount,
            leaves: plan.leaves(rows: rows))
        store = ParameterStore(
            layout: network.layout, parameters: parameters,
            slots: recipe.update.optimizer.slotNames.map {
                slots[$0] ?? FloatBuffer(count: network.layout.bufferCount)
            },
            average: recipe.update.movingAverage.map { _ in
                slots[ParameterStore.averageName] ?? parameters.copy()
            })
        shards = try ShardWork(
            network: network, samples: samples, plan: plan, store: store, packed: packed, caches: caches,
            losses: losses, profile: profile)
        let parts = network.parts.filter(\.isTrainable)
        let shares = RankShares(rankCount: communicator.rankCount, leafCount: plan.leafCount, parts: parts)
        trees = (1...plan.leaves(rows: rows)).map {
            RankTrees(leafCount: $0, shares: shares, rank: communicator.rank)
        }
        sums = GradientSums(
            parts: parts, trees: trees.map(\.tree),
            localLevels: isAlone ? plan.groupSize.trailingZeroBitCount : 0, isAlone: isAlone,
            isLeafCut: min(plan.leafRows, rows) > plan.microbatchSize,
            needsBuffer: recipe.update.needsGradientBuffer)
        update = ParameterUpdate(
            parts: parts, recipe: recipe.update, store: store, packed: packed, shares: shares,
            communicator: communicator)
        exchange = GradientExchange(
            communicator: communicator, shares: shares, sums: sums,
            receivedCount: trees.map { $0.receivedCount(rank: communicator.rank) }.max() ?? 0)
        self.communicator = communicator
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
    ///   gradient that is not finite leaves other parts, and running statistics, updated. The trainer must not be used for another step.
    @discardableResult
    package func steps(atMost most: Int, sparing spared: Int = 0) throws -> Double {
        let minibatches = loader.next(min(most, stepsAtATime))
        let samples = minibatches.reduce(progress.position.offset) { $0 + $1.rows }
        measuredStep = samples == sampleCount ? progress.step + minibatches.count : nil
        let packing: [StepAction] = isPacked ? [] : [.work(self.packing(of: network.parts, isStoppable: true))]
        let steps = minibatches.enumerated().map { stepInBatch, minibatch in actions(of: minibatch, stepInBatch) }
        let outcome = run(packing + steps.joined(), sparing: spared)
        isPacked = true
        var loss = Double.nan
        var finished = outcome.finished - packing.count
        for (stepInBatch, minibatch) in minibatches.enumerated() {
            finished -= steps[stepInBatch].count
            guard finished >= 0 else { break }
            let sum = losses.sum(ofStep: stepInBatch, leafCount: minibatch.leafCount)
            progress.advance(by: minibatch.rows, of: sampleCount, sum)
            loss = minibatch.totalWeight > 0 ? sum.loss / minibatch.totalWeight : 0
        }
        if let error = outcome.error { throw error }
        return loss
    }

    /// Runs the actions of one or more steps.
    private func run(_ actions: [StepAction], sparing spared: Int) -> (finished: Int, error: (any Error)?) {
        let agreement = Agreement(communicator: communicator, layout: network.layout)
        let step = progress.step + 1
        return pool.outcome(of: actions, sparing: spared) { failure in
            try agreement.requireAllWell(failure) {
                .diverged(step: step, layer: $0, learningRate: learningRate(ofStep: step))
            }
        }
    }

    /// Makes one step.
    @discardableResult
    package func step() throws -> Double { try steps(atMost: 1) }

    private func packing(of parts: [ParameterPart], isStoppable: Bool) -> WorkList {
        let (packed, parameters) = (packed, store.parameters.view)
        return WorkList(parts.count, isStoppable: isStoppable) { _, item in
            packed.pack(parts[item], from: parameters)
        }
    }

    /// What a step does: alone, without the exchanges.
    /// - Parameter stepInBatch: its index among the steps that wake the workers together.
    private func actions(of minibatch: Minibatch, _ stepInBatch: Int) -> [StepAction] {
        let actions = rankActions(of: minibatch, stepInBatch)
        return communicator.rankCount == 1 ? actions.filter { !$0.isExchange } : actions
    }

    private func rankActions(of minibatch: Minibatch, _ stepInBatch: Int) -> [StepAction] {
        let program = program(for: minibatch)
        let groups = minibatch.groups.map { $0.filter { program.trees.leaves.contains($0.place.leaf) } }
        let (seed, step) = (recipe.seed, progress.step + stepInBatch + 1)
        let steps = caches[0].steps(longest: minibatch.longest)
        return program.stages.flatMap { stage -> [StepAction] in
            switch stage {
            case .passes(let group, let segment):
                [
                    .work(
                        shards.passes(
                            of: groups[group], in: minibatch, segment: segment, steps: steps,
                            randomness: { PassRandomness(seed: seed, step: step, firstRow: $0) }, stepInBatch))
                ]
            case .meeting(let meeting, let group):
                shards.meeting(
                    meeting, of: groups[group], isFirstGroup: group == 0, leaves: program.groups[group],
                    leavesOfRanks: program.trees.leavesOfRanks,
                    communicator)
            case .statistics: [statistics(stepInBatch)]
            case .gradients(let group): [.work(gradients(of: groups[group], program, steps))]
            case .lossCheck: lossCheck(of: groups, program, stepInBatch)
            case .updateAlone(let group): updateAlone(with: groups[group], program, stepInBatch, steps)
            case .updateOwnParts: updateOwnParts(program, stepInBatch)
            }
        }
    }

    private func program(for minibatch: Minibatch) -> StepProgram {
        if let known = programs[minibatch.rows] { return known }
        let groups = minibatch.groups.map { $0[0].place.leaf..<$0[$0.count - 1].place.leaf + 1 }
        let program = StepProgram(
            groups: groups, leafCount: minibatch.leafCount, meetingCount: network.meetingCount,
            hasStatistics: !network.layout.statistics.isEmpty, trees: trees[minibatch.leafCount - 1])
        programs[minibatch.rows] = program
        return program
    }

    /// Every rank has all sums, and updates all statistics.
    private func statistics(_ stepInBatch: Int) -> StepAction {
        let (shards, update, step) = (shards, update, updateStep(stepInBatch))
        return .work(
            WorkList(1) { _, _ in
                shards.updateStatistics()
                update.averageStatistics(step)
            })
    }

    /// Ends the step before any parameter changes if the loss is not finite.
    private func lossCheck(
        of groups: [[Microbatch]], _ program: StepProgram, _ stepInBatch: Int
    ) -> [StepAction] {
        let (losses, communicator) = (losses, communicator)
        let step = progress.step + stepInBatch + 1
        let learningRate = learningRate(ofStep: step)
        return [
            .work(WorkList(1) { _, _ in losses.addShards(ofStep: stepInBatch, Array(groups.joined())) }),
            .exchange {
                try losses.gather(ofStep: stepInBatch, leavesOfRanks: program.trees.leavesOfRanks, communicator)
            },
            .work(
                WorkList(1) { _, _ in
                    guard losses.sum(ofStep: stepInBatch, leafCount: program.leafCount).loss.isFinite else {
                        throw DivergenceError.diverged(step: step, layer: nil, learningRate: learningRate)
                    }
                }),
        ]
    }

    /// Adds a group's gradients to those of the groups before, an item for each part. Over a microbatch each is one
    /// multiplication over all rows: so its order of summation is fixed, without a copy of the gradients for each shard.
    private func gradients(of group: [Microbatch], _ program: StepProgram, _ steps: Int?) -> WorkList {
        let (caches, sums, operands, profile) = (caches, sums, shards.operands, profile)
        return WorkList(group.isEmpty ? 0 : sums.parts.count, isStoppable: true) { worker, item in
            try profile.measure(.reduce, worker) {
                try sums.add(
                    group, to: sums.parts[item], operands: operands, steps: steps, tree: program.trees.tree,
                    firstLeaf: program.trees.leaves.lowerBound, result: nil, worker: caches[worker].gradients)
            }
        }
    }

    /// The update of all parameters. The gradients of the last group are computed in the same items.
    private func updateAlone(
        with group: [Microbatch], _ program: StepProgram, _ stepInBatch: Int, _ steps: Int?
    ) -> [StepAction] {
        let (caches, sums, operands) = (caches, sums, shards.operands)
        let isCut = group.first.map { !$0.place.beginsLeaf || !$0.place.endsLeaf } ?? false
        let isKept = isCut || recipe.update.needsGradientBuffer
        return updates(stepInBatch) { worker, part in
            let gradients = caches[worker].gradients
            let result = isKept ? sums.kept(part) : gradients.memory(0, of: part)
            try sums.add(
                group, to: part, operands: operands, steps: steps, tree: program.trees.tree, firstLeaf: 0,
                result: result,
                worker: gradients)
            return result
        }
    }

    /// The update of the parts that this rank owns, with the sums of all ranks. Then all get the new parameters.
    private func updateOwnParts(_ program: StepProgram, _ stepInBatch: Int) -> [StepAction] {
        let (caches, sums, exchange, parameters) = (caches, sums, exchange, store.parameters)
        let isKept = recipe.update.needsGradientBuffer
        let updates = updates(stepInBatch) { worker, part in
            let result = isKept ? sums.kept(part) : caches[worker].gradients.memory(0, of: part)
            exchange.add(part, program.trees, into: result)
            return result
        }
        let others = sums.parts.indices.filter { !exchange.own.contains($0) }.map { sums.parts[$0] }
        // Once all have the parameters, the step is made: a stop comes after it.
        return [.exchange { try exchange.gather(program.trees) }] + updates
            + [.exchange { try exchange.gather(parameters.view) }, .work(packing(of: others, isStoppable: false))]
    }

    /// - Parameter gradient: computes a part's mean gradient.
    private func updates(
        _ stepInBatch: Int, gradient: @escaping @Sendable (_ worker: Int, _ part: ParameterPart) throws -> FloatView
    ) -> [StepAction] {
        update.actions(updateStep(stepInBatch), profile: profile, kept: sums.kept, gradient: gradient)
    }

    private func updateStep(_ stepInBatch: Int) -> UpdateStep {
        let step = progress.step + stepInBatch + 1
        var update = UpdateStep(number: step, learningRate: learningRate(ofStep: step))
        update.measuresGradient = step == measuredStep
        return update
    }

    /// The norm of each layer's gradient in the last step, before it is clipped and without weight decay, if that step has ended an
    /// epoch: nil after any other step, and of a trainer that has not made it.
    package var gradientNorms: [LayerNorm]? { progress.step == measuredStep ? update.gradientNorms : nil }

    /// Gets the optimizer's slots and the moving average of the other ranks' parts, which only their owners have.
    package func gatherSlots() throws {
        for slot in store.slots + [store.average].compactMap(\.self) { try exchange.gather(slot.view) }
    }
}

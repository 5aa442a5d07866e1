import Datasets
import Kernels
import Layers
import Minibatches
import Networks
import Optimizers

/// The work on shards: samples are gathered, and go through the forward pass, the loss and the backward pass.
struct ShardWork: Sendable {
    private let network: Network
    private let store: ParameterStore
    private let packed: PackedParameters
    /// One for each worker, as `targets`.
    private let caches: [PassCache]
    private let targets: [ShardTargets]
    /// Those of each microbatch of a group.
    let operands: [GradientOperands]
    private let meetings: MeetingSums
    /// One for each shard of a group, if the network has meetings.
    private let values: [ShardValues]
    private let losses: StepLosses
    private let profile: StepProfile?

    init(
        network: Network, samples: Samples, plan: MinibatchPlan, store: ParameterStore, packed: PackedParameters,
        caches: [PassCache], losses: StepLosses, profile: StepProfile?
    ) throws {
        let capacity = plan.capacity(sampleCount: samples.count)
        let shards = ShardPlan(rows: capacity, shardCount: plan.shardCount)
        let slots = min(plan.groupSize, plan.leaves(rows: min(plan.batchSize, samples.count)))
        (self.network, self.store, self.packed, self.caches) = (network, store, packed, caches)
        targets = caches.map { _ in ShardTargets(for: samples, capacity: shards[0].count) }
        // Of the longest sequences, which are padded too.
        let longest = samples.features.sequences == nil ? nil : network.inputShape[0]
        let widest = try longest.map { try network.ofSteps(network.paddedSteps(longest: $0)) } ?? network
        operands = (0..<slots).map { _ in
            GradientOperands(network: widest, capacity: capacity, shardCount: shards.count)
        }
        let groupShards = slots * shards.count
        meetings = MeetingSums(network: network, shardCount: groupShards, leafCount: slots)
        values = network.meetingCount > 0 ? (0..<groupShards).map { _ in ShardValues() } : []
        (self.losses, self.profile) = (losses, profile)
    }

    /// A segment of the passes, an item for each shard.
    /// - Parameters:
    ///   - group: the microbatches of a group that this rank computes on.
    ///   - randomness: of the step, from the minibatch's first row.
    ///   - steps: that sequences of different lengths are padded to; nil if they do not differ.
    ///   - stepInBatch: the step's index among those that wake the workers together.
    func passes(
        of group: [Microbatch], in minibatch: Minibatch, segment: Int, steps: Int?,
        randomness: @escaping @Sendable (Int) -> PassRandomness,
        _ stepInBatch: Int
    ) -> WorkList {
        let last = network.forwardMeetingCount
        let totalWeight = minibatch.totalWeight
        let count = group.reduce(0) { $0 + $1.shards.count }
        let first = group.first?.firstShardInGroup ?? 0
        return WorkList(count, isStoppable: true) { worker, item in
            let shardInGroup = first + item
            guard let slot = group.lastIndex(where: { $0.firstShardInGroup <= shardInGroup }) else {
                preconditionFailure("a shard of no microbatch")
            }
            let microbatch = group[slot]
            let shard = shardInGroup - microbatch.firstShardInGroup
            let rows = microbatch.shards[shard]
            let pass = try caches[worker].pass(rows: rows.count, microbatchRows: microbatch.rows, steps: steps)
            let lengths = targets[worker].lengths(rows: rows.count)
            if let lengths { microbatch.gather(lengthsOfShard: shard, into: lengths) }
            let context = ShardContext(
                values: values.isEmpty ? caches[worker].values : values[shardInGroup],
                parameters: store.parameters.view,
                packed: packed, operands: operands[slot], meetings: meetings, shard: shard, shardInGroup: shardInGroup,
                rowsInMicrobatch: rows, lengths: lengths,
                randomness: randomness(microbatch.place.rows.lowerBound + rows.lowerBound))
            if segment == 0 {
                profile.measure(.gather, worker) {
                    microbatch.gather(featuresOfShard: shard, steps: steps, into: pass.input(context))
                }
            }
            if segment <= last {
                try profile.measure(.forward, worker) { try pass.forward(context, segment: segment) }
            }
            guard segment >= last else { return }
            if segment == last {
                let (own, weights) = (
                    targets[worker].targets(count: microbatch.targetCount(ofShard: shard)),
                    targets[worker].weights(rows: rows.count)
                )
                profile.measure(.gather, worker) {
                    microbatch.gather(targetsOfShard: shard, into: own, weights: weights)
                }
                profile.measure(.backward, worker) {
                    let sum = pass.loss(context, own, weights: weights, totalWeight: totalWeight)
                    losses.set(sum, ofStep: stepInBatch, shard: microbatch.firstShard + shard)
                }
            }
            try profile.measure(.backward, worker) { try pass.backward(context, segment: segment - last) }
        }
    }

    /// Updates the running statistics after the meetings of all groups.
    func updateStatistics() { meetings.updateStatistics(of: network, in: store.parameters.view) }

    /// The sums over all shards of a group, by one worker; other ranks' leaves are added, too.
    /// - Parameters:
    ///   - group: the microbatches that this rank computes on.
    ///   - isFirstGroup: whether the minibatch begins with the group.
    ///   - leaves: of the whole group.
    ///   - leavesOfRanks: which ranks compute on.
    func meeting(
        _ meeting: Int, of group: [Microbatch], isFirstGroup: Bool, leaves: Range<Int>, leavesOfRanks: [Range<Int>],
        _ communicator: any Communicator
    ) -> [StepAction] {
        let sums = meetings
        return [
            .work(
                WorkList(1, isStoppable: true) { _, _ in
                    for microbatch in group {
                        let shards =
                            microbatch.firstShardInGroup..<microbatch.firstShardInGroup + microbatch.shards.count
                        sums.addShards(meeting, shards, leaf: microbatch.place.leaf - leaves.lowerBound)
                    }
                }),
            .exchange {
                let (own, count) = sums.leafSums(meeting)
                let ranges = leavesOfRanks.map { ofRank in
                    let ofGroup = ofRank.clamped(to: leaves)
                    return (ofGroup.lowerBound - leaves.lowerBound) * count..<(ofGroup.upperBound - leaves.lowerBound)
                        * count
                }
                try communicator.gather(own, ranges: ranges)
            },
            .work(WorkList(1) { _, _ in sums.addLeaves(meeting, leafCount: leaves.count, isFirstGroup: isFirstGroup) }),
        ]
    }
}

import Kernels
import Minibatches
import Networks

/// The losses of a batch of steps: of their shards, and of their leaves.
struct StepLosses: Sendable {
    private let shardCount: Int
    private let leafCount: Int
    /// [steps, shards]
    private let shards: (losses: AlignedBuffer<Double>, correct: AlignedBuffer<Int>)
    /// [steps, leaves]
    private let leaves: (losses: AlignedBuffer<Double>, correct: AlignedBuffer<Int>)

    /// - Parameters:
    ///   - shards: of the largest minibatch.
    ///   - leaves: of the largest minibatch.
    init(steps: Int, shards: Int, leaves: Int) {
        (shardCount, leafCount) = (shards, leaves)
        self.shards = (AlignedBuffer(count: steps * shards), AlignedBuffer(count: steps * shards))
        self.leaves = (AlignedBuffer(count: steps * leaves), AlignedBuffer(count: steps * leaves))
    }

    func set(_ sum: LossSum, ofStep step: Int, shard: Int) {
        shards.losses.view[step * shardCount + shard] = sum.loss
        shards.correct.view[step * shardCount + shard] = sum.correct
    }

    /// Adds the losses of each leaf, in the order of its shards.
    func addShards(ofStep step: Int, _ microbatches: [Microbatch]) {
        for microbatch in microbatches {
            let leaf = step * leafCount + microbatch.place.leaf
            if microbatch.place.beginsLeaf { (leaves.losses.view[leaf], leaves.correct.view[leaf]) = (0, 0) }
            for shard in microbatch.firstShard..<microbatch.firstShard + microbatch.shards.count {
                leaves.losses.view[leaf] += shards.losses.view[step * shardCount + shard]
                leaves.correct.view[leaf] += shards.correct.view[step * shardCount + shard]
            }
        }
    }

    /// Gets the losses of other ranks' leaves.
    func gather(ofStep step: Int, leavesOfRanks ranges: [Range<Int>], _ communicator: any Communicator) throws {
        try communicator.gather(leaves.losses.view.slice(step * leafCount, leafCount), ranges: ranges)
        try communicator.gather(leaves.correct.view.slice(step * leafCount, leafCount), ranges: ranges)
    }

    /// The sum over a minibatch of so many leaves, in their tree.
    func sum(ofStep step: Int, leafCount count: Int) -> LossSum {
        var sums = (step * leafCount..<step * leafCount + count).map {
            LossSum(loss: leaves.losses.view[$0], correct: leaves.correct.view[$0])
        }
        LeafTree.reduce(count) { sums[$0] += sums[$1] }
        return sums[0]
    }
}

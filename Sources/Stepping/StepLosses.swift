import Datasets
import Kernels
import Minibatches
import Networks

/// The losses of the shards of a batch of steps.
struct StepLosses: Sendable {
    private let shards: Int
    private let losses: AlignedBuffer<Double>
    private let correct: AlignedBuffer<Int>

    /// - Parameter shards: of the largest minibatch.
    init(steps: Int, shards: Int) {
        self.shards = shards
        losses = AlignedBuffer(count: steps * shards)
        correct = AlignedBuffer(count: steps * shards)
    }

    func set(_ sum: LossSum, ofStep step: Int, shard: Int) {
        losses.view[step * shards + shard] = sum.loss
        correct.view[step * shards + shard] = sum.correct
    }

    /// The sum over a minibatch: within a leaf in shard order, over the leaves in their tree.
    func sum(ofStep step: Int, _ minibatch: Minibatch) -> LossSum {
        var leaves = [LossSum](repeating: LossSum(), count: minibatch.leafCount)
        for microbatch in minibatch.groups.joined() {
            for shard in microbatch.firstShard..<microbatch.firstShard + microbatch.shards.count {
                leaves[microbatch.place.leaf] += LossSum(
                    loss: losses.view[step * shards + shard], correct: correct.view[step * shards + shard])
            }
        }
        var distance = 1
        while distance < leaves.count {
            for leaf in stride(from: 0, to: leaves.count - distance, by: 2 * distance) {
                leaves[leaf] += leaves[leaf + distance]
            }
            distance *= 2
        }
        return leaves[0]
    }
}

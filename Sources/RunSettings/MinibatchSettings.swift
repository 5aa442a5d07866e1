import Datasets
import Kernels
import Minibatches
import Networks

extension Configuration {
    /// The number of samples in a step: batch size times accumulated batches.
    package var minibatchSize: Int { batchSize.multipliedSaturating(by: accumulate) }

    /// The division of minibatches into leaves, microbatches and shards. It depends on batch size, network, `leaves` and
    /// `shards`, never on the machine.
    ///
    /// A leaf has at least 512 rows, so that their tree costs little. Groups of microbatches limit the memory of a minibatch
    /// to some GiB, and are large enough that adding their gradients takes little time. A shard has at least 64 rows and ten
    /// million floating-point operations, so that multiplications are fast; 8 rows are enough for convolutions, which have many
    /// places each. A group has 16 shards or fewer.
    package func plan(for network: Network) -> MinibatchPlan {
        let microbatchSize = max(1, min(4096, (1 << 28) / network.elementsPerSample))
        func plan(_ shardCount: Int) -> MinibatchPlan {
            MinibatchPlan(
                batchSize: minibatchSize, leafCount: leaves ?? automaticLeaves, microbatchSize: microbatchSize,
                shardCount: shardCount)
        }
        if let shards { return plan(shards) }
        let single = plan(1)
        let rows = single.capacity(sampleCount: minibatchSize)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        return plan(
            max(
                1,
                min(
                    rows / (network.parametersOfShards > 0 ? 8 : 64), operations / 10_000_000,
                    16 / min(16, single.groupSize))))
    }

    /// The largest power of two of leaves that have 512 rows.
    private var automaticLeaves: Int {
        var leaves = 1
        while leaves < 64 && 2 * leaves <= minibatchSize / 512 { leaves *= 2 }
        return leaves
    }
}

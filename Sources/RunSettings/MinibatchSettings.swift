import Datasets
import Kernels
import Networks

extension Configuration {
    /// The number of samples in a step: batch size times accumulated batches.
    package var minibatchSize: Int { batchSize.multipliedSaturating(by: accumulate) }

    /// The division of minibatches into microbatches and shards. It depends on batch size, network and `shards`, never on
    /// the machine.
    ///
    /// Microbatches limit the memory of a minibatch to some GiB, and are large enough that accumulating their gradients
    /// takes little time. A shard has at least 64 rows and ten million floating-point operations, so that multiplications
    /// are fast.
    package func plan(for network: Network) -> MinibatchPlan {
        let microbatchSize = max(1, min(4096, (1 << 28) / network.elementsPerSample))
        let rows = min(minibatchSize, microbatchSize)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        return MinibatchPlan(
            batchSize: minibatchSize, microbatchSize: microbatchSize,
            shardCount: shards ?? max(1, min(rows / 64, operations / 10_000_000, 16)))
    }
}

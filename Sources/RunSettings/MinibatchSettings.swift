import Datasets
import Kernels
import Networks

extension Configuration {
    /// Samples of one update of the parameters.
    package var minibatchSize: Int { batchSize.multipliedSaturating(by: accumulate) }

    /// How minibatches are cut: a function of batch size and network, unless `shards` is given, never of the machine.
    ///
    /// Microbatches bound the memory of a minibatch of any size, to some GiB; with as many rows as these, adding up their
    /// gradients takes no time to speak of. A shard should have rows enough for fast multiplications, 64, and some ten
    /// million floating-point operations.
    package func plan(for network: Network) -> MinibatchPlan {
        let microbatchSize = max(1, min(4096, (1 << 28) / network.elementsPerSample))
        let rows = min(minibatchSize, microbatchSize)
        let operations = network.trainingOperations.multipliedSaturating(by: rows)
        return MinibatchPlan(
            batchSize: minibatchSize, microbatchSize: microbatchSize,
            shardCount: shards ?? max(1, min(rows / 64, operations / 10_000_000, 16)))
    }
}

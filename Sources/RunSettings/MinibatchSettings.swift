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
    /// to some GiB, and are large enough that adding their gradients takes little time; layers with statistics over several samples
    /// may want smaller ones. A shard has at least the rows and ten million floating-point operations with which multiplications are
    /// fast. A group has 16 shards or fewer.
    package func plan(for network: Network) -> MinibatchPlan {
        var microbatchSize = max(1, min(4096, (1 << 28) / network.elementsPerSample))
        // What meets is of one batch.
        if network.meetingCount > 0 && accumulate > 1 { microbatchSize = min(microbatchSize, batchSize) }
        if let most = network.mostRowsOfMeetings { microbatchSize = min(microbatchSize, most) }
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
                    rows / network.shardRows, operations / 10_000_000,
                    16 / min(16, single.groupSize))))
    }

    /// - Parameters:
    ///   - network: of these settings.
    ///   - samples: of the training split.
    /// - Throws: `SettingsError.sampleByItself` if layers compare samples, and one would be without others.
    package func requireSamplesMeet(in network: Network, samples: Int) throws(SettingsError) {
        func fits(_ size: Int) -> Bool {
            var configuration = self
            configuration.batchSize = size
            let plan = configuration.plan(for: network)
            let groups = [min(plan.batchSize, samples), samples % plan.batchSize].flatMap(plan.groups)
            return groups.allSatisfy { $0.reduce(0) { $0 + $1.rows.count } >= network.leastRowsOfMeetings }
        }
        guard !fits(batchSize) else { return }
        let smaller = (max(2, batchSize - 100)..<max(2, batchSize)).last(where: fits)
        let larger = (batchSize + 1...batchSize + 100).first(where: fits)
        throw .sampleByItself(
            batchSize: batchSize, groupSize: plan(for: network).groupCapacity(sampleCount: samples),
            samples: samples, fitting: [smaller, larger].compactMap(\.self))
    }

    /// The largest power of two of leaves that have 512 rows.
    private var automaticLeaves: Int {
        var leaves = 1
        while leaves < 64 && 2 * leaves <= minibatchSize / 512 { leaves *= 2 }
        return leaves
    }
}

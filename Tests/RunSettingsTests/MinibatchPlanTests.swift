import Kernels
import Networks
import RunSettings
import Testing

/// The default division of minibatches.
@Suite struct MinibatchPlanTests {
    private func network(inputs: Int, hiddenWidths: [Int]) -> Network {
        Network(
            inputShape: [inputs], hiddenWidths: hiddenWidths, activation: .relu,
            objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 10))
    }

    private func plan(_ network: Network, batchSize: Int, shards: Int? = nil) -> (microbatches: [Int], shards: Int) {
        var configuration = Configuration()
        (configuration.batchSize, configuration.shards) = (batchSize, shards)
        let plan = configuration.plan(for: network)
        let rows = plan.microbatches(rows: batchSize)
        return ((0..<rows.count).map { rows[$0].count }, plan.shardCount)
    }

    @Test func upTo4096RowsAreOneMicrobatch() {
        let network = network(inputs: 784, hiddenWidths: [512, 256])
        #expect(plan(network, batchSize: 4096).microbatches == [4096])
        #expect(plan(network, batchSize: 4097).microbatches == [2049, 2048])
        #expect(plan(network, batchSize: 10_000).microbatches == [3334, 3333, 3333])
    }

    /// A microbatch of wide samples has fewer rows, so that it takes at most some GiB.
    @Test func wideSamplesMakeSmallMicrobatches() {
        let network = network(inputs: 1_000_000, hiddenWidths: [])
        #expect(plan(network, batchSize: 1000).microbatches == [250, 250, 250, 250])
    }

    /// At most 16 shards for any batch size, each with at least 64 rows and ten million operations.
    @Test func shardsAreOfAMicrobatch() {
        let network = network(inputs: 784, hiddenWidths: [512, 256])
        #expect(plan(network, batchSize: 63).shards == 1)
        #expect(plan(network, batchSize: 256).shards == 4)
        for batchSize in [1024, 4096, 4097, 10_000, 10_000_000] {
            #expect(plan(network, batchSize: batchSize).shards == 16)
        }
        #expect(plan(network, batchSize: 10_000, shards: 3).shards == 3)
        #expect(plan(self.network(inputs: 2, hiddenWidths: [2]), batchSize: 10_000).shards == 1)
    }
}

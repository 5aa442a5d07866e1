import Kernels
import Minibatches
import Networks
import RunSettings
import TestSupport
import Testing

/// The default division of minibatches.
@Suite struct MinibatchPlanTests {
    private func network(inputs: Int, hiddenWidths: [Int]) -> Network {
        Network(
            inputShape: [inputs], hiddenWidths: hiddenWidths, activation: .relu,
            objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 10))
    }

    private func plan(
        _ network: Network, batchSize: Int, accumulate: Int = 1, leaves: Int? = nil, shards: Int? = nil
    ) -> MinibatchPlan {
        var configuration = Configuration()
        (configuration.batchSize, configuration.accumulate) = (batchSize, accumulate)
        (configuration.leaves, configuration.shards) = (leaves, shards)
        return configuration.plan(for: network)
    }

    private func rows(_ plan: MinibatchPlan) -> [[Int]] {
        plan.groups(rows: plan.batchSize).map { $0.map(\.rows.count) }
    }

    @Test func aLeafHas512Rows() {
        let network = network(inputs: 784, hiddenWidths: [512, 256])
        for (batchSize, leaves) in [
            (1, 1), (1023, 1), (1024, 2), (2047, 2), (2048, 4), (8192, 16), (32_768, 64), (10_000_000, 64),
        ] {
            #expect(plan(network, batchSize: batchSize).leafCount == leaves, "\(batchSize)")
        }
        #expect(plan(network, batchSize: 256, accumulate: 8).leafCount == 4)
        #expect(plan(network, batchSize: 256, leaves: 8).leafCount == 8)
    }

    /// Statistics are of the whole minibatch, up to 4,096 samples, of one batch of an accumulation, or of as many as an item says.
    @Test func layersThatCompareSamplesLimitTheirGroups() throws {
        func plan(_ words: String, batchSize: Int, accumulate: Int = 1) throws -> [[Int]] {
            var configuration = Configuration()
            (configuration.batchSize, configuration.accumulate) = (batchSize, accumulate)
            configuration.layers = items(words)
            let network = try configuration.network(
                inputShape: [8],
                Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3)
            )
            return rows(configuration.plan(for: network))
        }
        #expect(try plan("8 norm=batch", batchSize: 256) == [[256]])
        #expect(try plan("8 norm=batch", batchSize: 1500) == [[768, 732]])
        #expect(try plan("8 norm=batch", batchSize: 8192).map { $0.reduce(0, +) } == [4096, 4096])
        #expect(try plan("8 norm=batch", batchSize: 100, accumulate: 3) == [[100], [100], [100]])
        #expect(try plan("8", batchSize: 100, accumulate: 3) == [[300]])
        #expect(try plan("8 norm=batch statistics=64, 8 norm=batch", batchSize: 128) == [[64], [64]])
        #expect(try plan("8 norm=batch statistics=60", batchSize: 100) == [[50], [50]])
        #expect(try plan("8 norm=batch statistics=64 trainable=no", batchSize: 128) == [[128]])
        #expect(try plan("8 norm=layer", batchSize: 100, accumulate: 3) == [[300]])
    }

    @Test func upTo4096RowsAreOneGroup() {
        let network = network(inputs: 784, hiddenWidths: [512, 256])
        #expect(rows(plan(network, batchSize: 4096)) == [Array(repeating: 512, count: 8)])
        #expect(rows(plan(network, batchSize: 4096, leaves: 1)) == [[4096]])
        #expect(rows(plan(network, batchSize: 4097, leaves: 1)) == [[2049], [2048]])
        #expect(rows(plan(network, batchSize: 10_000, leaves: 1)) == [[3334], [3333], [3333]])
        // 640 rows a leaf, four leaves a group.
        let row = Array(repeating: 640, count: 4)
        #expect(rows(plan(network, batchSize: 10_000)) == [row, row, row, [640, 640, 640, 400]])
    }

    /// A group of wide samples has fewer rows, so that it takes at most some GiB.
    @Test func wideSamplesMakeSmallGroups() {
        let network = network(inputs: 1_000_000, hiddenWidths: [])
        #expect(rows(plan(network, batchSize: 1000)) == [[250], [250], [250], [250]])
        #expect(rows(plan(network, batchSize: 1024)) == [[256], [256], [256], [256]])
        #expect(rows(plan(network, batchSize: 1024, leaves: 8)) == Array(repeating: [128, 128], count: 4))
    }

    /// At most 16 shards a group for any batch size, each with at least 64 rows and ten million operations.
    @Test func shardsAreOfAMicrobatch() {
        let network = network(inputs: 784, hiddenWidths: [512, 256])
        func shards(_ plan: MinibatchPlan) -> [Int] { [plan.shardCount, plan.groupSize] }
        #expect(shards(plan(network, batchSize: 63)) == [1, 1])
        #expect(shards(plan(network, batchSize: 256)) == [4, 1])
        #expect(shards(plan(network, batchSize: 1024)) == [8, 2])
        #expect(shards(plan(network, batchSize: 4096)) == [2, 8])
        #expect(shards(plan(network, batchSize: 10_000)) == [4, 4])
        for batchSize in [1024, 4096, 4097, 10_000, 10_000_000] {
            #expect(shards(plan(network, batchSize: batchSize, leaves: 1)) == [16, 1])
        }
        #expect(shards(plan(network, batchSize: 10_000, shards: 3)) == [3, 4])
        #expect(shards(plan(self.network(inputs: 2, hiddenWidths: [2]), batchSize: 10_000)) == [1, 4])
    }
}

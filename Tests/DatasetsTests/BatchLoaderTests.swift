import Datasets
import HDF5
import Kernels
import Testing

@Suite struct BatchLoaderTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Samples [10 i, 10 i + 1] with label i, so that each shows which it is.
    private func samples(_ count: Int, encoding: LabelEncoding? = nil) throws -> Samples {
        let path = try files.writeHDF5 { root in
            try root.add("X", (0..<count).flatMap { [Float(10 * $0), Float(10 * $0 + 1)] }, shape: [count, 2])
            try root.add("y", (0..<count).map { Int32($0) })
        }
        let file = try DatasetFile(path)
        let paths = try file.requiredPaths(of: .train)
        let encoding = encoding ?? .classIDs(classCount: count)
        return Samples(
            features: try file.features(at: paths.features, scale: nil),
            targets: try encoding.encode(file.labels(of: paths)))
    }

    private func loader(
        _ samples: Samples, batchSize: Int, shards: Int, shuffle: Sampler.Shuffle = .full,
        at position: Position = .init()
    ) -> BatchLoader {
        BatchLoader(
            samples: samples, sampler: Sampler(sampleCount: samples.count, shuffle: shuffle, seed: 3),
            batchSize: batchSize, shardCount: shards, position: position)
    }

    /// Gathers the next minibatch and returns which samples it has, by its labels; its features must be theirs.
    private func next(_ loader: BatchLoader) -> [Int] {
        let upcoming = loader.upcoming
        // Last shard first: any order must do.
        for shard in (0..<upcoming.shards.count).reversed() { upcoming.gather(shard: shard) }
        let minibatch = loader.advance()
        #expect(minibatch === upcoming)
        var found: [Int] = []
        for shard in 0..<minibatch.shards.count {
            let ids = (minibatch.targets(of: shard).classIDs ?? []).map(Int.init)
            #expect(ids.count == minibatch.shards[shard].count)
            #expect(minibatch.features(of: shard).array == ids.flatMap { [Float(10 * $0), Float(10 * $0 + 1)] })
            found += ids
        }
        #expect(found.count == minibatch.rows)
        return found
    }

    @Test(arguments: [(23, 5, 3), (20, 5, 2), (7, 7, 3), (7, 100, 16), (5, 1, 1)])
    func anEpochsMinibatchesHaveEverySampleOnceInTheSamplersOrder(count: Int, batchSize: Int, shards: Int) throws {
        let samples = try samples(count)
        for shuffle in Sampler.Shuffle.allCases {
            let loader = loader(samples, batchSize: batchSize, shards: shards, shuffle: shuffle)
            let sampler = Sampler(sampleCount: count, shuffle: shuffle, seed: 3)
            for epoch in 0..<3 {
                var found: [Int] = []
                while found.count < count { found += next(loader) }
                #expect(found == sampler.order(ofEpoch: epoch))
            }
        }
    }

    @Test func theLastSmallerMinibatchIsUsed() throws {
        let loader = loader(try samples(23), batchSize: 5, shards: 3)
        #expect((0..<10).map { _ in next(loader).count } == [5, 5, 5, 5, 3, 5, 5, 5, 5, 3])
    }

    @Test func shardsAreThoseOfTheMinibatchsOwnRows() throws {
        let loader = loader(try samples(23), batchSize: 5, shards: 4)
        for rows in [5, 5, 5, 5, 3] {
            #expect(loader.upcoming.shards == ShardPlan(rows: rows, shardCount: 4))
            _ = next(loader)
        }
    }

    @Test func fromAnyPositionTheMinibatchesAreTheUninterruptedOnes() throws {
        let samples = try samples(23)
        let whole = loader(samples, batchSize: 5, shards: 3)
        let minibatches = (0..<15).map { _ in next(whole) }
        for start in 0..<10 {
            let position = Position(epoch: start / 5, offset: start % 5 * 5)
            let resumed = loader(samples, batchSize: 5, shards: 2, at: position)
            for index in start..<15 { #expect(next(resumed) == minibatches[index], "from \(position)") }
        }
    }

    /// While workers compute on one minibatch, the next is gathered beside it.
    @Test func gatheringTheNextMinibatchLeavesTheCurrentOneAlone() throws {
        let loader = loader(try samples(23), batchSize: 5, shards: 1, shuffle: .none)
        _ = next(loader)
        loader.upcoming.gather(shard: 0)
        let current = loader.advance()
        loader.upcoming.gather(shard: 0)
        #expect(current.targets(of: 0).classIDs == [5, 6, 7, 8, 9])
        #expect(loader.upcoming.targets(of: 0).classIDs == [10, 11, 12, 13, 14])
    }

    @Test func targetsOfSeveralNumbersStayTogether() throws {
        let loader = loader(
            try samples(5, encoding: .oneHot(classCount: 5)), batchSize: 2, shards: 1, shuffle: .none)
        loader.upcoming.gather(shard: 0)
        #expect(loader.advance().targets(of: 0).numbers == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    }
}

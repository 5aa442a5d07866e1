import DatasetFiles
import Datasets
import HDF5
import Kernels
import Minibatches
import Splits
import TestSupport
import Testing

@Suite struct BatchLoaderTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Samples with features [10 i, 10 i + 1] and label i, which identify the sample.
    private func samples(_ count: Int, encoding: LabelEncoding? = nil) throws -> Samples {
        let path = try files.writeHDF5 { root in
            try root.add("X", (0..<count).flatMap { [Float(10 * $0), Float(10 * $0 + 1)] }, shape: [count, 2])
            try root.add("y", (0..<count).map { Int32($0) })
        }
        let file = try DatasetFile(path)
        let paths = try file.requiredPaths(of: .train)
        let encoding = encoding ?? .classIDs(classCount: count)
        return Samples(
            features: try file.features(at: paths.features).scaledMatrix(),
            targets: try LabelSchema.classes(count: count).encode(file.labels(of: paths), as: encoding))
    }

    private func loader(
        _ samples: Samples, batchSize: Int, microbatchSize: Int = 1000, shards: Int,
        shuffle: Sampler.Shuffle = .full, at position: Position = .init()
    ) -> BatchLoader {
        BatchLoader(
            samples: samples, sampler: Sampler(sampleCount: samples.count, shuffle: shuffle, seed: 3),
            plan: MinibatchPlan(batchSize: batchSize, microbatchSize: microbatchSize, shardCount: shards),
            position: position)
    }

    /// Gathers the next minibatch, checks its features, and returns the indices of its samples.
    private func next(_ loader: inout BatchLoader) -> [Int] { loader.next(1).flatMap(gathered) }

    private func gathered(_ minibatch: Minibatch) -> [Int] { minibatch.microbatches.flatMap(gathered) }

    private func gathered(_ microbatch: Microbatch) -> [Int] {
        let memory = ShardTargets(for: microbatch.samples, capacity: microbatch.rows)
        let gathered = FloatBuffer(count: 2 * microbatch.rows)
        var found: [[Int]] = Array(repeating: [], count: microbatch.shards.count)
        // From the last shard to the first: the order must not matter.
        for shard in (0..<microbatch.shards.count).reversed() {
            let rows = microbatch.shards[shard].count
            let (features, targets) = (gathered.view.slice(0, 2 * rows), memory.targets(count: rows))
            microbatch.gather(featuresOfShard: shard, into: features)
            microbatch.gather(targetsOfShard: shard, into: targets, weights: memory.weights(rows: rows))
            let ids = (targets.classIDs ?? []).map(Int.init)
            #expect(ids.count == rows)
            #expect(features.array == ids.flatMap { [Float(10 * $0), Float(10 * $0 + 1)] })
            found[shard] = ids
        }
        #expect(found.joined().count == microbatch.rows)
        return Array(found.joined())
    }

    @Test(arguments: [(23, 5, 3), (20, 5, 2), (7, 7, 3), (7, 100, 16), (5, 1, 1)])
    func anEpochHasEverySampleOnceInTheOrderOfTheSampler(count: Int, batchSize: Int, shards: Int) throws {
        let samples = try samples(count)
        for shuffle in Sampler.Shuffle.allCases {
            var loader = loader(samples, batchSize: batchSize, shards: shards, shuffle: shuffle)
            let sampler = Sampler(sampleCount: count, shuffle: shuffle, seed: 3)
            for epoch in 0..<3 {
                var found: [Int] = []
                while found.count < count { found += next(&loader) }
                #expect(found == sampler.order(ofEpoch: epoch))
            }
        }
    }

    @Test func theLastSmallerMinibatchIsUsed() throws {
        var loader = loader(try samples(23), batchSize: 5, shards: 3)
        #expect((0..<10).map { _ in next(&loader).count } == [5, 5, 5, 5, 3, 5, 5, 5, 5, 3])
    }

    @Test func shardsDivideTheRowsOfTheMinibatch() throws {
        var loader = loader(try samples(23), batchSize: 5, shards: 4)
        for rows in [5, 5, 5, 5, 3] {
            let shards = loader.next(1).flatMap(\.microbatches).map(\.shards)
            #expect(shards == [ShardPlan(rows: rows, shardCount: 4)])
        }
    }

    /// 17 rows in microbatches of at most 7 are divided into 6, 6 and 5, with two shards each; the last 6 of the epoch are
    /// one microbatch.
    @Test func aLargeMinibatchIsDividedIntoMicrobatches() throws {
        let samples = try samples(23)
        var (whole, cut) = (
            loader(samples, batchSize: 17, shards: 2),
            loader(samples, batchSize: 17, microbatchSize: 7, shards: 2)
        )
        for expected in [[6, 6, 5], [6], [6, 6, 5]] {
            let minibatch = cut.next(1)[0]
            #expect(minibatch.microbatches.map(\.rows) == expected)
            #expect(minibatch.rows == expected.reduce(0, +))
            #expect(minibatch.microbatches.map(\.shards.count) == expected.map { _ in 2 })
            #expect(minibatch.microbatches.map(\.firstShard) == expected.indices.map { 2 * $0 })
            #expect(gathered(minibatch) == next(&whole))
        }
    }

    @Test func severalMinibatchesEndWithTheEpoch() throws {
        let samples = try samples(23)
        var (single, several) = (loader(samples, batchSize: 5, shards: 2), loader(samples, batchSize: 5, shards: 2))
        for count in [2, 3, 4, 1] {
            let minibatches = several.next(count == 3 ? 100 : count)
            #expect(minibatches.count == count)
            for minibatch in minibatches { #expect(gathered(minibatch) == next(&single)) }
        }
    }

    @Test func minibatchesFromAnyPositionAreThoseOfAnUninterruptedRun() throws {
        let samples = try samples(23)
        var whole = loader(samples, batchSize: 5, shards: 3)
        let minibatches = (0..<15).map { _ in next(&whole) }
        for start in 0..<10 {
            let position = Position(epoch: start / 5, offset: start % 5 * 5)
            var resumed = loader(samples, batchSize: 5, shards: 2, at: position)
            for index in start..<15 { #expect(next(&resumed) == minibatches[index], "from \(position)") }
        }
    }

    /// Sample i has weight i / 2; minibatches of 17 and 6 rows have microbatches of 6, 6, 5 and 6.
    @Test(arguments: Sampler.Shuffle.allCases)
    func weightsAreGatheredAndSummedOverTheMinibatch(shuffle: Sampler.Shuffle) throws {
        let plain = try samples(23)
        let weights = FloatBuffer(count: 23)
        for row in 0..<23 { weights.view[row] = Float(row) / 2 }
        let samples = Samples(features: plain.features, targets: plain.targets, weights: weights)
        #expect(samples.totalWeight == 22 * 23 / 4 && plain.totalWeight == 23)
        var loader = loader(samples, batchSize: 17, microbatchSize: 7, shards: 2, shuffle: shuffle)
        let memory = ShardTargets(for: samples, capacity: 3)
        for minibatch in loader.next(2) {
            var sum = 0.0
            for microbatch in minibatch.microbatches {
                for shard in 0..<microbatch.shards.count {
                    let rows = microbatch.shards[shard].count
                    let found = try #require(memory.weights(rows: rows))
                    let targets = memory.targets(count: rows)
                    microbatch.gather(targetsOfShard: shard, into: targets, weights: found)
                    #expect(found.array == targets.classIDs?.map { Float($0) / 2 })
                    sum += found.array.reduce(0) { $0 + Double($1) }
                }
            }
            #expect(minibatch.totalWeight == sum)
        }
        var unweighted = self.loader(plain, batchSize: 17, microbatchSize: 7, shards: 2)
        #expect(unweighted.next(2).map(\.totalWeight) == [17, 6])
        #expect(ShardTargets(for: plain, capacity: 3).weights(rows: 3) == nil)
    }

    @Test func targetsOfSeveralNumbersStayTogether() throws {
        let samples = try samples(5, encoding: .oneHot(classCount: 5))
        var loader = loader(samples, batchSize: 2, shards: 1, shuffle: .none)
        let memory = ShardTargets(for: samples, capacity: 2)
        let microbatch = loader.next(1)[0].microbatches[0]
        microbatch.gather(
            targetsOfShard: 0, into: memory.targets(count: 2), weights: memory.weights(rows: 2))
        #expect(memory.targets(count: 2).numbers == [1, 0, 0, 0, 0, 0, 1, 0, 0, 0])
    }
}

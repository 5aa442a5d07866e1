import Benchmark
import Datasets
import Foundation
import Kernels
import LockstepKit
import Minibatches

/// Gathering a shard of 64 shuffled samples, and drawing the order of an epoch.
func loading() {
    Benchmark("gather 64 samples of 784 bytes", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let samples = randomImages(8192)
        let sampler = Sampler(sampleCount: samples.count, shuffle: .full, seed: 0)
        var loader = BatchLoader(
            samples: samples, sampler: sampler, plan: MinibatchPlan(batchSize: 64, microbatchSize: 64, shardCount: 1),
            position: Position())
        let features = FloatBuffer(count: 64 * samples.features.width)
        let memory = ShardTargets(for: samples, capacity: 64)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for microbatch in loader.next(1).flatMap(\.microbatches) {
                microbatch.gather(featuresOfShard: 0, into: features.view)
                microbatch.gather(targetsOfShard: 0, into: memory.targets(rows: 64), weights: nil)
            }
        }
    }
    Benchmark("order of an epoch of 60,000") { benchmark in
        let sampler = Sampler(sampleCount: 60_000, shuffle: .full, seed: 0)
        benchmark.startMeasurement()
        for epoch in benchmark.scaledIterations { blackHole(sampler.order(ofEpoch: epoch)) }
    }
}

/// Writing and reading a checkpoint of 784-512-256-10 with its velocity, 4.3 MB, in a file that is flushed to the disk.
func checkpoints() {
    let name = "checkpoint of 535,818 parameters"
    Benchmark("\(name), to its file") { benchmark in
        try withNetwork { network, path in
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { try network.save(path) }
            benchmark.stopMeasurement()
        }
    }
    Benchmark("\(name), from its file") { benchmark in
        try withNetwork { _, path in
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { blackHole(try TrainedNetwork(checkpoint: path)) }
            benchmark.stopMeasurement()
        }
    }
}

// MARK: Samples and networks

private func randomImages(_ rows: Int) -> Samples {
    let random = Philox(seed: 0, purpose: .shuffle, stream: 0)
    let (bytes, labels) = (AlignedBuffer<UInt8>(count: rows * 784), AlignedBuffer<Int32>(count: rows))
    for index in 0..<bytes.count {
        bytes.view[index] = UInt8(truncatingIfNeeded: random.integer(UInt64(index), below: 256))
    }
    for row in 0..<rows { labels.view[row] = Int32(row % 10) }
    return Samples(
        features: FeatureMatrix(bytes: bytes, sampleShape: [28, 28], scale: 1.0 / 255), targets: .classes(labels))
}

/// Calls `body` with a network after one step, and the file that it is saved in.
private func withNetwork(_ body: (TrainedNetwork, String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-\(UUID()).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let features = (0..<10).map { row in (0..<784).map { Float(($0 * row) % 256) / 255 } }
    let network = try train(features: features, classes: Array(0..<10), settings: ["maxSteps": "1"])
    try network.save(path)
    try body(network, path)
}

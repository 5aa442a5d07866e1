import Benchmark
import Datasets
import Foundation
import Kernels
import Training

/// Whole training steps, on all cores, on bytes of the shape of MNIST.
func steps() {
    for (layers, batchSize) in [("512,256", 256), ("512,256", 4096), ("2048,2048", 1024), ("128", 1024)] {
        Benchmark("step 784-\(layers)-10, batch \(batchSize)") { benchmark in
            let trainer = try withData { path in
                let data = try TrainingData(configuration(path, layers: layers, batchSize: batchSize))
                return Trainer(
                    network: data.model.network, samples: data.train, configuration: data.model.configuration,
                    workerCount: ProcessInfo.processInfo.activeProcessorCount,
                    parameters: data.model.network.initialParameters(seed: 0))
            }
            for _ in 0..<3 { try trainer.step() }
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { try trainer.step() }
        }
    }
}

/// Samples from all over the dataset into a minibatch's shard of 64, and the order of an epoch.
func loading() {
    Benchmark("gather 64 samples of 784 bytes", configuration: .init(scalingFactor: .kilo)) { benchmark in
        let samples = try withData { try TrainingData(configuration($0, layers: "8", batchSize: 64)).train }
        let sampler = Sampler(sampleCount: samples.count, shuffle: .full, seed: 0)
        var loader = BatchLoader(
            samples: samples, sampler: sampler, plan: MinibatchPlan(batchSize: 64, microbatchSize: 64, shardCount: 1),
            position: Position())
        let memory = ShardMemory(for: samples, capacity: 64)
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            for microbatch in loader.next(1).flatMap(\.microbatches) {
                microbatch.gather(shard: 0, features: memory.features(rows: 64), targets: memory.targets(rows: 64))
            }
        }
    }
    Benchmark("order of an epoch of 60,000") { benchmark in
        let sampler = Sampler(sampleCount: 60_000, shuffle: .full, seed: 0)
        benchmark.startMeasurement()
        for epoch in benchmark.scaledIterations { blackHole(sampler.order(ofEpoch: epoch)) }
    }
}

/// A checkpoint of 784-512-256-10 with its velocity, 4.3 MB: to bytes, and from its file.
func checkpoints() {
    let name = "checkpoint of 535,818 parameters"
    Benchmark("\(name), to bytes") { benchmark in
        let checkpoint = try withCheckpoint { try CheckpointFile.read($0) }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try CheckpointFile.bytes(of: checkpoint)) }
    }
    Benchmark("\(name), from its file") { benchmark in
        try withCheckpoint { path in
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { blackHole(try CheckpointFile.read(path)) }
            benchmark.stopMeasurement()
        }
    }
}

// MARK: What is measured on

private func withData<Result>(_ body: (String) throws -> Result) throws -> Result {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-\(UUID()).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = 8192
    let random = Philox(seed: 0, purpose: .shuffle, stream: 0)
    let bytes = (0..<rows * 784).map { UInt8(truncatingIfNeeded: random.integer(UInt64($0), below: 256)) }
    let labels = (0..<rows).map { Int32($0 % 10) }
    try DatasetWriter.write(
        [(.train, .bytes(bytes, sampleShape: [28, 28], scale: 1.0 / 255), .classIDs(labels, names: nil))], to: path)
    return try body(path)
}

private func configuration(_ path: String, layers: String, batchSize: Int) throws -> Configuration {
    var configuration = Configuration()
    configuration.data = path
    configuration.batchSize = batchSize
    try Setting.named("layers")?.set(&configuration, layers)
    return configuration
}

/// The last checkpoint of a run of one step.
private func withCheckpoint<Result>(_ body: (String) throws -> Result) throws -> Result {
    try withData { data in
        let directory = RunDirectory(data + ".run")
        defer { try? FileManager.default.removeItem(atPath: directory.path) }
        var configuration = try configuration(data, layers: "512,256", batchSize: 256)
        configuration.maxSteps = 1
        _ = try TrainingRun.begin(configuration, in: directory, observe: { _ in }).run()
        return try body(directory.newestPath())
    }
}

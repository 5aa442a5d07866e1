import Benchmark
import Datasets
import Foundation
import Kernels
import Training

/// Whole training steps, on all cores, on bytes of the shape of MNIST.
func steps() {
    for (layers, batchSize) in [("512,256", 256), ("512,256", 4096), ("2048,2048", 1024), ("128", 1024)] {
        Benchmark("step 784-\(layers)-10, batch \(batchSize)") { benchmark in
            let trainer = try makeTrainer(layers: layers, batchSize: batchSize)
            for _ in 0..<3 { try trainer.step() }
            benchmark.startMeasurement()
            for _ in benchmark.scaledIterations { try trainer.step() }
        }
    }
}

private func makeTrainer(layers: String, batchSize: Int) throws -> Trainer {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-\(UUID()).h5").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let rows = 8192
    let random = Philox(seed: 0, purpose: .shuffle, stream: 0)
    let bytes = (0..<rows * 784).map { UInt8(truncatingIfNeeded: random.integer(UInt64($0), below: 256)) }
    let labels = (0..<rows).map { Int32($0 % 10) }
    try DatasetWriter.write(
        [(.train, .bytes(bytes, sampleShape: [28, 28], scale: 1.0 / 255), .classIDs(labels, names: nil))], to: path)

    var configuration = Configuration()
    configuration.data = path
    configuration.batchSize = batchSize
    try Setting.named("layers")?.set(&configuration, layers)
    let data = try TrainingData(configuration)
    return Trainer(
        network: data.model.network, samples: data.train, configuration: data.model.configuration,
        workerCount: ProcessInfo.processInfo.activeProcessorCount,
        parameters: data.model.network.initialParameters(seed: 0))
}

import Datasets
import Dispatch
import Kernels
import Models
import Networks
import RunSettings
import Stepping

/// Measures training steps of a network with relu, softmax, cross-entropy, momentum and weight decay, on random bytes.
package struct StepBenchmark: Sendable, Hashable {
    package let network: BenchmarkNetwork
    package let batchSize: Int
    package let workerCount: Int
    package let precision: Precision

    package init(network: BenchmarkNetwork, batchSize: Int, workerCount: Int, precision: Precision) {
        (self.network, self.batchSize, self.workerCount, self.precision) = (network, batchSize, workerCount, precision)
    }

    /// The result of one measurement.
    package struct Round: Sendable {
        package let samplesPerSecond: Double
        /// Floating-point operations per second.
        package let operationsPerSecond: Double
        /// The CPU's peak of them, measured just before the steps; nil if the CPU has no instruction for the precision.
        package let peak: Double?
        /// The share of the workers' time in each phase; the remainder to 1 is waiting at barriers.
        package let shares: [(phase: StepProfile.Phase, share: Double)]
        /// Peak resident memory in bytes.
        package let memory: Int

        package var shareOfPeak: Double? { peak.map { operationsPerSecond / $0 } }
    }

    /// - Throws: `NotEnoughMemory` when the machine has less than the steps need.
    package func requireMemory() throws {
        let network = try builtNetwork
        try MemoryUse.requireEnough(
            for: network, slots: 1, plan: configuration.plan(for: network), sampleCount: sampleCount,
            samples: sampleCount * inputs)
    }

    /// Measures steps for `seconds`, after a warm-up of a quarter of that.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    package func round(seconds: Double) throws -> Round {
        let peak = measuredPeak(precision, workerCount: workerCount)
        MemoryUse.resetPeak()
        let network = try builtNetwork
        let profile = StepProfile(workerCount: workerCount)
        let samples = randomSamples()
        let trainer = try Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: workerCount,
            parameters: network.initialParameters(seed: 0), profile: profile)
        try Self.steps(of: trainer, seconds: seconds / 4)

        let before = StepProfile.Phase.allCases.map(profile.seconds)
        let (steps, elapsed) = try Self.steps(of: trainer, seconds: seconds)
        let rate = Double(steps * batchSize) / elapsed
        return Round(
            samplesPerSecond: rate, operationsPerSecond: rate * Double(network.trainingOperations), peak: peak,
            shares: zip(StepProfile.Phase.allCases, before).map { phase, before in
                (phase, (profile.seconds(phase) - before) / (elapsed * Double(workerCount)))
            },
            memory: MemoryUse.peak)
    }

    @discardableResult
    private static func steps(of trainer: Trainer, seconds: Double) throws -> (count: Int, seconds: Double) {
        let start = DispatchTime.now().uptimeNanoseconds
        var count = 0
        while true {
            let before = trainer.progress.step
            try trainer.steps(atMost: .max)
            count += trainer.progress.step - before
            let elapsed = Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9
            if elapsed >= seconds { return (count, elapsed) }
        }
    }

    private var configuration: Configuration {
        var configuration = Configuration()
        configuration.layers = network.layers
        configuration.batchSize = batchSize
        configuration.precision = precision
        // So small that no network diverges.
        configuration.learningRate = 1e-9
        return configuration
    }

    private var builtNetwork: Network {
        get throws {
            try configuration.network(
                inputShape: network.inputShape, axes: network.axes,
                Objective(
                    loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: network.outputs))
        }
    }

    private var inputs: Int { network.inputShape.reduce(1, *) }

    /// A multiple of the batch size, so that all steps have the same number of samples.
    private var sampleCount: Int { max(2, 8192 / batchSize) * batchSize }

    private func randomSamples() -> Samples {
        let rows = sampleCount
        let bytes = AlignedBuffer<UInt8>(count: rows * inputs)
        let random = Philox(seed: 0, purpose: .shuffle, stream: 0)
        for block in 0..<(bytes.count + 15) / 16 {
            let words = random.block(UInt64(block))
            for byte in 16 * block..<min(16 * block + 16, bytes.count) {
                bytes.view[byte] = UInt8(truncatingIfNeeded: words[byte / 4 % 4] >> (8 * (UInt32(byte) % 4)))
            }
        }
        let labels = AlignedBuffer<Int32>(count: rows)
        for row in 0..<rows { labels.view[row] = Int32(row % network.outputs) }
        return Samples(
            features: FeatureMatrix(bytes: bytes, sampleShape: network.inputShape, scale: 1 / 255),
            targets: .classes(labels))
    }
}

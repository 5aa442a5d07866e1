import Datasets
import Foundation
import HDF5
import Kernels
import Layers
import Models
import Networks
import RecurrentLayers
import RunSettings
import Stepping
import TestSupport
import Testing

/// Twenty steps with recurrent layers against PyTorch's, which Fixtures/record_recurrent_training.py recorded in Double.
@Suite struct RecurrentTrainingTests {
    private static let names = [
        "rnn", "lstm", "gru", "rnn, both directions", "lstm, both directions", "gru, both directions", "rnn, stacked",
        "lstm, stacked", "gru, stacked", "one after another", "steps: lstm", "steps: gru, both directions",
        "steps: rnn, stacked, dense",
    ]

    private struct Recording {
        let root: Group

        init() throws {
            let path = try #require(Bundle.module.url(forResource: "recurrent_training", withExtension: "h5")).path
            root = try File.open(path).root
        }

        /// - Parameters:
        ///   - isCut: whether each sequence ends at its length.
        ///   - areOfSteps: whether labels are one a step.
        func samples(isCut: Bool, areOfSteps: Bool) throws -> Samples {
            let features = try values("features").map { Float($0) }
            let lengths =
                isCut
                ? try root.dataset("lengths").read(as: Int64.self).map { Int($0) }
                : Array(repeating: 9, count: features.count / 36)
            let steps = lengths.enumerated().flatMap { row, length in features[row * 36..<row * 36 + length * 4] }
            var labels = try root.dataset(areOfSteps ? "step_labels" : "labels").read(as: Int64.self).map { Int32($0) }
            if areOfSteps {
                labels = lengths.enumerated().flatMap { row, length in labels[row * 9..<row * 9 + length] }
            }
            return Samples(
                features: FeatureMatrix(
                    .floats(FloatBuffer(steps)), sampleShape: [9, 4], scale: 1, offset: 0,
                    sequences: isCut ? SequenceOffsets(lengths: lengths) : nil),
                targets: .classes(AlignedBuffer(labels)), areTargetsOfSteps: areOfSteps)
        }

        func values(_ path: String) throws -> [Double] { try root.dataset(path).read(as: Double.self) }
    }

    /// The parameters after twenty steps.
    private static func trained(
        _ name: String, _ recording: Recording, isCut: Bool, workerCount: Int,
        _ set: (inout Configuration) -> Void = { _ in }
    ) throws -> (network: Network, parameters: FloatBuffer) {
        var configuration = Configuration()
        configuration.layers = try NetworkReader.all.items(of: recording.root.group(name).readString("layers"))
        configuration.activation = .tanh
        (configuration.learningRate, configuration.momentum, configuration.weightDecay) = (0.1, 0.9, 1e-2)
        (configuration.batchSize, configuration.shuffle, configuration.shards) = (32, .none, 3)
        set(&configuration)
        let areOfSteps = name.hasPrefix("steps: ")
        let network = try configuration.network(
            inputShape: [9, 4], axes: "TC", hasLengths: isCut, labelsAreOfSteps: areOfSteps,
            Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 4))
        let parameters = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            for (index, value) in try recording.values("\(name)/initial/\(tensor.layer)/\(tensor.name)").enumerated() {
                parameters.view[tensor.offset + index] = Float(value)
            }
        }
        let samples = try recording.samples(isCut: isCut, areOfSteps: areOfSteps)
        let trainer = try Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: workerCount,
            parameters: parameters)
        for _ in 0..<20 { try trainer.step() }
        return (network, parameters)
    }

    @Test(arguments: names, [false, true])
    func twentyStepsEndWithTheWeightsOfPyTorch(name: String, isCut: Bool) throws {
        let recording = try Recording()
        let (network, parameters) = try Self.trained(name, recording, isCut: isCut, workerCount: 2)
        for tensor in network.layout.tensors {
            let path = "\(name)/\(isCut ? "lengths" : "whole")/\(tensor.layer)/\(tensor.name)"
            let expected = try recording.values(path)
            let found = parameters.view.slice(tensor).array
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(
                found.count == expected.count && difference <= 1e-5 * largest, "\(path): \(difference / largest)")
        }
        withExtendedLifetime(parameters) {}
    }

    /// Also truncated, of several leaves, and in microbatches of bfloat16.
    @Test(arguments: names)
    func sequencesOfDifferentLengthsGiveTheSameBitsWithAnyNumberOfWorkers(name: String) throws {
        let recording = try Recording()
        let settings: [(inout Configuration) -> Void] = [
            { _ in }, { $0.truncate = 2 }, { ($0.leaves, $0.batchSize, $0.shuffle) = (2, 64, .full) },
            { ($0.precision, $0.batchSize, $0.accumulate) = (.bf16, 16, 2) },
        ]
        var ends: [[Float]] = []
        for set in settings {
            let one = try Self.trained(name, recording, isCut: true, workerCount: 1, set).parameters.array
            for workers in [2, 3, 5] {
                let parameters = try Self.trained(name, recording, isCut: true, workerCount: workers, set).parameters
                #expect(parameters.array == one)
            }
            ends.append(one)
        }
        #expect(Set(ends).count == settings.count, "each setting shapes the bits")
    }

    /// Shards of all their steps, some before shorter ones: the operands of each have their own room, whatever their sizes are. Then the
    /// gradients of one shard and of many differ by their rounding alone.
    @Test(arguments: [(16, 17), (16, 33), (48, 5), (270, 3)], [Precision.fp32, .bf16])
    func fullShardsHaveTheirOwnRoom(size: (steps: Int, rows: Int), precision: Precision) throws {
        let (steps, rows) = size
        var random = TestRandom(seed: 5)
        let lengths = (0..<2 * rows).map { $0 < rows ? steps : 1 + $0 % steps }
        let sequences = SequenceOffsets(lengths: lengths)
        let labels = (0..<2 * rows).map { Int32($0 % 3) }
        let samples = Samples(
            features: FeatureMatrix(
                .floats(FloatBuffer(random.floats(sequences.steps * 3))), sampleShape: [steps, 3], scale: 1, offset: 0,
                sequences: sequences), targets: .classes(AlignedBuffer(labels)))
        func trained(shards: Int, workers: Int) throws -> [Float] {
            var configuration = Configuration()
            configuration.layers = items("gru 8 reset=before returns=mean")
            (configuration.batchSize, configuration.shuffle, configuration.shards) = (2 * rows, .none, shards)
            configuration.precision = precision
            let network = try configuration.network(
                inputShape: [steps, 3], axes: "TC", hasLengths: true,
                Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3))
            let parameters = network.initialParameters(seed: 1)
            let trainer = try Trainer(
                network: network, samples: samples,
                recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: workers,
                parameters: parameters)
            for _ in 0..<3 { try trainer.step() }
            return withExtendedLifetime(parameters) { parameters.array }
        }
        let one = try trained(shards: 1, workers: 1)
        for shards in [2, 3, rows] {
            let many = try trained(shards: shards, workers: 1)
            #expect(try trained(shards: shards, workers: 3) == many)
            let difference = zip(one, many).map { abs($0 - $1) }.max() ?? .infinity
            #expect(difference <= (precision == .fp32 ? 1e-5 : 1e-3), "\(shards) shards: \(difference)")
        }
    }
}

import Datasets
import Foundation
import HDF5
import Kernels
import Layers
import Minibatches
import Models
import Networks
import RecurrentLayers
import RunSettings
import Stepping
import TestSupport
import Testing

/// Twenty steps with batch normalisation against PyTorch's, which Fixtures/record_batch_norm.py recorded in Double.
@Suite struct BatchNormalizationTests {
    private static let words = """
        conv 6 3x3 norm=batch, max-pool 2, residual [conv 8 3x3 norm=batch, conv 8 3x3 norm=batch activation=identity], \
        16 norm=batch
        """

    private struct Recording {
        let root: Group

        init() throws {
            let path = try #require(Bundle.module.url(forResource: "batch_norm", withExtension: "h5")).path
            root = try File.open(path).root
        }

        func samples() throws -> Samples {
            let features = try root.dataset("features").read(as: Double.self)
            let labels = try root.dataset("labels").read(as: Int64.self)
            let (own, ids) = (FloatBuffer(count: features.count), AlignedBuffer<Int32>(count: labels.count))
            for (index, value) in features.enumerated() { own.view[index] = Float(value) }
            for (index, label) in labels.enumerated() { ids.view[index] = Int32(label) }
            return Samples(features: FeatureMatrix(floats: own, sampleShape: [8, 7, 2]), targets: .classes(ids))
        }

        func values(_ path: String) throws -> [Double] { try root.dataset(path).read(as: Double.self) }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The recorded case.
        let recorded: String
        let momentum: String
        let set: @Sendable (inout Configuration) -> Void
    }

    static let cases = [
        Case(testDescription: "over the minibatch", recorded: "minibatch", momentum: "") { $0.batchSize = 32 },
        Case(testDescription: "over two leaves", recorded: "all", momentum: "") {
            ($0.batchSize, $0.leaves) = (96, 2)
        },
        Case(testDescription: "over groups", recorded: "groups", momentum: " momentum=0.8 statistics=16") {
            $0.batchSize = 32
        },
        Case(testDescription: "over accumulated batches", recorded: "groups", momentum: " momentum=0.8") {
            ($0.batchSize, $0.accumulate) = (16, 2)
        },
    ]

    @Test(arguments: cases)
    func twentyStepsEndWithTheWeightsAndStatisticsOfPyTorch(example: Case) throws {
        let recording = try Recording()
        var configuration = Configuration()
        let words = Self.words.replacing("norm=batch", with: "norm=batch\(example.momentum)")
        configuration.layers = try NetworkReader.all.items(of: words)
        (configuration.learningRate, configuration.momentum, configuration.weightDecay) = (0.05, 0.9, 1e-2)
        (configuration.shuffle, configuration.shards) = (.none, 3)
        example.set(&configuration)
        let network = try configuration.network(
            inputShape: [8, 7, 2], axes: "HWC",
            Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 4))
        let parameters = network.initialParameters(seed: 0)
        for tensor in network.layout.tensors {
            for (index, value) in try recording.values("initial/\(tensor.layer)/\(tensor.name)").enumerated() {
                parameters.view[tensor.offset + index] = Float(value)
            }
        }
        let samples = try recording.samples()
        let trainer = try Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: 2,
            parameters: parameters)
        for _ in 0..<20 { try trainer.step() }
        for tensor in network.layout.all {
            let path = "\(example.recorded)/final/\(tensor.layer)/\(tensor.name)"
            let expected = try recording.values(path)
            let found = parameters.view.slice(tensor).array.map(Double.init)
            let difference = norm(zip(found, expected).map { $0 - $1 })
            #expect(difference <= 1e-5 * norm(expected), "\(path): \(difference / norm(expected))")
        }
    }

    private func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    /// The average of statistics moves with the weights of that of the parameters: with decay 0.5, (w₁ + 2 w₂ + 4 w₃) / 7.
    @Test func theMovingAverageHasStatisticsOfItsOwn() throws {
        let example = try RankCase("", words: "9 norm=batch") { $0.movingAverage = 0.5 }.example()
        let trainer = try example.trainer(Alone(), workerCount: 1)
        let layout = example.network.layout
        var seen: [[Double]] = []
        for _ in 0..<3 {
            try trainer.step()
            seen.append(trainer.store.parameters.view.slice(layout.statistics[0]).array.map(Double.init))
        }
        let average = try #require(trainer.store.average).view.slice(layout.statistics[0]).array.map(Double.init)
        for channel in 0..<9 {
            let expected = (seen[0][channel] + 2 * seen[1][channel] + 4 * seen[2][channel]) / 7
            #expect(abs(average[channel] - expected) <= 8 * Double(Float.ulpOfOne) * max(1, abs(expected)))
        }
    }
}

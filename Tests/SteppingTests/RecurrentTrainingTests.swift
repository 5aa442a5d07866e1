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
import Testing

/// Twenty steps with recurrent layers against PyTorch's, which Fixtures/record_recurrent_training.py recorded in Double.
@Suite struct RecurrentTrainingTests {
    private static let names = [
        "rnn", "lstm", "gru", "rnn, both directions", "lstm, both directions", "gru, both directions", "rnn, stacked",
        "lstm, stacked", "gru, stacked", "one after another",
    ]

    private struct Recording {
        let root: Group

        init() throws {
            let path = try #require(Bundle.module.url(forResource: "recurrent_training", withExtension: "h5")).path
            root = try File.open(path).root
        }

        func samples() throws -> Samples {
            let features = try values("features")
            let labels = try root.dataset("labels").read(as: Int64.self)
            let (own, ids) = (FloatBuffer(count: features.count), AlignedBuffer<Int32>(count: labels.count))
            for (index, value) in features.enumerated() { own.view[index] = Float(value) }
            for (index, label) in labels.enumerated() { ids.view[index] = Int32(label) }
            return Samples(features: FeatureMatrix(floats: own, sampleShape: [9, 4]), targets: .classes(ids))
        }

        func values(_ path: String) throws -> [Double] { try root.dataset(path).read(as: Double.self) }
    }

    @Test(arguments: names)
    func twentyStepsEndWithTheWeightsOfPyTorch(name: String) throws {
        let recording = try Recording()
        var configuration = Configuration()
        configuration.layers = try NetworkReader.all.items(of: recording.root.group(name).readString("layers"))
        configuration.activation = .tanh
        (configuration.learningRate, configuration.momentum, configuration.weightDecay) = (0.1, 0.9, 1e-2)
        (configuration.batchSize, configuration.shuffle, configuration.shards) = (32, .none, 3)
        let network = try configuration.network(
            inputShape: [9, 4], axes: "TC",
            Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 4))
        let parameters = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            for (index, value) in try recording.values("\(name)/initial/\(tensor.layer)/\(tensor.name)").enumerated() {
                parameters.view[tensor.offset + index] = Float(value)
            }
        }
        let samples = try recording.samples()
        let trainer = try Trainer(
            network: network, samples: samples,
            recipe: configuration.trainingRecipe(for: network, samples: samples.count), workerCount: 2,
            parameters: parameters)
        for _ in 0..<20 { try trainer.step() }
        for tensor in network.layout.tensors {
            let path = "\(name)/whole/\(tensor.layer)/\(tensor.name)"
            let expected = try recording.values(path)
            let found = parameters.view.slice(tensor).array
            let largest = expected.map(abs).max() ?? 0
            let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
            #expect(
                found.count == expected.count && difference <= 1e-5 * largest, "\(path): \(difference / largest)")
        }
    }
}

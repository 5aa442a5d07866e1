import Datasets
import Foundation
import HDF5
import Kernels
import Models
import RunSettings
import Runs
import Stepping
import Testing

/// Twenty steps against PyTorch's from equal weights on equal minibatches, which Fixtures/record_pytorch.py recorded.
@Suite struct PyTorchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let settings: [String: String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "digits",
            settings: [
                "layers": "64,32", "batchSize": "100", "learningRate": "0.1", "momentum": "0.9", "weightDecay": "1e-3",
            ]),
        Case(
            name: "moons",
            settings: [
                "layers": "16,8", "activation": "tanh", "loss": "binary-cross-entropy", "batchSize": "64",
                "learningRate": "0.2", "momentum": "0.8", "nesterov": "true", "weightDecay": "1e-2",
            ]),
        Case(
            name: "people",
            settings: [
                "layers": "2", "activation": "sigmoid", "loss": "mse", "batchSize": "1", "learningRate": "0.1",
                "momentum": "0", "weightDecay": "0",
            ]),
    ]

    @Test(arguments: cases)
    func twentyStepsEndWithTheWeightsOfPyTorch(_ example: Case) throws {
        let fixtureURL = try #require(Bundle.module.url(forResource: "pytorch", withExtension: "h5"))
        let fixture = try File.open(fixtureURL.path)
        var configuration = Configuration()
        configuration.data =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("data/\(example.name).h5").path
        for (key, value) in example.settings {
            try #require(Setting.named(key)).set(&configuration, value)
        }
        configuration.shuffle = .none
        let data = try TrainingData(configuration)
        let layout = data.model.network.layout
        let parameters = FloatBuffer(count: layout.bufferCount)
        for tensor in layout.tensors {
            let initial = try fixture.root.dataset("\(example.name)/initial/\(tensor.layer)/\(tensor.name)")
            try initial.read(rows: 0..<tensor.shape[0], into: parameters.view.slice(tensor).pointer)
        }

        let trainer = try Trainer(
            network: data.model.network, samples: data.train,
            recipe: data.model.configuration.trainingRecipe(for: data.model.network, samples: data.train.count),
            workerCount: 2,
            parameters: parameters)
        for _ in 0..<20 { try trainer.step() }

        for tensor in layout.tensors {
            let path = "\(example.name)/final/\(tensor.layer)/\(tensor.name)"
            let expected = try fixture.root.dataset(path).read(as: Double.self)
            let found = parameters.view.slice(tensor).array.map { Double($0) }
            let difference = norm(zip(found, expected).map { $0 - $1 })
            #expect(difference <= 1e-5 * norm(expected), "\(path)")
        }
    }

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}

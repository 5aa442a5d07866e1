import Foundation
import HDF5
import Kernels
import Networks
import Optimizers
import RunSettings
import TestSupport
import Testing

/// Optimizers along given gradients against PyTorch's and the papers', which Fixtures/record_optimizers.py recorded in
/// Double.
@Suite struct OptimizerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let settings: [String: String]
        var testDescription: String { name }

        init(_ name: String, _ settings: [String: String]) {
            (self.name, self.settings) = (name, settings)
        }
    }

    static let cases = [
        Case("sgd", ["learningRate": "0.1", "momentum": "0"]),
        Case("momentum", ["learningRate": "0.1", "momentum": "0.9", "weightDecay": "0.01"]),
        Case(
            "nesterov",
            [
                "learningRate": "0.1", "momentum": "0.9", "nesterov": "true", "weightDecay": "0.01",
                "decayBiases": "true",
            ]),
        Case("decoupled", ["learningRate": "0.1", "weightDecay": "0.05", "decoupledDecay": "true"]),
        Case("l1", ["learningRate": "0.1", "momentum": "0", "l1": "0.02", "weightDecay": "0.01"]),
        Case("clip-norm", ["learningRate": "0.1", "clipNorm": "2"]),
        Case("clip-value", ["learningRate": "0.1", "momentum": "0", "clipValue": "0.2"]),
        Case("max-norm", ["learningRate": "0.1", "maxNorm": "1.5"]),
        Case("average", ["learningRate": "0.1", "maxNorm": "1.5", "movingAverage": "0.9"]),
        Case("adagrad", ["optimizer": "adagrad", "learningRate": "0.05", "weightDecay": "0.01"]),
        Case("rmsprop", ["optimizer": "rmsprop", "learningRate": "0.01", "weightDecay": "0.01"]),
        Case("rmsprop-momentum", ["optimizer": "rmsprop", "learningRate": "0.01", "rho": "0.9", "momentum": "0.8"]),
        Case("adam", ["optimizer": "adam", "learningRate": "0.01", "weightDecay": "0.01"]),
        Case(
            "adam-betas",
            [
                "optimizer": "adam", "learningRate": "0.01", "beta1": "0.8", "beta2": "0.95", "epsilon": "1e-4",
                "clipNorm": "2",
            ]),
        Case("adamw", ["optimizer": "adamw", "learningRate": "0.01", "weightDecay": "0.1"]),
        Case("lars", ["optimizer": "lars", "learningRate": "1", "trust": "0.02", "weightDecay": "0.01"]),
        Case("lamb", ["optimizer": "lamb", "learningRate": "0.01", "weightDecay": "0.1"]),
        Case("lamb-clip-norm", ["optimizer": "lamb", "learningRate": "0.01", "weightDecay": "0.1", "clipNorm": "2"]),
    ]

    /// The first layer has three parts, so that its norms are reduced over these.
    @Test(arguments: cases)
    func twentyStepsEndWhereTheRecordedOnesDo(example: Case) throws {
        let url = try #require(Bundle.module.url(forResource: "optimizers", withExtension: "h5"))
        let fixture = try File.open(url.path)
        var configuration = Configuration()
        configuration.weightDecay = 0
        for (key, value) in example.settings { try #require(Setting.named(key)).set(&configuration, value) }
        let network = Network(
            inputShape: [5], hiddenWidths: [70], activation: .relu,
            objective: Objective(loss: .crossEntropy, outputActivation: .softmax, correctness: .largest, outputs: 3))
        #expect(network.parts.count == 4)
        let layout = network.layout
        func read(_ path: String) throws -> FloatBuffer {
            let buffer = FloatBuffer(count: layout.bufferCount)
            for tensor in layout.tensors {
                let values = try fixture.root.dataset("\(path)/\(tensor.layer)/\(tensor.name)").read(as: Float.self)
                _ = buffer.view.slice(tensor).pointer.update(fromContentsOf: values)
            }
            return buffer
        }

        let recipe = try configuration.updateRecipe(steps: 20)
        let store = ParameterStore(
            layout: layout, parameters: try read("initial"),
            slots: recipe.optimizer.slotNames.map { _ in FloatBuffer(count: layout.bufferCount) },
            average: configuration.movingAverage.map { _ in FloatBuffer(count: layout.bufferCount) })
        let update = PartUpdate(parts: network.parts, recipe: recipe, store: store)
        let buffer = GradientBuffer(parts: network.parts)
        for step in 0..<20 {
            let gradients = try read("gradients/\(step)")
            let updateStep = UpdateStep(number: step + 1, learningRate: configuration.initialLearningRate)
            for (index, part) in network.parts.enumerated() {
                for range in part.ranges {
                    buffer[part].slice(range.gradientOffset, range.count).copy(
                        from: gradients.view.slice(range.offset, range.count))
                }
                try update.check(index, buffer[part], updateStep)
            }
            if recipe.needsGlobalNorm { update.reduceGlobalNorm() }
            for (index, part) in network.parts.enumerated() { update.makeDirection(index, buffer[part], updateStep) }
            if recipe.optimizer.isLayerwise { update.reduceTensorNorms() }
            for (index, part) in network.parts.enumerated() { update.apply(index, buffer[part], updateStep) }
        }

        for tensor in layout.tensors {
            let path = "final/\(example.name)/\(tensor.layer)/\(tensor.name)"
            let expected = try fixture.root.dataset(path).read(as: Double.self)
            let found = store.networkParameters.view.slice(tensor).array.map(Double.init)
            let difference = norm(zip(found, expected).map { $0 - $1 })
            #expect(difference <= 1e-6 * norm(expected), "\(path): \(difference / norm(expected))")
        }
    }

    private func norm(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
}

import Foundation
import HDF5
import Kernels
import Networks
import TestSupport
import Testing

/// Activations and losses against PyTorch's, which Fixtures/record_pytorch.py recorded in Double.
@Suite struct PyTorchFunctionTests {
    private let fixture: File

    init() throws {
        fixture = try File.open(try #require(Bundle.module.url(forResource: "pytorch", withExtension: "h5")).path)
    }

    private func recorded(_ path: String) throws -> [Double] { try fixture.root.dataset(path).read(as: Double.self) }

    /// A network of one layer with the identity as weight, so that z is its input, and the gradient of its bias is ∂L/∂z.
    private func identity(_ width: Int, _ objective: Objective) -> (network: Network, parameters: FloatBuffer) {
        let network = Network(inputShape: [width], hiddenWidths: [], activation: .identity, objective: objective)
        let parameters = FloatBuffer(count: network.layout.bufferCount)
        for index in 0..<width { parameters.view[index * (width + 1)] = 1 }
        return (network, parameters)
    }

    private func buffer(_ values: [Double]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        for (index, value) in values.enumerated() { buffer.view[index] = Float(value) }
        return buffer
    }

    /// Compares to 1e-6 of the norm, since single elements may be differences of nearly equal values.
    private func expectClose(_ found: [Double], _ expected: [Double], _ what: String) {
        let norm = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let difference = norm(zip(found, expected).map { $0 - $1 })
        #expect(difference <= 1e-6 * norm(expected), "\(what): \(difference / norm(expected))")
    }

    /// Uses squared error, whose slope 2 (y − t) multiplies the activation's.
    @Test(
        arguments: Activation.allCases.filter { ![.identity, .step, .sign].contains($0) })
    func activationsAndSlopes(activation: Activation) throws {
        let path = "activations/\(activation.rawValue)"
        let (z, y, slope) = (try recorded(path + "/z"), try recorded(path + "/y"), try recorded(path + "/slope"))
        let width = 5
        let objective = Objective(
            loss: .sumSquaredError, outputActivation: activation, correctness: .none, outputs: width)
        let (network, parameters) = identity(width, objective)
        let pass = try FullPass(network, rows: 1)
        var (outputs, slopes): ([Double], [Double]) = ([], [])
        for row in 0..<z.count / width {
            let input = buffer(Array(z[row * width..<(row + 1) * width]))
            let found = try pass.outputs(input.view, parameters: parameters.view)
            outputs += found.map(Double.init)
            // The recorded gradient has the factors 1, 2, …, so 2 (y − t) must be those.
            let targets = buffer(found.enumerated().map { Double($1) - Double($0 + 1) / 2 })
            let gradients = FloatBuffer(count: network.layout.bufferCount)
            _ = try pass.train(
                input.view, .values(targets.view), parameters: parameters.view, gradients: gradients.view)
            slopes += gradients.view.slice(network.layout.tensors[1]).array.map(Double.init)
        }
        expectClose(outputs, y, "y")
        expectClose(slopes, slope, "slope")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let loss: Loss
        var smoothing: Float = 0
        var weights: [Float] = []
        var delta: Float = 1
        var testDescription: String { name }
    }

    private static let weights: [Float] = [0.5, 1, 1.5, 2, 0.25]
    static let cases = [
        Case(name: "mse", loss: .meanSquaredError),
        Case(name: "sse", loss: .sumSquaredError),
        Case(name: "mae", loss: .meanAbsoluteError),
        Case(name: "huber", loss: .huber),
        Case(name: "huber-delta", loss: .huber, delta: 0.25),
        Case(name: "cross-entropy", loss: .crossEntropy),
        Case(name: "cross-entropy-smoothed", loss: .crossEntropy, smoothing: 0.1),
        Case(name: "cross-entropy-weighted", loss: .crossEntropy, weights: weights),
        Case(name: "cross-entropy-both", loss: .crossEntropy, smoothing: 0.2, weights: weights),
        Case(name: "cross-entropy-probabilities", loss: .crossEntropy),
        Case(name: "cross-entropy-probabilities-both", loss: .crossEntropy, smoothing: 0.2, weights: weights),
        Case(name: "binary-cross-entropy", loss: .binaryCrossEntropy),
        Case(name: "binary-cross-entropy-both", loss: .binaryCrossEntropy, smoothing: 0.2, weights: [0.5, 2]),
        Case(name: "kl-divergence", loss: .divergence),
        Case(name: "hinge", loss: .hinge),
        Case(name: "hinge-classes", loss: .hinge),
        Case(name: "perceptron", loss: .perceptron),
    ]

    @Test(arguments: cases)
    func lossesAndGradients(example: Case) throws {
        let path = "losses/\(example.name)"
        let (z, targets) = (try recorded(path + "/z"), try recorded(path + "/targets"))
        let width = 5
        var options = LossOptions()
        (options.labelSmoothing, options.classWeights) = (example.smoothing, example.weights)
        options.huberDelta = example.delta
        let objective = Objective(
            loss: example.loss, options: options,
            outputActivation: example.loss.requiredOutputActivation ?? .identity, correctness: .none, outputs: width)
        let (network, parameters) = identity(width, objective)
        let pass = try FullPass(network, rows: 1)
        var (losses, slopes): ([Double], [Double]) = ([], [])
        for row in 0..<z.count / width {
            let range = row * width..<(row + 1) * width
            let (input, ids) = (buffer(Array(z[range])), AlignedBuffer<Int32>(count: 1))
            let values = buffer(targets.count == z.count ? Array(targets[range]) : [])
            if targets.count < z.count { ids.view[0] = Int32(targets[row]) }
            let gradients = FloatBuffer(count: network.layout.bufferCount)
            losses.append(
                try pass.train(
                    input.view, values.count > 0 ? .values(values.view) : .classes(ids.view),
                    parameters: parameters.view, gradients: gradients.view
                ).loss)
            slopes += gradients.view.slice(network.layout.tensors[1]).array.map(Double.init)
        }
        expectClose(losses, try recorded(path + "/losses"), "loss")
        expectClose(slopes, try recorded(path + "/gradients"), "gradient")
    }
}

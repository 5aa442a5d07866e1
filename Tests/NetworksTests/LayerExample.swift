import Kernels
import Layers
import Networks
import Reference
import TestSupport
import Testing

/// Layers in a row and an output layer of 3, with random parameters, samples and targets of a squared error.
struct LayerExample {
    let network: Network
    private let rows: Int
    private let lengths: [Int]?
    private let parameters: FloatBuffer
    private let features: FloatBuffer
    private let targets: FloatBuffer
    private let samples: [[Double]]
    private let referenceTargets: [ReferenceTarget]
    private let reference: ReferenceNetwork

    init(inputShape: [Int], rows: Int, _ layers: [any Layer], precision: Precision = .fp32) {
        self.init(
            network: Network(
                inputShape: inputShape, layers: layers,
                objective: Objective(
                    loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 3),
                precision: precision), rows: rows)
    }

    /// - Parameters:
    ///   - network: with such a loss and three outputs.
    ///   - lengths: of the samples' sequences; what lies beyond them is 0.
    ///   - limit: of the parameters.
    init(network: Network, rows: Int, lengths: [Int]? = nil, limit: Float = 1) {
        var random = TestRandom(seed: 5)
        self.lengths = lengths
        let width = network.inputs
        (self.network, self.rows) = (network, rows)
        parameters = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            _ = parameters.view.slice(tensor).pointer.update(fromContentsOf: random.floats(tensor.count, limit: limit))
        }
        features = FloatBuffer(count: rows * width)
        _ = features.view.pointer.update(fromContentsOf: random.floats(features.count))
        for (row, length) in (lengths ?? []).enumerated() {
            let start = length * width / network.inputShape[0]
            features.view.slice(row * width + start, width - start).pointer.update(repeating: 0)
        }
        targets = FloatBuffer(count: rows * 3)
        _ = targets.view.pointer.update(fromContentsOf: random.floats(targets.count))
        samples = (0..<rows).map { [features] in features.view.slice($0 * width, width).array.map(Double.init) }
        referenceTargets = (0..<rows).map { [targets] in
            .values(targets.view.slice($0 * 3, 3).array.map(Double.init))
        }
        reference = network.reference(parameters: parameters, lengths: lengths)
    }

    /// The pass against the reference.
    /// - Parameter tolerance: of a value of size 1.
    func expectTheReferencesGradients(within tolerance: Double) throws {
        let gradients = FloatBuffer(count: network.layout.bufferCount)
        let sum = try FullPass(network, rows: rows, lengths: lengths).train(
            features.view, .values(targets.view), parameters: parameters.view, gradients: gradients.view)
        let losses = reference.losses(samples, referenceTargets)
        let expected = reference.gradients(samples, referenceTargets, shares: losses.map { _ in 1 })
        #expect(abs(sum.loss - losses.reduce(0, +)) <= tolerance * (1 + sum.loss))
        for (tensor, values) in zip(network.layout.tensors, expected) {
            let found = gradients.view.slice(tensor).array.map(Double.init)
            let size = values.map(abs).max() ?? 0
            let error = zip(found, values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= tolerance * max(1, size), "\(tensor.layer)/\(tensor.name) is off by \(error)")
        }
    }

    /// The reference against finite differences of its losses.
    func expectTheReferencesDifferences() {
        let shares = samples.map { _ in 1.0 }
        let expected = reference.gradients(samples, referenceTargets, shares: shares)
        let measured = reference.centralDifferences {
            $0.losses(samples, referenceTargets).reduce(0, +)
        }
        for (a, m) in zip(expected.joined(), measured.joined()) { #expect(abs(a - m) <= 1e-5 + 1e-3 * abs(m)) }
    }
}

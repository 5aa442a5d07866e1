import Kernels
import Layers
import Networks
import Reference
import TestSupport
import Testing

/// A shape of a network and its minibatch, to be tested with every activation and loss.
struct NetworkShape: Sendable {
    var inputs: Int
    var hiddenWidths: [Int]
    var outputs: Int
    var rows: Int

    static let all = [
        NetworkShape(inputs: 5, hiddenWidths: [], outputs: 1, rows: 1),
        NetworkShape(inputs: 9, hiddenWidths: [7], outputs: 10, rows: 6),
        NetworkShape(inputs: 3, hiddenWidths: [6, 5, 4], outputs: 3, rows: 13),
        NetworkShape(inputs: 65, hiddenWidths: [33], outputs: 1, rows: 17),
        NetworkShape(inputs: 1, hiddenWidths: [1, 17, 2], outputs: 10, rows: 1),
    ]
}

/// A hidden activation, and a loss with its kind of targets, its options and one of its output activations.
struct NetworkKind: Sendable, CustomTestStringConvertible {
    var activation: Activation
    var loss: Loss
    var outputActivation: Activation
    /// Whether the targets are class ids.
    var areClasses: Bool
    var options = LossOptions()

    init(activation: Activation, loss: Loss, outputActivation: Activation, areClasses: Bool? = nil) {
        self.activation = activation
        self.loss = loss
        self.outputActivation = outputActivation
        self.areClasses = areClasses ?? (loss == .crossEntropy)
    }

    /// Every activation with every loss; every output activation; every kind of target, and every option.
    static let all: [NetworkKind] = {
        let plain = Activation.allCases.flatMap { activation in
            Loss.allCases.map {
                NetworkKind(
                    activation: activation, loss: $0, outputActivation: $0.requiredOutputActivation ?? .identity)
            }
        }
        let out = Loss.allCases.filter { !$0.isFused }.flatMap { loss in
            Activation.allCases.map { NetworkKind(activation: .tanh, loss: loss, outputActivation: $0) }
        }
        var others = [
            NetworkKind(activation: .tanh, loss: .crossEntropy, outputActivation: .softmax, areClasses: false),
            NetworkKind(activation: .tanh, loss: .hinge, outputActivation: .identity, areClasses: true),
        ]
        for kind in plain.filter({ $0.activation == .tanh && $0.loss.takesProbabilities }) + [others[0]] {
            var (smoothed, weighted) = (kind, kind)
            smoothed.options.labelSmoothing = 0.1
            weighted.options.labelSmoothing = 0.2
            // One for each output of the widest network.
            weighted.options.classWeights = (0..<10).map { 0.5 + Float($0) / 4 }
            others += [smoothed, weighted]
        }
        var huber = NetworkKind(activation: .tanh, loss: .huber, outputActivation: .identity)
        huber.options.huberDelta = 0.25
        return plain + out + others + [huber]
    }()

    /// Whether all functions are smooth, so that small errors have small effects.
    var isSmooth: Bool {
        let kinks: [Activation] = [.step, .sign, .relu, .leakyReLU, .elu, .selu]
        return ![activation, outputActivation].contains(where: kinks.contains)
            && ![.meanAbsoluteError, .huber, .hinge, .perceptron].contains(loss)
    }

    var testDescription: String {
        "\(activation), \(outputActivation) out, \(loss)\(areClasses ? " of classes" : ""), \(options)"
    }
}

/// A network, random parameters and a random minibatch, and the same in Double.
struct NetworkCase {
    let network: Network
    let parameters: FloatBuffer
    let features: FloatBuffer
    let targets: TargetView
    /// Keeps the buffer of `targets` alive.
    private let targetOwner: AnyObject

    let reference: ReferenceNetwork
    let samples: [[Double]]
    let referenceTargets: [ReferenceTarget]

    var rows: Int { samples.count }
    /// That of the pass over the minibatch; nil: nothing is random.
    let randomness: PassRandomness?
    /// The largest relative error of a path from a feature to a gradient.
    private let error: Double

    init(
        _ shape: NetworkShape, _ kind: NetworkKind, precision: Precision = .fp32, correctness: Correctness? = nil,
        targetDeviations: [Double] = [], seed: UInt64 = 1
    ) throws {
        try self.init(
            shape, items: shape.hiddenWidths.map { .dense($0) }, kind, precision: precision, correctness: correctness,
            targetDeviations: targetDeviations, seed: seed)
    }

    /// A network of items in place of the shape's hidden layers.
    init(
        _ shape: NetworkShape, items: [NetworkItem], _ kind: NetworkKind, precision: Precision = .fp32,
        correctness: Correctness? = nil, targetDeviations: [Double] = [], seed: UInt64 = 1,
        randomness: PassRandomness? = nil
    ) throws {
        var random = TestRandom(seed: seed)
        let outputs = shape.outputs
        var options = kind.options
        if !options.classWeights.isEmpty && kind.loss != .binaryCrossEntropy {
            options.classWeights = Array(options.classWeights.prefix(outputs))
        }
        network = try Network(
            inputShape: [shape.inputs], items: items, activation: kind.activation,
            objective: Objective(
                loss: kind.loss, options: options, outputActivation: kind.outputActivation,
                correctness: correctness ?? (kind.areClasses ? .largest : .threshold), outputs: outputs,
                targetDeviations: targetDeviations),
            precision: precision)
        self.randomness = randomness
        parameters = FloatBuffer(count: network.layout.bufferCount)
        for tensor in network.layout.tensors {
            let fanIn = Float(tensor.shape.count > 1 ? tensor.shape[1] : 4)
            let values = random.floats(tensor.count, limit: 2 / fanIn.squareRoot())
            _ = parameters.view.slice(tensor).pointer.update(fromContentsOf: values)
        }
        features = FloatBuffer(count: shape.rows * shape.inputs)
        _ = features.view.pointer.update(fromContentsOf: random.floats(features.count))

        if kind.areClasses {
            let ids = AlignedBuffer<Int32>(count: shape.rows)
            for row in 0..<shape.rows { ids.view[row] = Int32(random.integer(below: outputs)) }
            (targets, targetOwner) = (.classes(ids.view), ids)
            referenceTargets = ids.array.map { .classID(Int($0)) }
        } else {
            let values = FloatBuffer(count: shape.rows * outputs)
            for index in 0..<values.count {
                let choices: [Float] = !kind.loss.isFused ? [0, 1, random.float()] : [0, 1, 0.25]
                values.view[index] = choices[random.integer(below: 3)]
            }
            if kind.loss == .crossEntropy || kind.loss == .divergence {
                for row in 0..<shape.rows {
                    let row = values.view.slice(row * outputs, outputs)
                    row[0] += 0.5
                    let sum = row.array.reduce(0, +)
                    for output in 0..<outputs { row[output] /= sum }
                }
            }
            (targets, targetOwner) = (.values(values.view), values)
            referenceTargets = Self.rows(of: values, width: outputs).map { .values($0) }
        }
        samples = Self.rows(of: features, width: shape.inputs)
        reference = network.reference(parameters: parameters, rows: shape.rows, randomness: randomness)

        // A path from a feature to a gradient goes through one sum over each layer's inputs, forward, one over its
        // outputs, backward, and one over the rows; functions and losses round some 8 times for each layer.
        let roundings = network.nodes.reduce(Double(shape.rows)) {
            $0 + Double(($1.layer.inputShape + $1.layer.outputShape).reduce(0, +) + 8)
        }
        // For each layer the operands of three products are rounded to 8 bits, and functions and slopes are evaluated at
        // values with the errors of the first product.
        let multiplying = network.nodes.count { $0.layer.format != .float32 }
        let conversions = precision == .bf16 ? Double(8 * multiplying) : 0
        error = roundings * Double(Float.ulpOfOne / 2) + conversions * 0x1p-8
    }

    private static func rows(of buffer: FloatBuffer, width: Int) -> [[Double]] {
        let values = buffer.array.map(Double.init)
        return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }

    /// The largest error that roundings, each of half a unit in the last place, make in terms of this size.
    private func tolerance(_ size: Double) -> Double { error * size }

    // MARK: Expectations

    /// The loss, summed over the rows with these weights. Its error is Σ |∂L/∂y| times those of the last layer's outputs y,
    /// which round by their own size.
    /// - Parameter weights: [rows]; nil: all 1.
    func expectedLoss(weights: [Double]? = nil) -> (value: Double, tolerance: Double) {
        var (sum, size) = (0.0, 0.0)
        let weights = weights ?? samples.map { _ in 1 }
        let last = reference.lastOutputs(samples)
        let lastGradients = reference.lastGradients(last, referenceTargets, weights)
        for (row, loss) in reference.losses(samples, referenceTargets).enumerated() {
            sum += weights[row] * loss
            size += weights[row] * loss
            for (y, g) in zip(last[row], lastGradients[row]) { size += abs(g) * max(1, abs(y)) }
        }
        return (sum, tolerance(size))
    }

    /// The gradients of each tensor, summed over the rows with these weights. The terms of the sums over rows and within
    /// a row round before they cancel out; the largest element's Σ_rows |weight · gradient| is the size of both.
    /// - Parameter weights: [rows]; nil: all 1.
    func expectedGradients(weights: [Double]? = nil) -> [(values: [Double], size: Double, tolerance: Double)] {
        let gradients = samples.indices.map(gradientsOfRow)
        return reference.tensors.indices.map { tensor in
            let columns = reference.tensors[tensor].indices.map { index in
                gradients.enumerated().map { (weights?[$0] ?? 1) * $1[tensor][index] }
            }
            let size = columns.map { column in column.reduce(0) { $0 + abs($1) } }.max() ?? 0
            return (columns.map { $0.reduce(0, +) }, size, tolerance(size))
        }
    }

    /// The gradients of one row's loss. Random factors belong to a row's place, which it keeps among the others.
    private func gradientsOfRow(_ row: Int) -> [[Double]] {
        guard randomness != nil else {
            return reference.gradients([samples[row]], [referenceTargets[row]], shares: [1])
        }
        return reference.gradients(samples, referenceTargets, shares: samples.indices.map { $0 == row ? 1 : 0 })
    }
}

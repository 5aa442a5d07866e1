import Foundation
import Kernels
import Reference
import TestSupport
import Testing

@Suite struct ElementwiseTests {
    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }

    /// y for these z, computed as a layer does: fused into a multiplication by 1, by oneDNN, or by loops.
    private func applied(_ activation: Activation, _ z: [Float], columns: Int? = nil) throws -> [Float] {
        let values = buffer(z)
        let y = FloatBuffer(count: z.count)
        if activation.needsInput {
            try ActivationPrimitive(activation, count: z.count).forward(values.view, into: y.view)
        } else if activation.isFused {
            let one = RightOperand(inner: 1, columns: 1, format: .float32)
            let (operand, weight) = (OperandBuffer(count: one.count, format: .float32), buffer([1]))
            one.pack(columns: 0..<1, weight.view, into: operand.view)
            let multiply = try MatrixMultiply(rows: z.count, right: one, activation: activation)
            let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
            try multiply.run(values.view.asOperand, operand.view, into: y.view, scratchpad: scratchpad.view)
        } else {
            y.view.copy(from: values.view)
            activation.apply(to: y.view, columns: columns ?? z.count)
        }
        return y.array
    }

    // MARK: Activations

    private static let places: [Float] = [-1e30, -2, -0.5, 0, 0.5, 2, 1e30]
    private static let valuesAtPlaces: [(Activation, [Double])] = [
        (.identity, [-1e30, -2, -0.5, 0, 0.5, 2, 1e30]),
        (.step, [0, 0, 0, 1, 1, 1, 1]),
        (.sign, [-1, -1, -1, 0, 1, 1, 1]),
        (.relu, [0, 0, 0, 0, 0.5, 2, 1e30]),
        (.leakyReLU, [-1e28, -0.02, -0.005, 0, 0.5, 2, 1e30]),
        (.elu, [-1, -0.8646647, -0.3934693, 0, 0.5, 2, 1e30]),
        (.selu, [-1.7580993, -1.5201665, -0.6917582, 0, 0.5253505, 2.101402, 1.0507010e30]),
        (.sigmoid, [0, 0.1192029, 0.3775407, 0.5, 0.6224593, 0.8807971, 1]),
        (.tanh, [-1, -0.9640276, -0.4621172, 0, 0.4621172, 0.9640276, 1]),
        (.gelu, [0, -0.0455003, -0.1542688, 0, 0.3457312, 1.9544997, 1e30]),
        (.geluTanh, [0, -0.0454023, -0.1542859, 0, 0.345714, 1.9545977, 1e30]),
        (.silu, [0, -0.2384058, -0.1887703, 0, 0.3112297, 1.7615942, 1e30]),
        (.softplus, [0, 0.126928, 0.474077, 0.6931472, 0.974077, 2.126928, 1e30]),
    ]

    @Test func theirValuesAtAFewPlaces() throws {
        for (activation, values) in Self.valuesAtPlaces {
            for (found, value) in zip(try applied(activation, Self.places), values) {
                #expect(abs(Double(found) - value) <= 2e-6 * max(1, abs(value)), "\(activation)")
            }
        }
    }

    @Test("Without a multiplication before them, oneDNN's functions have the same values")
    func valuesWithoutMultiplication() throws {
        for (activation, values) in Self.valuesAtPlaces where activation.needsInput || activation.isFused {
            if activation == .identity { continue }
            let (inputs, outputs) = (FloatBuffer(count: values.count), FloatBuffer(count: values.count))
            for (index, place) in Self.places.enumerated() { inputs.view[index] = place }
            try ActivationPrimitive(activation, count: values.count).forward(inputs.view, into: outputs.view)
            for (found, value) in zip(outputs.array, values) {
                #expect(abs(Double(found) - value) <= 2e-6 * max(1, abs(value)), "\(activation)")
            }
        }
    }

    @Test func sigmoidOfSevenIsTheWorkedValue() throws {
        #expect(abs(try applied(.sigmoid, [7])[0] - 0.9990889) < 2e-7)
    }

    @Test func softmaxIsByRow() throws {
        let y = try applied(.softmax, [1, 2, 3, 5, 5, 5], columns: 3)
        let logarithms = try applied(.logSoftmax, [1, 2, 3, 5, 5, 5], columns: 3)
        for (index, expected) in [0.09003057, 0.24472848, 0.66524094, 1.0 / 3, 1.0 / 3, 1.0 / 3].enumerated() {
            #expect(abs(Double(y[index]) - expected) < 1e-7)
            #expect(abs(Double(logarithms[index]) - log(expected)) < 1e-6)
        }
    }

    @Test func softmaxOfHugeValuesIsFinite() throws {
        #expect(try applied(.softmax, [1e4, -1e4, 0, 3e38, -3e38, 3e38], columns: 3) == [1, 0, 0, 0.5, 0, 0.5])
        #expect(try applied(.softmax, [-42], columns: 1) == [1])
        #expect(try applied(.logSoftmax, [1e4, -1e4, 0], columns: 3) == [0, -2e4, -1e4])
    }

    @Test(arguments: Activation.allCases)
    func activationsAndTheirDerivativesAreThoseOfDouble(activation: Activation) throws {
        let reference = try #require(ReferenceActivation(rawValue: activation.rawValue))
        var random = TestRandom(seed: 21)
        let (rows, columns) = (7, 19)
        let (z, g) = (random.floats(rows * columns, limit: 6), random.floats(rows * columns))
        let (inputs, gradient, outputs) = (buffer(z), buffer(g), buffer(try applied(activation, z, columns: columns)))
        if activation.needsInput {
            try ActivationPrimitive(activation, count: z.count).backward(
                inputs: inputs.view, gradient: gradient.view)
        } else {
            activation.backward(outputs: outputs.view, gradient: gradient.view, columns: columns)
        }
        for row in 0..<rows {
            let range = row * columns..<(row + 1) * columns
            let y = reference.apply(z[range].map(Double.init))
            let expected = reference.backward(z[range].map(Double.init), g[range].map(Double.init))
            // Sums over a row's columns, and some 8 roundings of each function, of values up to the largest.
            let tolerance = Double(columns + 8) * Double(Float.ulpOfOne / 2) * max(1, y.map(abs).max() ?? 1)
            for (column, index) in range.enumerated() {
                #expect(abs(Double(outputs.view[index]) - y[column]) <= tolerance)
                #expect(abs(Double(gradient.view[index]) - expected[column]) <= tolerance)
            }
        }
    }

    // MARK: Softmax cross entropy

    private func softmax(
        _ z: [Float], _ labels: [Int32], samples: Float = 1
    ) -> (loss: Double, correct: Int, gradient: [Float]) {
        let ids = AlignedBuffer<Int32>(count: labels.count)
        _ = ids.view.pointer.update(fromContentsOf: labels)
        let (logits, gradient) = (buffer(z), FloatBuffer(count: z.count))
        let result = softmaxCrossEntropy(
            logits: logits.view, labels: ids.view, gradient: gradient.view, columns: z.count / labels.count,
            samples: samples)
        return (result.loss, result.correct, gradient.array)
    }

    @Test func equalLogitsLoseTheLogarithmOfTheirNumber() {
        let (loss, _, gradient) = softmax([7, 7, 7, 7], [2])
        #expect(abs(loss - 1.3862943611198906) < 1e-12)
        #expect(gradient == [0.25, 0.25, -0.75, 0.25])
        // The loss is summed over these rows, the gradient is of the mean over all samples.
        #expect(softmax([7, 7, 7, 7], [2], samples: 4).loss == loss)
        #expect(softmax([7, 7, 7, 7], [2], samples: 4).gradient == gradient.map { $0 / 4 })
    }

    @Test func hugeLogitsGiveFiniteAndRightLosses() {
        // Rows that are right, wrong by 20,000, and undecided between two classes.
        let (loss, correct, gradient) = softmax([1e4, -1e4, 0, 1e4, -1e4, 0, -1e4, 1e4, 1e4], [0, 1, 2])
        #expect(abs(loss - (0 + 20_000 + 0.6931471805599453)) < 1e-9)
        #expect(gradient == [0, 0, 0, 1, -1, 0, 0, 0.5, -0.5])
        // Of two equal logits the first counts as the largest.
        #expect(correct == 1)
    }

    @Test func countsAreOfTheLargestLogit() {
        #expect(softmax([1, 2, 3, 3, 2, 1, 1, 3, 2], [2, 0, 0]).correct == 2)
    }

    // MARK: Sigmoid cross entropy

    private func sigmoid(
        _ z: [Float], _ t: [Float], columns: Int, samples: Float = 1
    ) -> (loss: Double, gradient: [Float]) {
        let (logits, targets, gradient) = (buffer(z), buffer(t), FloatBuffer(count: z.count))
        let loss = OutputLoss.sigmoidCrossEntropy(smoothing: 0, weights: (1, 1)).evaluate(
            logits.view, targets: targets.view, gradient: gradient.view, divisor: columns, samples: samples)
        return (loss, gradient.array)
    }

    @Test func logitsOfPlusAndMinus200AreRightOrWrongBy200() {
        for (z, t, loss, gradient) in [
            (200, 1, 0, 0), (200, 0, 200, 1), (-200, 0, 0, 0), (-200, 1, 200, -1),
        ] as [(Float, Float, Double, Float)] {
            let found = sigmoid([z], [t], columns: 1)
            #expect(abs(found.loss - loss) < 1e-80 && found.gradient == [gradient])
        }
    }

    @Test func sigmoidLossIsTheMeanOverARowsColumns() {
        let found = sigmoid([0, 0, 0, 0], [1, 0, 0.5, 1], columns: 2)
        #expect(abs(found.loss - 2 * 0.6931471805599453) < 1e-12)
        #expect(found.gradient == [-0.25, 0.25, 0, -0.25])
        #expect(sigmoid([0, 0, 0, 0], [1, 0, 0.5, 1], columns: 2, samples: 2).gradient == [-0.125, 0.125, 0, -0.125])
    }

    // MARK: Squared error

    @Test func squaredErrorIsTheMeanOverARowsColumns() {
        let (outputs, targets, gradient) = (buffer([1.5, 1.5, 0, 4]), buffer([1, 2, 0, 0]), FloatBuffer(count: 4))
        for samples: Float in [1, 2] {
            let loss = OutputLoss.squaredError.evaluate(
                outputs.view, targets: targets.view, gradient: gradient.view, divisor: 2, samples: samples)
            #expect(loss == 0.25 + 8)
            #expect(gradient.array == [0.5, -0.5, 0, 4].map { $0 / samples })
        }
    }
}

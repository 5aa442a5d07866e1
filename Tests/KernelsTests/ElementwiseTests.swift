import Kernels
import TestSupport
import Testing

@Suite struct ElementwiseTests {
    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }

    private func applied(_ activation: ElementwiseActivation, _ z: [Float], columns: Int? = nil) -> [Float] {
        let values = buffer(z)
        activation.apply(to: values.view, columns: columns ?? z.count)
        return values.view.array
    }

    // MARK: Activations

    @Test func identityKeepsEveryValue() {
        #expect(applied(.identity, [-2, 0, 1e30]) == [-2, 0, 1e30])
    }

    @Test func reluCutsOffBelowZero() {
        #expect(applied(.relu, [-1e30, -1e-30, 0, 1e-30, 3]) == [0, 0, 0, 1e-30, 3])
    }

    @Test func sigmoidIsAHalfAtZeroAndFlatFarOut() {
        let y = applied(.sigmoid, [0, 7, -7, 200, -200])
        #expect(y[0] == 0.5 && y[3] == 1 && y[4] == 0)
        #expect(abs(y[1] - 0.9990889) < 2e-7)
        #expect(abs(y[2] - 0.0009110512) < 1e-9)
    }

    @Test func tanhIsOddAndFlatFarOut() {
        let y = applied(.tanh, [0, 1, -1, 200, -200])
        #expect(y[0] == 0 && y[3] == 1 && y[4] == -1 && y[1] == -y[2])
        #expect(abs(y[1] - 0.7615942) < 1e-6)
    }

    @Test func softmaxIsByRow() {
        let y = applied(.softmax, [1, 2, 3, 5, 5, 5], columns: 3)
        for (found, expected) in zip(y, [0.09003057, 0.24472848, 0.66524094, 1.0 / 3, 1.0 / 3, 1.0 / 3]) {
            #expect(abs(Double(found) - expected) < 1e-7)
        }
    }

    @Test func softmaxOfHugeValuesIsFinite() {
        #expect(applied(.softmax, [1e4, -1e4, 0, 3e38, -3e38, 3e38], columns: 3) == [1, 0, 0, 0.5, 0, 0.5])
        #expect(applied(.softmax, [-42], columns: 1) == [1])
    }

    @Test(arguments: [
        (ElementwiseActivation.identity, ReferenceActivation.identity), (.sigmoid, .sigmoid), (.tanh, .tanh),
        (.relu, .relu), (.softmax, .softmax),
    ])
    func activationsAndTheirDerivativesAreThoseOfDouble(
        activation: ElementwiseActivation, reference: ReferenceActivation
    ) {
        var random = TestRandom(seed: 21)
        let (rows, columns) = (7, 19)
        let (z, g) = (random.floats(rows * columns, limit: 6), random.floats(rows * columns))
        let (values, gradient) = (buffer(z), buffer(g))
        activation.apply(to: values.view, columns: columns)
        activation.backward(outputs: values.view, gradient: gradient.view, columns: columns)
        for row in 0..<rows {
            let range = row * columns..<(row + 1) * columns
            let y = reference.apply(z[range].map(Double.init))
            let expected = reference.backward(y, g[range].map(Double.init))
            // Sums over a row's columns, and some 8 roundings of each function, of values up to the largest.
            let tolerance = Double(columns + 8) * Double(Float.ulpOfOne / 2) * max(1, y.map(abs).max() ?? 1)
            for (place, index) in range.enumerated() {
                #expect(abs(Double(values.view[index]) - y[place]) <= tolerance)
                #expect(abs(Double(gradient.view[index]) - expected[place]) <= tolerance)
            }
        }
    }

    // MARK: Softmax cross entropy

    private func softmax(
        _ z: [Float], _ labels: [Int32], samples: Int = 1
    ) -> (loss: Double, correct: Int, gradient: [Float]) {
        let ids = AlignedBuffer<Int32>(count: labels.count)
        _ = ids.view.pointer.update(fromContentsOf: labels)
        let (logits, gradient) = (buffer(z), FloatBuffer(count: z.count))
        let result = softmaxCrossEntropy(
            logits: logits.view, labels: ids.view, gradient: gradient.view, columns: z.count / labels.count,
            samples: samples)
        return (result.loss, result.correct, gradient.view.array)
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
        // Right, wrong by 20,000, and undecided between two.
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
        _ z: [Float], _ t: [Float], columns: Int, samples: Int = 1
    ) -> (loss: Double, gradient: [Float]) {
        let (logits, targets, gradient) = (buffer(z), buffer(t), FloatBuffer(count: z.count))
        let loss = sigmoidCrossEntropy(
            logits: logits.view, targets: targets.view, gradient: gradient.view, columns: columns, samples: samples)
        return (loss, gradient.view.array)
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
        for samples in [1, 2] {
            let loss = squaredError(
                outputs: outputs.view, targets: targets.view, gradient: gradient.view, columns: 2, samples: samples)
            #expect(loss == 0.25 + 8)
            #expect(gradient.view.array == [0.5, -0.5, 0, 4].map { $0 / Float(samples) })
        }
    }
}

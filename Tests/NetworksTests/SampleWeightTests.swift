import Kernels
import Networks
import Reference
import TestSupport
import Testing

/// Weighted samples: the loss of a minibatch is Σ w l / Σ w, and its gradient that of this mean.
@Suite struct SampleWeightTests {
    // MARK: Worked values

    /// y = x on x = 1, 2 against 0: losses l = 1, 4 and slopes ∂l/∂y = 2, 4. With weights 1 and 3, Σ w l = 13,
    /// ∂L/∂weight = (1 · 2 · 1 + 3 · 4 · 2) / 4 = 6.5, and ∂L/∂bias = (1 · 2 + 3 · 4) / 4 = 3.5.
    @Test func squaredErrorsAreWeightedByHand() throws {
        let found = try worked(
            .meanSquaredError, outputs: 1, x: [1, 2], targets: [0, 0], weights: [1, 3], parameters: [[1], [0]])
        #expect(found.loss == 13)
        #expect(found.gradients == [[6.5], [3.5]])
    }

    /// Both outputs 0 are softmaxes of ½ and losses of log 2. With weights 1 and 3 and classes 0 and 1, ∂L/∂bias =
    /// (1 · (−½, ½) + 3 · (½, −½)) / 4 = (¼, −¼).
    @Test func crossEntropiesAreWeightedByHand() throws {
        let found = try worked(
            .crossEntropy, outputs: 2, x: [1, 1], targets: [1, 0, 0, 1], weights: [1, 3],
            parameters: [[0, 0], [0, 0]])
        #expect(abs(found.loss - 4 * 0.6931471805599453) <= 4 * Double.ulpOfOne)
        #expect(found.gradients == [[0.25, -0.25], [0.25, -0.25]])
    }

    /// Losses 1, 4, 9 of which the second has weight 0: Σ w l = 2 · 1 + 9, and ∂L/∂bias = (2 · 2 + 6) / 3.
    @Test func aWeightOf0LeavesASampleOut() throws {
        let found = try worked(
            .meanSquaredError, outputs: 1, x: [1, 2, 3], targets: [0, 0, 0], weights: [2, 0, 1],
            parameters: [[1], [0]])
        #expect(found.loss == 11)
        #expect(abs(found.gradients[1][0] - 10.0 / 3) <= 10.0 / 3 * .ulpOfOne)
    }

    /// The summed loss, and the gradients of a network of one layer.
    private func worked(
        _ loss: Loss, outputs: Int, x: [Float], targets: [Float], weights: [Float], parameters: [[Float]]
    ) throws -> (loss: Double, gradients: [[Float]]) {
        let network = Network(
            inputShape: [1], hiddenWidths: [], activation: .identity,
            objective: Objective(
                loss: loss, outputActivation: loss.requiredOutputActivation ?? .identity, correctness: .none,
                outputs: outputs))
        let flat = FloatBuffer(count: network.layout.bufferCount)
        for (tensor, values) in zip(network.layout.tensors, parameters) {
            _ = flat.view.slice(tensor).pointer.update(fromContentsOf: values)
        }
        let (input, targets, factors) = (buffer(x), buffer(targets), buffer(weights))
        let gradients = FloatBuffer(count: flat.count)
        let sum = try FullPass(network, rows: x.count).train(
            input.view, .values(targets.view), weights: factors.view,
            totalWeight: weights.reduce(0) { $0 + Double($1) }, parameters: flat.view, gradients: gradients.view)
        return (sum.loss, network.layout.tensors.map { gradients.view.slice($0).array })
    }

    // MARK: Every loss

    @Test(arguments: NetworkKind.all)
    func lossAndGradientsAreTheReferences(kind: NetworkKind) throws {
        for (index, shape) in NetworkShape.all.enumerated() {
            let example = try NetworkCase(shape, kind, seed: UInt64(100 + index))
            let weights = weights(rows: shape.rows)
            let total = weights.reduce(0) { $0 + Double($1) }
            let (sum, gradients) = try pass(example, weights)

            let loss = example.expectedLoss(weights: weights.map(Double.init))
            #expect(abs(sum.loss - loss.value) <= loss.tolerance, "loss \(sum.loss), not \(loss.value): \(shape)")
            let expected = example.expectedGradients(weights: weights.map { Double($0) / total })
            for (found, expected) in zip(gradients, expected) {
                // A row's divisor and the division by it round once each.
                let tolerance = expected.tolerance + expected.size * Double(Float.ulpOfOne)
                #expect(
                    zip(found, expected.values).allSatisfy { abs(Double($0) - $1) <= tolerance },
                    "\(found), not \(expected.values): \(shape)")
            }
        }
    }

    @Test(arguments: NetworkKind.all)
    func weightsOfNothingBut0GiveNoLossAndNoGradient(kind: NetworkKind) throws {
        for shape in NetworkShape.all {
            let example = try NetworkCase(shape, kind)
            let (sum, gradients) = try pass(example, Array(repeating: 0, count: shape.rows))
            #expect(sum.loss == 0)
            #expect(gradients.joined().allSatisfy { $0 == 0 }, "\(shape)")
        }
    }

    /// A row's loss is divided by the outputs before the sum over the rows instead of after it, and its gradient may
    /// round otherwise in the last bit.
    @Test(arguments: NetworkKind.all)
    func weightsOf1AreAsCloseToNoneAsTheLastBit(kind: NetworkKind) throws {
        for shape in NetworkShape.all {
            let example = try NetworkCase(shape, kind)
            let (plain, weighted) = (try pass(example, nil), try pass(example, Array(repeating: 1, count: shape.rows)))
            let roundings = Double(shape.rows * shape.outputs)
            #expect(abs(plain.sum.loss - weighted.sum.loss) <= roundings * .ulpOfOne * plain.sum.loss, "\(shape)")
            #expect(plain.sum.correct == weighted.sum.correct)
            let sizes = example.expectedGradients(weights: Array(repeating: 1 / Double(shape.rows), count: shape.rows))
            for ((plain, weighted), expected) in zip(zip(plain.gradients, weighted.gradients), sizes) {
                let tolerance = Float(expected.size) * .ulpOfOne
                #expect(zip(plain, weighted).allSatisfy { abs($0 - $1) <= tolerance }, "\(shape)")
            }
        }
    }

    /// Accuracy is a share of samples.
    @Test(arguments: NetworkKind.all)
    func weightsDoNotChangeTheNumberOfCorrectSamples(kind: NetworkKind) throws {
        for shape in NetworkShape.all {
            let example = try NetworkCase(shape, kind)
            let (plain, weighted) = (try pass(example, nil), try pass(example, weights(rows: shape.rows)))
            #expect(plain.sum.correct == weighted.sum.correct)
        }
    }

    // MARK: Helpers

    /// Random weights up to 3, of which every fourth is 0.
    private func weights(rows: Int) -> [Float] {
        var random = TestRandom(seed: 11)
        return (0..<rows).map { $0 % 4 == 3 ? 0 : 1.5 + 1.5 * random.float() }
    }

    /// The summed loss, and the gradients of the mean.
    /// - Parameter weights: nil for samples without weights.
    private func pass(_ example: NetworkCase, _ weights: [Float]?) throws -> (sum: LossSum, gradients: [[Float]]) {
        let gradients = FloatBuffer(count: example.network.layout.bufferCount)
        let weights = weights.map(buffer)
        let total = weights.map { $0.array.reduce(0) { $0 + Double($1) } } ?? Double(example.rows)
        let sum = try FullPass(example.network, rows: example.rows).train(
            example.features.view, example.targets, weights: weights?.view, totalWeight: total,
            parameters: example.parameters.view, gradients: gradients.view)
        return (sum, example.network.layout.tensors.map { gradients.view.slice($0).array })
    }

    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        _ = buffer.view.pointer.update(fromContentsOf: values)
        return buffer
    }
}

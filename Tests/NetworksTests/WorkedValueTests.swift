import Kernels
import Networks
import TestSupport
import Testing

/// Small networks whose outputs and gradients are worked out by hand.
@Suite struct WorkedValueTests {
    /// A network with given tensors (weight, bias, weight, …), by default of sigmoids.
    private struct Worked {
        let network: Network
        let parameters: FloatBuffer

        init(
            _ inputs: Int, _ hidden: [Int], _ outputs: Int, activation: Activation = .sigmoid,
            out: Activation = .sigmoid, _ tensors: [[Float]]
        ) {
            network = Network(
                inputShape: [inputs], hiddenWidths: hidden, activation: activation,
                objective: Objective(
                    loss: .meanSquaredError, outputActivation: out, correctness: .none, outputs: outputs))
            parameters = FloatBuffer(count: network.layout.bufferCount)
            for (tensor, values) in zip(network.layout.tensors, tensors) {
                _ = parameters.view.slice(tensor).pointer.update(fromContentsOf: values)
            }
        }

        func outputs(_ x: [Float]) throws -> [Float] {
            let input = buffer(x)
            return try FullPass(network, rows: x.count / network.inputs)
                .outputs(input.view, parameters: parameters.view)
        }

        /// The loss summed over the samples, and its gradients.
        func train(_ x: [Float], targets: [Float]) throws -> (loss: Double, gradients: [[Float]]) {
            let (input, target) = (buffer(x), buffer(targets))
            let gradients = FloatBuffer(count: network.layout.bufferCount)
            let sum = try FullPass(network, rows: x.count / network.inputs)
                .train(input.view, .values(target.view), parameters: parameters.view, gradients: gradients.view)
            return (sum.loss, network.layout.tensors.map { gradients.view.slice($0).array })
        }

        private func buffer(_ values: [Float]) -> FloatBuffer {
            let buffer = FloatBuffer(count: values.count)
            _ = buffer.view.pointer.update(fromContentsOf: values)
            return buffer
        }
    }

    @Test func aSigmoidNeuronOfWeights0And1AndBias4Gives0_9990889() throws {
        let neuron = Worked(2, [], 1, [[0, 1], [4]])
        // Half a unit of the last given digit, and a Float's rounding.
        #expect(abs(try neuron.outputs([2, 3])[0] - 0.9990889) < 0.5e-7 + .ulpOfOne)
    }

    @Test func aNetwork2_2_1OfWeights0And1Gives0_7216326() throws {
        let hidden = Worked(2, [], 2, [[0, 1, 0, 1], [0, 0]])
        #expect(try hidden.outputs([2, 3]).allSatisfy { abs($0 - 0.9526) < 5e-5 })
        let network = Worked(2, [2], 1, [[0, 1, 0, 1], [0, 0], [0, 1], [0]])
        #expect(abs(try network.outputs([2, 3])[0] - 0.7216326) < 0.5e-7 + .ulpOfOne)
    }

    @Test func theFirstWeightOfANetwork2_2_1OfOnesHasGradient0_0214() throws {
        let hidden = Worked(2, [], 2, [[1, 1, 1, 1], [0, 0]])
        #expect(try hidden.outputs([-2, -1]).allSatisfy { abs($0 - 0.0474) < 5e-5 })
        let network = Worked(2, [2], 1, [[1, 1, 1, 1], [0, 0], [1, 1], [0]])
        let output = try network.outputs([-2, -1])[0]
        #expect(abs(output - 0.524) < 5e-4)
        let (loss, gradients) = try network.train([-2, -1], targets: [1])
        #expect((0.0214..<0.0215).contains(gradients[0][0]))
        // Both neurons are alike, and ∂L/∂w_ji = ∂L/∂b_j x_i.
        #expect(gradients[0] == [-2, -1, -2, -1].map { $0 * gradients[1][0] })
        #expect(abs(loss - Double((1 - output) * (1 - output))) < 1e-7)
    }

    @Test func theSquaredErrorOfFourZerosAgainst1001Is0_5() throws {
        let zero = Worked(1, [], 1, out: .identity, [[0], [0]])
        #expect(try zero.train([5, 6, 7, 8], targets: [1, 0, 0, 1]).loss / 4 == 0.5)
        // The same values as one sample of four outputs.
        let wide = Worked(1, [], 4, out: .identity, [[0, 0, 0, 0], [0, 0, 0, 0]])
        #expect(try wide.train([5], targets: [1, 0, 0, 1]).loss == 0.5)
    }

    @Test func theSquaredErrorOf1_5And1_5Against1And2Is0_25() throws {
        let network = Worked(1, [], 2, out: .identity, [[0, 0], [1.5, 1.5]])
        #expect(try network.train([9], targets: [1, 2]).loss == 0.25)
    }

    /// H1 = A and B, H2 = A or B, out = H2 and not H1.
    @Test func twoPerceptronsAndAThirdMakeExclusiveOr() throws {
        let inputs: [Float] = [0, 0, 0, 1, 1, 0, 1, 1]
        let hidden = Worked(2, [], 2, out: .step, [[1, 1, 1, 1], [-1.5, -0.5]])
        #expect(try hidden.outputs(inputs) == [0, 0, 0, 1, 0, 1, 1, 1])
        let network = Worked(
            2, [2], 1, activation: .step, out: .step, [[1, 1, 1, 1], [-1.5, -0.5], [-1, 1], [-0.5]])
        #expect(try network.outputs(inputs) == [0, 1, 1, 0])
    }
}

import Kernels
import Layers
import Networks
import RecurrentLayers
import TestSupport
import Testing

/// What `dropout2d` drops, and by which random numbers.
@Suite struct ChannelDropoutTests {
    private let randomness = PassRandomness(seed: 5, step: 9, firstRow: 3)

    private func network(_ layers: String, _ shape: [Int], axes: String? = nil) throws -> Network {
        try Network(
            inputShape: shape, axes: axes, items: NetworkReader.all.items(of: layers), activation: .relu,
            objective: Objective(loss: .meanSquaredError, outputActivation: .identity, correctness: .none, outputs: 2))
    }

    private struct Pass {
        let output: [Float]
        let inputGradient: [Float]
    }

    /// Ones through both passes of a layer.
    private func pass(_ layer: any Layer, rows: Int, _ randomness: PassRandomness?) throws -> Pass {
        let count = rows * layer.inputShape.reduce(1, *)
        let (ones, output, gradient) = (FloatBuffer(count: count), FloatBuffer(count: count), FloatBuffer(count: count))
        ones.view.pointer.update(repeating: 1)
        output.view.pointer.update(repeating: .nan)
        let (none, operand) = (FloatBuffer(count: 0), OperandBuffer(count: 0, format: .float32))
        let kernel = try layer.makeKernel(
            LayerUse(rows: rows, microbatchRows: rows, givesTensorGradients: false, givesInputGradient: true))
        try kernel.forward(
            ForwardArguments(
                input: ones.view, secondInput: nil, output: output.view, lengths: nil, parameters: none.view,
                packed: operand.view, gradientOperands: nil, rowsInMicrobatch: 0..<rows, kept: none.view, total: nil,
                randomness: randomness,
                converted: operand.view, scratchpad: none.view))
        try kernel.backward(
            BackwardArguments(
                input: ones.view, output: output.view, lengths: nil, outputGradient: ones.view,
                inputGradient: gradient.view, secondInputGradient: nil, parameters: none.view, packed: operand.view,
                gradientOperands: nil,
                tensorGradients: nil, rowsInMicrobatch: 0..<rows, kept: none.view, total: nil, randomness: randomness,
                converted: operand.view, scratchpad: none.view))
        return withExtendedLifetime((ones, none, operand)) {
            Pass(output: output.array, inputGradient: gradient.array)
        }
    }

    /// Images of 3 by 2, and sequences of 6: of 400 channels some 100 are dropped, within five standard deviations.
    @Test(arguments: [([3, 2, 40], "HWC"), ([6, 40], "TC")])
    func wholeChannelsAreDroppedAndTheOthersMakeUpForIt(shape: [Int], axes: String) throws {
        let layer = try network("dropout2d 0.25, flatten", shape, axes: axes).nodes[0].layer
        let found = try pass(layer, rows: 10, randomness)
        var dropped = 0
        for row in 0..<10 {
            for channel in 0..<40 {
                let values = Set((0..<6).map { found.output[(row * 6 + $0) * 40 + channel] })
                #expect(values == [0] || values == [Float(1 / 0.75)])
                dropped += values == [0] ? 1 : 0
            }
        }
        #expect(abs(Double(dropped) - 100) < 5 * (400 * 0.25 * 0.75).squareRoot())
        #expect(found.inputGradient == found.output)
        #expect(try pass(layer, rows: 10, nil).output.allSatisfy { $0 == 1 })
    }

    /// The masks of 7 rows of 20 channels.
    private func masks(_ layers: String) throws -> [[Float]] {
        try network(layers, [2, 3, 20], axes: "HWC").nodes.compactMap { node -> [Float]? in
            let mask = (node.layer as? ChannelDropout)?.mask(randomness) ?? (node.layer as? Dropout)?.mask(randomness)
            return mask.map { mask in (0..<7).flatMap { row in (0..<20).map { mask.factor(row: row, column: $0) } } }
        }
    }

    @Test func everyLayerHasItsOwnMask() throws {
        let all = try masks(
            "dropout2d 0.4, dropout 0.4, dropout2d 0.4, dropout 0.4, dropout2d 0.4 name=a, dropout2d 0.4 name=b")
        #expect(all.count == 6 && Set(all).count == 6)
        // A name is of one layer: of two networks.
        #expect(try masks("dropout2d 0.4 name=a") == [all[4]])
        #expect(try masks("dropout 0.4 name=a") != [all[4]])
    }

    @Test func dropoutOfElementsHasTheMasksThatItHasAlone() throws {
        let alone = try masks("dropout 0.4, dropout 0.4")
        let found = try masks("dropout2d 0.4, dropout 0.4, dropout2d 0.4, dropout 0.4")
        #expect([found[1], found[3]] == alone)
    }

    @Test func aRowWithoutChannelsIsRefused() throws {
        for layers in ["dropout2d 0.5", "64, dropout2d 0.5"] {
            let error = #expect(throws: NetworkItemError.self) { try network(layers, [64]) }
            #expect(error?.problem == .isNoImage([64]))
        }
    }
}

import Kernels
import Layers
import Reference

/// Hidden values [time, units] of an input [time, inputs]: those of a step follow from its input and the hidden values of the step
/// before, which are 0 at first. Weights are [gates · units, inputs] and [gates · units, units], the units of a gate one after another.
///
/// Of a sample that is shorter, steps beyond its length are 0. In reverse order the layer begins with the last step of each sample. The
/// output may be the hidden values after the last step of a sample alone, [units], which are 0 without steps.
package struct Recurrent: Layer {
    package let cell: RecurrentCell
    package let inputShape: [Int]
    package let units: Int
    /// Whether it goes from the last step to the first.
    package let isReversed: Bool
    /// Whether its output is the hidden values after the last step, in its own order, alone.
    package let isLastOnly: Bool
    /// Gradients go back through so many steps at most: those of the steps before each multiple of it are cut (Williams and Peng
    /// 1990); nil for all steps.
    package let truncation: Int?
    package let format: OperandFormat

    package init(
        _ cell: RecurrentCell, inputShape: [Int], units: Int, isReversed: Bool = false, isLastOnly: Bool = false,
        truncation: Int? = nil, format: OperandFormat = .float32
    ) {
        precondition(inputShape.count == 2)
        (self.cell, self.inputShape, self.units) = (cell, inputShape, units)
        (self.isReversed, self.isLastOnly) = (isReversed, isLastOnly)
        (self.truncation, self.format) = (truncation, format)
    }

    var steps: Int { inputShape[0] }
    var inputs: Int { inputShape[1] }
    /// Gates of all units.
    var neurons: Int { cell.gates * units }
    package var outputShape: [Int] { isLastOnly ? [units] : [steps, units] }
    package var operations: Int { steps * 2 * neurons * (inputs + units) }
    package var shardRows: Int? { 32 }

    /// The input and the hidden values in the order of the steps, gates and cells, and the operands of the gradients.
    package var elementsPerSample: Int { steps * (3 * inputs + (4 + 2 * cell.gates + cell.keptGates) * units) }

    package var tensors: [TensorSpecification] {
        func tensor(
            _ name: String, _ shape: [Int], isWeight: Bool, firstNeuron: Int = 0, _ initializers: [Initializer]
        ) -> TensorSpecification {
            TensorSpecification(
                name: name, shape: shape, isWeight: isWeight, initializers: initializers,
                fanIn: isWeight ? shape[1] : inputs, fanOut: units, firstNeuron: firstNeuron)
        }
        func gates(_ initializer: Initializer) -> [Initializer] { Array(repeating: initializer, count: cell.gates) }
        // A forget gate that is open at first lets gradients through (Jozefowicz et al. 2015).
        let bias: [Initializer] = cell.hasCells ? [.zeros, .constant(1), .zeros, .zeros] : gates(.zeros)
        let all = [
            tensor("weight", [neurons, inputs], isWeight: true, gates(.xavierUniform)),
            tensor("recurrent", [neurons, units], isWeight: true, gates(.orthogonal)),
            tensor("bias", [neurons], isWeight: false, bias),
        ]
        guard cell.hasRecurrentBias else { return all }
        return all + [tensor("recurrent-bias", [units], isWeight: false, firstNeuron: 2 * units, [.zeros])]
    }

    package var gradients: TensorGradients { .overRows(self) }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel { RecurrentKernel(layer: self, use) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        let kind: ReferenceRecurrent.Cell =
            switch cell {
            case .elman: .elman
            case .longShortTermMemory: .longShortTermMemory
            case .gatedUnit(let resetsAfter): resetsAfter ? .resetAfter : .resetBefore
            }
        return ReferenceRecurrent(
            kind, steps: steps, inputs: inputs, units: units, isReversed: isReversed, isLastOnly: isLastOnly,
            truncation: truncation)
    }
}

// MARK: Operands of its multiplications

extension Recurrent {
    /// weightᵀ [inputs, neurons]
    var inputForward: RightOperand { RightOperand(inner: inputs, columns: neurons, format: format) }
    /// weight [neurons, inputs]
    var inputBackward: RightOperand { RightOperand(inner: neurons, columns: inputs, format: format) }

    /// The neurons of the gates whose sums over hidden values are computed together.
    var recurrentBlocks: [Range<Int>] {
        cell.recurrentBlocks.map { $0.lowerBound * units..<$0.upperBound * units }
    }

    /// recurrentᵀ [units, neurons of the block]
    func recurrentForward(_ block: Range<Int>) -> RightOperand {
        RightOperand(inner: units, columns: block.count, format: format)
    }
    /// recurrent [neurons of the block, units]
    func recurrentBackward(_ block: Range<Int>) -> RightOperand {
        RightOperand(inner: block.count, columns: units, format: format)
    }

    package func makePacker(forInputGradient: Bool) -> (any ParameterPacker)? {
        RecurrentPacker(layer: self, forInputGradient: forInputGradient)
    }
}

/// The layer's operands one after another, each from a 64-byte line on: both recurrent ones of each block, the forward one of the
/// inputs, and the backward one if it is needed.
struct RecurrentPacker: ParameterPacker {
    private let layer: Recurrent
    private let blocks: [Range<Int>]
    let recurrentForward: [PackedOperand]
    let recurrentBackward: [PackedOperand]
    let inputForward: PackedOperand
    let inputBackward: PackedOperand?
    let count: Int

    /// A right operand, and where it begins.
    struct PackedOperand: Sendable {
        let operand: RightOperand
        private let offset: Int

        fileprivate init(_ operand: RightOperand, _ end: inout Int) {
            (self.operand, offset) = (operand, end)
            end += OperandBuffer.aligned(operand.count)
        }

        func values(in packed: OperandView) -> OperandView { packed.slice(offset, operand.count) }
    }

    init(layer: Recurrent, forInputGradient: Bool) {
        (self.layer, blocks) = (layer, layer.recurrentBlocks)
        var end = 0
        recurrentForward = blocks.map { PackedOperand(layer.recurrentForward($0), &end) }
        recurrentBackward = blocks.map { PackedOperand(layer.recurrentBackward($0), &end) }
        inputForward = PackedOperand(layer.inputForward, &end)
        inputBackward = forInputGradient ? PackedOperand(layer.inputBackward, &end) : nil
        count = end
    }

    func pack(_ neurons: Range<Int>, of parameters: FloatView, into packed: OperandView) {
        let ranges = layer.tensorRanges
        func rows(_ tensor: Int, _ neurons: Range<Int>, _ width: Int) -> FloatView {
            parameters.slice(ranges[tensor]).slice(neurons.lowerBound * width, neurons.count * width)
        }
        let weight = rows(0, neurons, layer.inputs)
        inputForward.operand.pack(columns: neurons, weight, into: inputForward.values(in: packed))
        if let inputBackward {
            inputBackward.operand.pack(rows: neurons, weight, into: inputBackward.values(in: packed))
        }
        for (index, block) in blocks.enumerated() {
            let own = neurons.clamped(to: block)
            guard !own.isEmpty else { continue }
            let recurrent = rows(1, own, layer.units)
            let places = own.lowerBound - block.lowerBound..<own.upperBound - block.lowerBound
            let (forward, backward) = (recurrentForward[index], recurrentBackward[index])
            forward.operand.pack(columns: places, recurrent, into: forward.values(in: packed))
            backward.operand.pack(rows: places, recurrent, into: backward.values(in: packed))
        }
    }
}

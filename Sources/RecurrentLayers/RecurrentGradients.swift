import Kernels
import Layers

/// What the gradients of a recurrent layer's tensors are computed from, for a microbatch: of each shard the operands of its samples'
/// steps one after another, without padding but for some zeros in the end, so that few sizes of multiplications are compiled.
struct RecurrentOperands {
    private let layer: Recurrent
    /// The steps of an operand are whole groups of so many.
    private let group: Int
    /// The steps that there is room for, and elements for them, of each sample.
    private let stepRoom: Int
    private let room: Int

    init(_ layer: Recurrent) {
        self.layer = layer
        group = layer.format == .bfloat16 ? 32 : 16
        stepRoom = (layer.steps + group - 1) / group * group
        room = ShardOperands(layer, steps: stepRoom).count
    }

    func count(rows: Int) -> Int { rows * room }

    /// The steps of a shard's operands: as many as its samples have, rounded up to four significant bits where there is room.
    /// - Parameter rows: the shard's samples.
    func operandSteps(_ steps: Int, rows: Int) -> Int {
        var unit = group
        while 16 * unit <= steps { unit *= 2 }
        return min(max(1, (steps + unit - 1) / unit) * unit, rows * stepRoom)
    }

    /// - Parameters:
    ///   - firstRow: of the shard in the microbatch.
    ///   - steps: `operandSteps` of its samples.
    func shard(firstRow: Int, steps: Int, in all: OperandView) -> (operands: ShardOperands, values: OperandView) {
        let operands = ShardOperands(layer, steps: steps)
        return (operands, all.slice(firstRow * room, operands.count))
    }
}

/// The operands of one shard: the right ones, which are inputs, hidden values before each step, and reset ones, [steps, width]; then the
/// left ones, ∂L/∂sums transposed, [neurons, steps], and after them those of the candidate's sums over hidden values, if they are others.
struct ShardOperands {
    private let layer: Recurrent
    let steps: Int
    let inputs: RightOperand
    let hidden: RightOperand
    private let leftOffset: Int

    init(_ layer: Recurrent, steps: Int) {
        (self.layer, self.steps) = (layer, steps)
        inputs = RightOperand(inner: steps, columns: layer.inputs, format: layer.format, keepsRows: true)
        hidden = RightOperand(inner: steps, columns: layer.units, format: layer.format, keepsRows: true)
        leftOffset =
            OperandBuffer.aligned(inputs.count)
            + (layer.cell.resetsBefore ? 2 : 1) * OperandBuffer.aligned(hidden.count)
    }

    private var leftNeurons: Int { layer.neurons + (layer.cell.hasOwnCandidateGradient ? layer.units : 0) }
    var count: Int { leftOffset + OperandBuffer.aligned(leftNeurons * steps) }

    func inputs(in all: OperandView) -> OperandView { all.slice(0, inputs.count) }
    func hidden(in all: OperandView) -> OperandView { all.slice(OperandBuffer.aligned(inputs.count), hidden.count) }
    func resetHidden(in all: OperandView) -> OperandView {
        all.slice(OperandBuffer.aligned(inputs.count) + OperandBuffer.aligned(hidden.count), hidden.count)
    }
    /// Those of some neurons; from `layer.neurons` on those of the candidate's sums over hidden values.
    func left(_ neurons: Range<Int>, in all: OperandView) -> OperandView {
        all.slice(leftOffset + neurons.lowerBound * steps, neurons.count * steps)
    }

    /// - Parameters:
    ///   - inputs: [count, inputs], or more; the others likewise.
    ///   - count: steps of all samples.
    func writeRight(
        _ inputs: FloatView, _ hidden: FloatView, _ resetHidden: FloatView, count: Int, into all: OperandView
    ) {
        func write(_ values: FloatView, _ operand: RightOperand, into target: OperandView) {
            operand.pack(rows: 0..<count, values.slice(0, count * operand.columns), into: target)
            operand.clear(rows: count..<steps, in: target)
        }
        write(inputs, self.inputs, into: self.inputs(in: all))
        write(hidden, self.hidden, into: self.hidden(in: all))
        if layer.cell.resetsBefore { write(resetHidden, self.hidden, into: self.resetHidden(in: all)) }
    }

    /// - Parameters:
    ///   - sums: ∂L/∂sums of one step, [count, neurons].
    ///   - candidate: ∂L/∂(sums over hidden values), [count, neurons], of which the candidate's are taken if they are others.
    ///   - at: steps of all samples before it.
    func writeLeft(_ sums: FloatView, candidate: FloatView, count: Int, at: Int, into all: OperandView) {
        transpose(
            sums.slice(0, count * layer.neurons), into: left(0..<layer.neurons, in: all), width: steps,
            columns: at..<at + count)
        guard layer.cell.hasOwnCandidateGradient else { return }
        transpose(
            candidate.slice(0, count * layer.neurons), sourceColumns: 2 * layer.units..<layer.neurons,
            into: left(layer.neurons..<leftNeurons, in: all), width: steps, columns: at..<at + count)
    }

    /// Sets what belongs to no step to 0.
    func clearLeft(from count: Int, in all: OperandView) {
        guard count < steps else { return }
        for neuron in 0..<leftNeurons { left(neuron..<neuron + 1, in: all).slice(count, steps - count).clear() }
    }
}

extension Recurrent: RowGradients {
    package var countsSteps: Bool { true }

    package func operandCount(rows: Int) -> Int { RecurrentOperands(self).count(rows: rows) }

    package func makeGradientKernel(neurons: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        RecurrentGradientKernel(layer: self, rows: rows, accumulates: accumulates)
    }
}

/// For some neurons: ∂L/∂weight = (∂L/∂sums)ᵀ · inputs, ∂L/∂recurrent = (∂L/∂sums)ᵀ · hidden values, and sums over all steps for the
/// biases. Shards are added one after another.
private final class RecurrentGradientKernel: GradientKernel {
    private let layer: Recurrent
    private let rows: Int
    private let accumulates: Bool
    private let operands: RecurrentOperands
    private let recurrent: [RecurrentTerm]
    private struct Size: Hashable {
        let neurons: Int
        let columns: Int
        let steps: Int
        let accumulates: Bool
    }
    /// Compiled when they are first needed: of a part that lies in two blocks, each has some neurons.
    private var multiplications: [Size: MatrixMultiply] = [:]
    private var scratchpad = FloatBuffer(count: 0)

    init(layer: Recurrent, rows: Int, accumulates: Bool) {
        (self.layer, self.rows, self.accumulates) = (layer, rows, accumulates)
        operands = RecurrentOperands(layer)
        recurrent = RecurrentTerm.all(of: layer)
    }

    var scratchpadCount: Int { 0 }

    func run(_ arguments: GradientArguments) throws {
        guard let steps = arguments.gradientSteps else { preconditionFailure("a recurrent layer has time") }
        for row in 0..<rows where steps[row] > 0 {
            let (shard, values) = operands.shard(
                firstRow: row, steps: Int(steps[row]), in: arguments.gradientOperands)
            try add(shard, values, accumulates: accumulates || row > 0, arguments)
        }
    }

    /// Adds the gradients over a shard to those of the shards before.
    private func add(
        _ shard: ShardOperands, _ values: OperandView, accumulates: Bool, _ arguments: GradientArguments
    ) throws {
        let neurons = arguments.neurons
        var rest = arguments.gradients
        /// The gradients of a tensor with so many elements, each from a 64-byte line on.
        func next(_ count: Int) -> FloatView {
            let own = rest.slice(0, count)
            let end = min(FloatBuffer.aligned(count), rest.count)
            rest = rest.slice(end, rest.count - end)
            return own
        }
        func multiply(
            _ left: Range<Int>, _ right: RightOperand, _ rightValues: OperandView, into gradients: FloatView
        ) throws {
            let size = Size(
                neurons: left.count, columns: right.columns, steps: shard.steps, accumulates: accumulates)
            try multiplication(size, right).run(
                shard.left(left, in: values), rightValues, into: gradients, scratchpad: scratchpad.view)
        }
        try multiply(neurons, shard.inputs, shard.inputs(in: values), into: next(neurons.count * layer.inputs))
        let ofRecurrent = next(neurons.count * layer.units)
        for term in recurrent {
            let own = neurons.clamped(to: term.neurons)
            guard !own.isEmpty else { continue }
            try multiply(
                own.lowerBound + term.leftOffset..<own.upperBound + term.leftOffset, shard.hidden,
                term.readsReset ? shard.resetHidden(in: values) : shard.hidden(in: values),
                into: ofRecurrent.slice((own.lowerBound - neurons.lowerBound) * layer.units, own.count * layer.units))
        }
        sumEachRow(of: shard.left(neurons, in: values), into: next(neurons.count), accumulates: accumulates)
        guard layer.cell.hasRecurrentBias else { return }
        let own = neurons.clamped(to: 2 * layer.units..<3 * layer.units)
        guard !own.isEmpty else { return }
        sumEachRow(
            of: shard.left(own.lowerBound + layer.units..<own.upperBound + layer.units, in: values),
            into: next(own.count), accumulates: accumulates)
    }

    private func multiplication(_ size: Size, _ right: RightOperand) throws -> MatrixMultiply {
        if let found = multiplications[size] { return found }
        let made = try MatrixMultiply(rows: size.neurons, right: right, accumulates: size.accumulates)
        multiplications[size] = made
        if made.scratchpadCount > scratchpad.count { scratchpad = FloatBuffer(count: made.scratchpadCount) }
        return made
    }
}

/// Some neurons whose gradients of recurrent weights have one pair of operands.
private struct RecurrentTerm {
    let neurons: Range<Int>
    /// From these neurons to those of the left operand.
    var leftOffset = 0
    /// Whether the right operand is of reset hidden values.
    var readsReset = false

    static func all(of layer: Recurrent) -> [RecurrentTerm] {
        guard layer.cell.isGatedUnit else { return [RecurrentTerm(neurons: 0..<layer.neurons)] }
        let candidate = RecurrentTerm(
            neurons: 2 * layer.units..<layer.neurons,
            leftOffset: layer.cell.hasOwnCandidateGradient ? layer.units : 0, readsReset: layer.cell.resetsBefore)
        return [RecurrentTerm(neurons: 0..<2 * layer.units), candidate]
    }
}

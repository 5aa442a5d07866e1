import Kernels
import Layers

/// What the gradients of a recurrent layer's tensors are computed from, for a microbatch: the right operands, which are inputs, hidden
/// values before each step, and reset ones, [rows · steps, width]; then the left ones, ∂L/∂sums transposed, [neurons, rows · steps], and
/// after them those of the candidate's sums over hidden values, if they are others. A shard's samples have their steps one after
/// another, and zeros after the last.
struct RecurrentOperands {
    private let layer: Recurrent
    /// Rows times steps of the microbatch.
    let width: Int
    let inputs: RightOperand
    let hidden: RightOperand
    private let leftOffset: Int

    init(_ layer: Recurrent, rows: Int) {
        self.layer = layer
        width = rows * layer.steps
        inputs = RightOperand(inner: width, columns: layer.inputs, format: layer.format, keepsRows: true)
        hidden = RightOperand(inner: width, columns: layer.units, format: layer.format, keepsRows: true)
        leftOffset =
            OperandBuffer.aligned(inputs.count)
            + (layer.cell.resetsBefore ? 2 : 1) * OperandBuffer.aligned(hidden.count)
    }

    private var leftNeurons: Int { layer.neurons + (layer.cell.hasOwnCandidateGradient ? layer.units : 0) }
    var count: Int { leftOffset + leftNeurons * width }

    func inputs(in all: OperandView) -> OperandView { all.slice(0, inputs.count) }
    func hidden(in all: OperandView) -> OperandView { all.slice(OperandBuffer.aligned(inputs.count), hidden.count) }
    func resetHidden(in all: OperandView) -> OperandView {
        all.slice(OperandBuffer.aligned(inputs.count) + OperandBuffer.aligned(hidden.count), hidden.count)
    }
    /// Those of some neurons; from `layer.neurons` on those of the candidate's sums over hidden values.
    func left(_ neurons: Range<Int>, in all: OperandView) -> OperandView {
        all.slice(leftOffset + neurons.lowerBound * width, neurons.count * width)
    }

    /// - Parameters:
    ///   - inputs: [steps of all samples, inputs], and room for those that they do not have; the others likewise.
    ///   - count: steps of all samples.
    func writeRight(
        _ inputs: FloatView, _ hidden: FloatView, _ resetHidden: FloatView, count: Int, rowsInMicrobatch: Range<Int>,
        into all: OperandView
    ) {
        let steps = rowsInMicrobatch.lowerBound * layer.steps..<rowsInMicrobatch.upperBound * layer.steps
        func write(_ values: FloatView, _ operand: RightOperand, into target: OperandView) {
            let columns = operand.columns
            values.slice(count * columns, (steps.count - count) * columns).pointer.update(repeating: 0)
            operand.pack(rows: steps, values.slice(0, steps.count * columns), into: target)
        }
        write(inputs, self.inputs, into: self.inputs(in: all))
        write(hidden, self.hidden, into: self.hidden(in: all))
        if layer.cell.resetsBefore { write(resetHidden, self.hidden, into: self.resetHidden(in: all)) }
    }

    /// - Parameters:
    ///   - sums: ∂L/∂sums of one step, [count, neurons].
    ///   - candidate: ∂L/∂(sums over hidden values), [count, neurons], of which the candidate's are taken if they are others.
    ///   - at: steps of all samples before it.
    func writeLeft(
        _ sums: FloatView, candidate: FloatView, count: Int, at: Int, rowsInMicrobatch: Range<Int>,
        into all: OperandView
    ) {
        let start = rowsInMicrobatch.lowerBound * layer.steps + at
        let columns = start..<start + count
        transpose(
            sums.slice(0, count * layer.neurons), into: left(0..<layer.neurons, in: all), width: width,
            columns: columns)
        guard layer.cell.hasOwnCandidateGradient else { return }
        transpose(
            candidate.slice(0, count * layer.neurons), sourceColumns: 2 * layer.units..<layer.neurons,
            into: left(layer.neurons..<leftNeurons, in: all), width: width, columns: columns)
    }

    /// Sets what belongs to no step to 0.
    func clearLeft(from count: Int, rowsInMicrobatch: Range<Int>, in all: OperandView) {
        let start = rowsInMicrobatch.lowerBound * layer.steps + count
        let end = rowsInMicrobatch.upperBound * layer.steps
        guard start < end else { return }
        for neuron in 0..<leftNeurons { left(neuron..<neuron + 1, in: all).slice(start, end - start).clear() }
    }
}

extension Recurrent: RowGradients {
    package func operandCount(rows: Int) -> Int { RecurrentOperands(self, rows: rows).count }

    package func makeGradientKernel(neurons: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        RecurrentGradientKernel(layer: self, rows: rows, accumulates: accumulates)
    }
}

/// For some neurons: ∂L/∂weight = (∂L/∂sums)ᵀ · inputs, ∂L/∂recurrent = (∂L/∂sums)ᵀ · hidden values, and sums over all steps for the
/// biases.
private final class RecurrentGradientKernel: GradientKernel {
    private let layer: Recurrent
    private let operands: RecurrentOperands
    private let accumulates: Bool
    private let recurrent: [RecurrentTerm]
    /// Compiled when they are first needed: of a part that lies in two blocks, each has some neurons.
    private var multiplications: [(right: RightOperand, neurons: Int, multiply: MatrixMultiply)] = []
    private var scratchpad = FloatBuffer(count: 0)

    init(layer: Recurrent, rows: Int, accumulates: Bool) {
        (self.layer, self.accumulates) = (layer, accumulates)
        operands = RecurrentOperands(layer, rows: rows)
        recurrent = RecurrentTerm.all(of: layer)
    }

    var scratchpadCount: Int { 0 }

    func run(_ arguments: GradientArguments) throws {
        let (all, neurons) = (arguments.gradientOperands, arguments.neurons)
        var rest = arguments.gradients
        /// The gradients of a tensor with so many elements, each from a 64-byte line on.
        func next(_ count: Int) -> FloatView {
            let own = rest.slice(0, count)
            let end = min(FloatBuffer.aligned(count), rest.count)
            rest = rest.slice(end, rest.count - end)
            return own
        }
        try multiply(
            operands.left(neurons, in: all), operands.inputs, operands.inputs(in: all), neurons.count,
            into: next(neurons.count * layer.inputs))
        let ofRecurrent = next(neurons.count * layer.units)
        for term in recurrent {
            let own = neurons.clamped(to: term.neurons)
            guard !own.isEmpty else { continue }
            let left = own.lowerBound + term.leftOffset..<own.upperBound + term.leftOffset
            try multiply(
                operands.left(left, in: all), operands.hidden,
                term.readsReset ? operands.resetHidden(in: all) : operands.hidden(in: all), own.count,
                into: ofRecurrent.slice((own.lowerBound - neurons.lowerBound) * layer.units, own.count * layer.units))
        }
        sumEachRow(of: operands.left(neurons, in: all), into: next(neurons.count), accumulates: accumulates)
        guard layer.cell.hasRecurrentBias else { return }
        let own = neurons.clamped(to: 2 * layer.units..<3 * layer.units)
        guard !own.isEmpty else { return }
        sumEachRow(
            of: operands.left(own.lowerBound + layer.units..<own.upperBound + layer.units, in: all),
            into: next(own.count), accumulates: accumulates)
    }

    private func multiply(
        _ left: OperandView, _ right: RightOperand, _ values: OperandView, _ neurons: Int, into gradients: FloatView
    ) throws {
        let multiply =
            try multiplications.first { $0.right.columns == right.columns && $0.neurons == neurons }?.multiply
            ?? compile(right, neurons)
        try multiply.run(left, values, into: gradients, scratchpad: scratchpad.view)
    }

    private func compile(_ right: RightOperand, _ neurons: Int) throws -> MatrixMultiply {
        let made = try MatrixMultiply(rows: neurons, right: right, accumulates: accumulates)
        multiplications.append((right, neurons, made))
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

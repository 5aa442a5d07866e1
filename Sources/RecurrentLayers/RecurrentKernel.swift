import Kernels
import Layers

/// Goes through the steps of a shard's samples, one multiplication with the input's weights and one with the recurrent ones each.
///
/// Backward, ∂L/∂(sums) of a step are multiplied with the same weights, and are written to the gradient operands, whose right ones
/// are the inputs and the hidden values before each step.
final class RecurrentKernel: LayerKernel {
    private let layer: Recurrent
    private let rows: Int
    private let operands: RecurrentOperands?
    private let packer: RecurrentPacker
    private let memories: Memories
    private var order: StepOrder

    private let inputForward: RowMultiply
    private let inputBackward: RowMultiply?
    /// One for each block of gates.
    private let recurrentForward: [RowMultiply]
    private let recurrentBackward: [RowMultiply]
    let memory: KernelMemory

    init(layer: Recurrent, _ use: LayerUse) {
        (self.layer, rows) = (layer, use.rows)
        operands = use.givesTensorGradients ? RecurrentOperands(layer) : nil
        packer = RecurrentPacker(layer: layer, forInputGradient: use.givesInputGradient)
        memories = Memories(layer, rows: rows, keepsSteps: use.microbatchRows != nil)
        order = StepOrder(rows: rows, steps: layer.steps, isReversed: layer.isReversed)
        inputForward = RowMultiply(mostRows: rows, right: layer.inputForward, bias: true)
        inputBackward =
            use.givesInputGradient ? RowMultiply(mostRows: rows, right: layer.inputBackward) : nil
        // Sums over hidden values are added to those over inputs, unless a cell needs both.
        let isAdded = !layer.cell.isGatedUnit
        recurrentForward = packer.recurrentForward.map { [rows] in
            RowMultiply(mostRows: rows, right: $0.operand, accumulates: isAdded)
        }
        recurrentBackward = packer.recurrentBackward.enumerated().map { [rows] block, packed in
            // What goes back beside the sums is there before; the reset values' gradient is by itself.
            RowMultiply(mostRows: rows, right: packed.operand, accumulates: !isAdded && block == 0)
        }
        let widest = max(layer.inputs, layer.neurons)
        memory = KernelMemory(
            kept: memories.keptCount, scratchpad: memories.scratchCount,
            converted: layer.format == .float32 ? 0 : RowMultiply.room(rows) * widest)
    }

    // MARK: Forward

    func forward(_ arguments: ForwardArguments) throws {
        let (inputs, units) = (layer.inputs, layer.units)
        let kept = memories.kept(arguments.kept)
        let (bias, recurrentBias) = biases(arguments.parameters)
        let sums = memories.scratch(.sums, arguments.scratchpad)
        order.set(lengths: arguments.lengths)
        kept.hidden.slice(0, rows * units).pointer.update(repeating: 0)
        if layer.cell.hasCells { kept.cells.slice(0, rows * units).pointer.update(repeating: 0) }
        for step in 0..<layer.steps where order.counts[step] > 0 {
            let count = order.counts[step]
            let at = memories.keepsSteps ? order.starts[step] : 0
            let next = memories.keepsSteps ? at + count : 0
            let input = kept.inputs.from(at * inputs)
            order.forEach(step) { index, place in
                input.slice(index * inputs, inputs).copy(from: arguments.input.slice(place * inputs, inputs))
            }
            try inputForward.run(
                rows: count, leftOperand(input, count, inputs, arguments.converted),
                packer.inputForward.values(in: arguments.packed), bias: bias, into: sums)
            let places = StepPlaces(
                hiddenBefore: kept.hidden.from(at * units), hidden: kept.hidden.from(next * units),
                // Cell values of a step lie after those before, which has as many rows or more.
                cellsBefore: kept.cells.from(cellsBefore(step) * units), cells: kept.cells.from(cells(step) * units),
                gates: kept.gates.from(at * layer.cell.keptGates * units),
                resetHidden: kept.resetHidden.from(at * units))
            try forward(count, sums, places, recurrentBias, arguments)
            if layer.isLastOnly {
                for index in order.ending(step) {
                    output(of: index, arguments.output).copy(from: places.hidden.slice(index * units, units))
                }
            } else {
                order.forEach(step) { index, place in
                    arguments.output.slice(place * units, units).copy(from: places.hidden.slice(index * units, units))
                }
            }
        }
        if layer.isLastOnly {
            for index in order.counts[0]..<rows { output(of: index, arguments.output).pointer.update(repeating: 0) }
        }
        if let (shard, values) = shardOperands(arguments.gradientOperands, arguments.rowsInMicrobatch) {
            shard.writeRight(kept.inputs, kept.hidden, kept.resetHidden, count: order.total, into: values)
            let steps = arguments.gradientSteps?.slice(arguments.rowsInMicrobatch.lowerBound, rows)
            for row in 0..<rows { steps?[row] = row == 0 ? Int32(shard.steps) : 0 }
        }
    }

    /// One step of the cell.
    private func forward(
        _ count: Int, _ sums: FloatView, _ places: StepPlaces, _ recurrentBias: FloatView?,
        _ arguments: ForwardArguments
    ) throws {
        let step = RecurrentStep(rows: count, units: layer.units)
        func multiply(_ block: Int, _ values: FloatView, into destination: FloatView) throws {
            try recurrentForward[block].run(
                rows: count, leftOperand(values, count, layer.units, arguments.converted),
                packer.recurrentForward[block].values(in: arguments.packed), into: destination)
        }
        switch layer.cell {
        case .elman:
            try multiply(0, places.hiddenBefore, into: sums)
            step.elman(sums: sums, hidden: places.gates)
            places.hidden.slice(0, count * layer.units).copy(from: places.gates.slice(0, count * layer.units))
        case .longShortTermMemory:
            try multiply(0, places.hiddenBefore, into: sums)
            step.longShortTermMemory(
                sums: sums, cellsBefore: places.cellsBefore, gates: places.gates, cells: places.cells,
                hidden: places.hidden)
        case .gatedUnit(resetsAfter: true):
            guard let recurrentBias else { preconditionFailure("the cell has a recurrent bias") }
            let recurrentSums = memories.scratch(.recurrentSums, arguments.scratchpad)
            try multiply(0, places.hiddenBefore, into: recurrentSums)
            step.gatedUnit(
                sums: sums, recurrentSums: recurrentSums, bias: recurrentBias, hiddenBefore: places.hiddenBefore,
                gates: places.gates, hidden: places.hidden)
        case .gatedUnit(resetsAfter: false):
            let recurrentSums = memories.scratch(.recurrentSums, arguments.scratchpad)
            try multiply(0, places.hiddenBefore, into: recurrentSums)
            step.resetUnitGates(
                sums: sums, recurrentSums: recurrentSums, hiddenBefore: places.hiddenBefore, gates: places.gates,
                resetHidden: places.resetHidden)
            try multiply(1, places.resetHidden, into: recurrentSums)
            step.resetUnitCandidate(
                sums: sums, recurrentSums: recurrentSums, hiddenBefore: places.hiddenBefore, gates: places.gates,
                hidden: places.hidden)
        }
    }

    // MARK: Backward

    func backward(_ arguments: BackwardArguments) throws {
        let (inputs, units) = (layer.inputs, layer.units)
        let kept = memories.kept(arguments.kept)
        func scratch(_ piece: Memories.Scratch) -> FloatView { memories.scratch(piece, arguments.scratchpad) }
        let (hiddenGradient, cellsGradient) = (scratch(.hiddenGradient), scratch(.cellsGradient))
        order.set(lengths: arguments.lengths)
        let shard = shardOperands(arguments.gradientOperands, arguments.rowsInMicrobatch)
        var known = 0
        for step in (0..<layer.steps).reversed() where order.counts[step] > 0 {
            let (count, at) = (order.counts[step], order.starts[step])
            if let truncation = layer.truncation, (step + 1) % truncation == 0 { known = 0 }
            // Samples that end here, and all if the gradient is cut, have none of later steps. Products are added to these rows.
            for gradient in layer.cell.hasCells ? [hiddenGradient, cellsGradient] : [hiddenGradient] {
                gradient.slice(known * units, (count - known) * units).pointer.update(repeating: 0)
            }
            if layer.isLastOnly {
                for index in order.ending(step) {
                    hiddenGradient.slice(index * units, units).copy(from: output(of: index, arguments.outputGradient))
                }
            } else {
                order.forEach(step) { index, place in
                    let own = hiddenGradient.slice(index * units, units)
                    add(own, arguments.outputGradient.slice(place * units, units), into: own)
                }
            }
            let places = StepPlaces(
                hiddenBefore: kept.hidden.from(at * units), hidden: kept.hidden.from((at + count) * units),
                cellsBefore: kept.cells.from(cellsBefore(step) * units), cells: kept.cells.from(cells(step) * units),
                gates: kept.gates.from(at * layer.cell.keptGates * units),
                resetHidden: kept.resetHidden.from(at * units))
            try backward(count, places, arguments)
            if let (shard, values) = shard {
                shard.writeLeft(
                    scratch(.sums), candidate: scratch(.recurrentSums), count: count, at: at, into: values)
            }
            if let inputBackward, let packed = packer.inputBackward, let inputGradient = arguments.inputGradient {
                let gradient = scratch(.inputGradient)
                try inputBackward.run(
                    rows: count, leftOperand(scratch(.sums), count, layer.neurons, arguments.converted),
                    packed.values(in: arguments.packed), into: gradient)
                order.forEach(step) { index, place in
                    inputGradient.slice(place * inputs, inputs).copy(from: gradient.slice(index * inputs, inputs))
                }
            }
            known = count
        }
        if let (shard, values) = shard { shard.clearLeft(from: order.total, in: values) }
    }

    /// One step of the cell: from ∂L/∂hidden to ∂L/∂sums, and to ∂L/∂hidden of the step before.
    private func backward(_ count: Int, _ places: StepPlaces, _ arguments: BackwardArguments) throws {
        let step = RecurrentStep(rows: count, units: layer.units)
        func scratch(_ piece: Memories.Scratch) -> FloatView { memories.scratch(piece, arguments.scratchpad) }
        let (hiddenGradient, sums, recurrentSums) = (scratch(.hiddenGradient), scratch(.sums), scratch(.recurrentSums))
        func multiply(_ block: Int, _ values: FloatView, into destination: FloatView) throws {
            let right = packer.recurrentBackward[block]
            try recurrentBackward[block].run(
                rows: count, leftOperand(values, count, right.operand.inner, arguments.converted),
                right.values(in: arguments.packed), into: destination)
        }
        switch layer.cell {
        case .elman:
            step.elmanBackward(hidden: places.gates, hiddenGradient: hiddenGradient, sumsGradient: sums)
            try multiply(0, sums, into: hiddenGradient)
        case .longShortTermMemory:
            step.longShortTermMemoryBackward(
                gates: places.gates, cellsBefore: places.cellsBefore, cells: places.cells,
                hiddenGradient: hiddenGradient, cellsGradient: scratch(.cellsGradient), sumsGradient: sums)
            try multiply(0, sums, into: hiddenGradient)
        case .gatedUnit(resetsAfter: true):
            step.gatedUnitBackward(
                gates: places.gates, hiddenBefore: places.hiddenBefore, hiddenGradient: hiddenGradient,
                sumsGradient: sums, recurrentGradient: recurrentSums)
            try multiply(0, recurrentSums, into: hiddenGradient)
        case .gatedUnit(resetsAfter: false):
            let (candidate, resetHidden) = (scratch(.candidateGradient), scratch(.resetHiddenGradient))
            step.resetUnitCandidateBackward(
                gates: places.gates, hiddenBefore: places.hiddenBefore, hiddenGradient: hiddenGradient,
                sumsGradient: sums, recurrentGradient: recurrentSums, candidateGradient: candidate)
            try multiply(1, candidate, into: resetHidden)
            step.resetUnitGatesBackward(
                gates: places.gates, hiddenBefore: places.hiddenBefore, resetHiddenGradient: resetHidden,
                hiddenGradient: hiddenGradient, sumsGradient: sums, recurrentGradient: recurrentSums)
            try multiply(0, recurrentSums, into: hiddenGradient)
        }
    }

    /// The shard's operands among those of its microbatch; nil if there are none.
    private func shardOperands(
        _ all: OperandView?, _ rows: Range<Int>
    ) -> (operands: ShardOperands, values: OperandView)? {
        guard let operands, let all else { return nil }
        return operands.shard(
            firstRow: rows.lowerBound, steps: operands.operandSteps(order.total, rows: rows.count), in: all)
    }

    // MARK: Places

    /// The hidden values, or their gradient, after the last step of one of the samples in the order of their lengths, among [rows, units].
    private func output(of index: Int, _ values: FloatView) -> FloatView {
        values.slice(order.row(index) * layer.units, layer.units)
    }

    /// The rows of a step's cell values: after a first step of zeros, or all in one place.
    private func cells(_ step: Int) -> Int { memories.keepsSteps ? rows + order.starts[step] : 0 }
    private func cellsBefore(_ step: Int) -> Int { step > 0 ? cells(step - 1) : 0 }

    private func biases(_ parameters: FloatView) -> (bias: FloatView, recurrent: FloatView?) {
        let ranges = layer.tensorRanges
        return (parameters.slice(ranges[2]), layer.cell.hasRecurrentBias ? parameters.slice(ranges[3]) : nil)
    }

    /// Values [rows, width] as a left operand with room for whole groups of rows: as they are, or converted.
    private func leftOperand(_ values: FloatView, _ rows: Int, _ width: Int, _ converted: OperandView) -> OperandView {
        let values = values.slice(0, RowMultiply.room(rows) * width)
        if layer.format == .float32 { return values.asOperand }
        let operand = converted.slice(0, values.count)
        convert(values, into: operand)
        return operand
    }
}

/// Where the values of one step lie, and those of the step before.
private struct StepPlaces {
    let hiddenBefore: FloatView
    let hidden: FloatView
    let cellsBefore: FloatView
    let cells: FloatView
    let gates: FloatView
    let resetHidden: FloatView
}

extension FloatView {
    /// All elements from one on; none of memory that the cell has no use for.
    fileprivate func from(_ offset: Int) -> FloatView { count == 0 ? self : slice(offset, count - offset) }
}

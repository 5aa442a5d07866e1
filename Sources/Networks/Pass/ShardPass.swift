import Kernels
import Layers

/// A shard in a pass: its rows, and the memory that it is computed in.
package struct ShardContext {
    let values: ShardValues
    /// All of them, in the network's layout.
    package let parameters: FloatView
    let packed: PackedParameters
    /// Those of the shard's microbatch; nil at inference.
    let operands: GradientOperands?
    let meetings: MeetingSums?
    /// Its index in the microbatch, and among the shards that are computed together.
    let shard: Int
    let shardInGroup: Int
    let rowsInMicrobatch: Range<Int>
    /// The steps of each sample, [rows]; nil if all have all.
    let lengths: BufferView<Int32>?
    /// nil at inference, where nothing is random.
    let randomness: PassRandomness?

    package init(
        values: ShardValues, parameters: FloatView, packed: PackedParameters,
        operands: GradientOperands?, meetings: MeetingSums? = nil, shard: Int = 0, shardInGroup: Int = 0,
        rowsInMicrobatch: Range<Int>, lengths: BufferView<Int32>? = nil, randomness: PassRandomness? = nil
    ) {
        self.lengths = lengths
        (self.values, self.parameters, self.packed) = (values, parameters, packed)
        (self.operands, self.meetings, self.shard, self.shardInGroup) = (operands, meetings, shard, shardInGroup)
        (self.rowsInMicrobatch, self.randomness) = (rowsInMicrobatch, randomness)
    }
}

/// The forward and backward pass of a network, compiled for shards of one size. It belongs to one worker.
///
/// Between two segments of a pass is a meeting: every shard of the group has gone through the first before any goes through
/// the second.
package final class ShardPass {
    private let rows: Int
    private let objective: Objective
    private let kernels: [any LayerKernel]
    private let scratch: PassScratch
    private let forwardSegments: [[PassOrder.Turn]]
    private let backwardSegments: [[PassOrder.Turn]]
    /// Elements of each value.
    private let counts: [Int]
    /// Whether ∂L/∂value is computed.
    private let needsGradient: [Bool]
    /// The nodes that read each value and whose gradients are computed.
    private let trainedReaders: [[Int]]
    /// By node.
    private let keptCounts: [Int]
    private let parameterRanges: [Range<Int>]
    private let last: Int
    /// Of the outputs; nil without time.
    private let outputSteps: Int?
    private let sequences: SequenceLengths

    /// - Parameters:
    ///   - rows: of the shards.
    ///   - microbatchRows: the rows of the shards' microbatch; nil for inference.
    ///   - scratch: the worker's.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    package init(network: Network, rows: Int, microbatchRows: Int?, scratch: PassScratch) throws {
        let (order, nodes, trains) = (network.order, network.nodes, microbatchRows != nil)
        let kernels = try nodes.indices.map { index in
            try nodes[index].layer.makeKernel(
                LayerUse(
                    rows: rows, microbatchRows: microbatchRows,
                    givesTensorGradients: trains && nodes[index].givesTensorGradients,
                    givesInputGradient: trains && network.givesInputGradient(index)))
        }
        let memories = kernels.map(\.memory)
        // At inference nothing meets.
        forwardSegments =
            trains ? order.forward : [order.forward.joined().filter { !$0.isPreparation }]
        backwardSegments = trains ? order.backward : []
        let counts = network.valueWidths.map { rows * $0 }
        scratch.require(
            scratchpad: memories.map(\.scratchpad).max() ?? 0, converted: memories.map(\.converted).max() ?? 0,
            gradient: trains ? order.sharedValues.map { counts[$0] }.max() ?? 0 : 0)
        needsGradient = trains ? order.needsGradient : counts.map { _ in false }
        trainedReaders = order.readers.map { readers in trains ? readers.filter { nodes[$0].givesTensorGradients } : []
        }
        (self.rows, self.kernels, self.scratch, self.counts) = (rows, kernels, scratch, counts)
        (objective, keptCounts, last) = (network.objective, memories.map(\.kept), nodes.count)
        outputSteps = network.outputSteps
        parameterRanges = network.layout.nodeRanges
        sequences = SequenceLengths(network, rows: rows)
    }

    // MARK: Values

    /// Makes room for the shard, and gives the place of its input [rows, inputs], to be written before `forward`.
    package func input(_ context: ShardContext) -> FloatView {
        context.values.require(counts: counts, kept: keptCounts, gradients: needsGradient)
        return value(0, context)
    }

    /// A value [rows, width]: in the gradient operands of a layer that reads it, if these hold it as plain floats, else in the
    /// shard's own memory.
    private func value(_ value: Int, _ context: ShardContext) -> FloatView {
        if let operands = context.operands {
            for reader in trainedReaders[value] {
                if let own = operands.operands(of: reader),
                    let place = kernels[reader].inputDestination(context.rowsInMicrobatch, in: own)
                {
                    return place
                }
            }
        }
        return context.values.values[value].view.slice(0, counts[value])
    }

    /// ∂L/∂value [rows, width]; nil if it is not needed.
    private func gradient(_ value: Int, _ context: ShardContext) -> FloatView? {
        needsGradient[value] ? context.values.gradients[value].view.slice(0, counts[value]) : nil
    }

    /// ∂L/∂value of the outputs, which the loss writes.
    private func lastGradient(_ context: ShardContext) -> FloatView {
        context.values.gradients[last].view.slice(0, counts[last])
    }

    /// Where a reader writes ∂L/∂value: beside what another has written, to which it is added then.
    private func destination(_ value: Int, adds: Bool, _ context: ShardContext) -> FloatView? {
        guard let own = gradient(value, context) else { return nil }
        return adds ? scratch.gradient.view.slice(0, own.count) : own
    }

    private func parameters(of turn: PassOrder.Turn, _ context: ShardContext) -> FloatView {
        let range = parameterRanges[turn.node]
        return context.parameters.slice(range.lowerBound, range.count)
    }

    /// The shard's partial sums for the meeting of a turn that prepares it.
    private func sums(of turn: PassOrder.Turn, _ context: ShardContext) -> BufferView<Double> {
        guard let meeting = turn.meeting, let sums = context.meetings else {
            preconditionFailure("a meeting without sums")
        }
        return sums.shard(meeting, context.shardInGroup)
    }

    // MARK: Forward

    /// Runs a segment of the forward pass.
    /// - Throws: `KernelError` when oneDNN fails.
    package func forward(_ context: ShardContext, segment: Int = 0) throws {
        sequences.set(context.lengths)
        for turn in forwardSegments[segment] {
            let arguments = ForwardArguments(
                input: value(turn.input, context), secondInput: turn.secondInput.map { value($0, context) },
                output: value(turn.output, context), lengths: sequences[turn.input],
                parameters: parameters(of: turn, context),
                packed: context.packed[turn.node], gradientOperands: context.operands?.operands(of: turn.node),
                gradientSteps: context.operands?.steps(of: turn.node),
                rowsInMicrobatch: context.rowsInMicrobatch,
                kept: context.values.kept[turn.node].view.slice(0, keptCounts[turn.node]),
                total: turn.meeting.flatMap { context.meetings?.total($0) }, randomness: context.randomness,
                converted: scratch.converted.view, scratchpad: scratch.scratchpad.view)
            if turn.isPreparation {
                try kernels[turn.node].prepareForward(arguments, sums: sums(of: turn, context))
            } else {
                try kernels[turn.node].forward(arguments)
                sequences.clearPadding(of: turn.output, in: arguments.output)
            }
        }
    }

    /// The loss after `forward`, summed over the rows; its gradient is what `backward` starts from.
    /// - Parameters:
    ///   - weights: of the samples, [rows]; nil: all 1.
    ///   - totalWeight: of the whole minibatch, whose mean loss is differentiated; without weights, the number of its
    ///     targets.
    package func loss(
        _ context: ShardContext, _ targets: TargetView, weights: FloatView?, totalWeight: Double
    ) -> LossSum {
        objective.evaluate(
            value(last, context), steps: outputSteps, lengths: sequences[last], targets: targets, weights: weights,
            gradient: lastGradient(context), totalWeight: totalWeight)
    }

    /// The network's outputs after `forward`, [rows, outputs] or [rows, steps, outputs]; valid until the next `forward`.
    package func results(_ context: ShardContext) -> FloatView {
        let values = value(last, context)
        objective.activate(values)
        return values
    }

    // MARK: Backward

    /// Runs a segment of the backward pass after `forward` and `loss`. It writes what the gradients of tensors are computed
    /// from to the shard's rows of the operands.
    /// - Throws: `KernelError` when oneDNN fails.
    package func backward(_ context: ShardContext, segment: Int = 0) throws {
        sequences.set(context.lengths)
        for turn in backwardSegments[segment] {
            let arguments = BackwardArguments(
                input: value(turn.input, context), output: value(turn.output, context),
                lengths: sequences[turn.input],
                outputGradient: gradient(turn.output, context) ?? lastGradient(context),
                inputGradient: destination(turn.input, adds: turn.addsToGradient, context),
                secondInputGradient: turn.secondInput.flatMap {
                    destination($0, adds: turn.addsToSecondGradient, context)
                },
                parameters: parameters(of: turn, context),
                packed: context.packed[turn.node], gradientOperands: context.operands?.operands(of: turn.node),
                gradientSteps: context.operands?.steps(of: turn.node),
                tensorGradients: context.operands?.slab(of: turn.node, shard: context.shard),
                rowsInMicrobatch: context.rowsInMicrobatch,
                kept: context.values.kept[turn.node].view.slice(0, keptCounts[turn.node]),
                total: turn.meeting.flatMap { context.meetings?.total($0) }, randomness: context.randomness,
                converted: scratch.converted.view, scratchpad: scratch.scratchpad.view)
            sequences.clearPadding(of: turn.output, in: arguments.outputGradient)
            if turn.isPreparation {
                try kernels[turn.node].prepareBackward(arguments, sums: sums(of: turn, context))
                continue
            }
            try kernels[turn.node].backward(arguments)
            if turn.addsToGradient { addScratch(to: turn.input, context) }
            if turn.addsToSecondGradient, let second = turn.secondInput { addScratch(to: second, context) }
        }
    }

    /// Adds what a further reader has written to ∂L/∂value.
    private func addScratch(to value: Int, _ context: ShardContext) {
        guard let own = gradient(value, context) else { return }
        add(own, scratch.gradient.view.slice(0, own.count), into: own)
    }
}

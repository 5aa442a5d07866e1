import Kernels

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
    /// nil at inference, where nothing is random.
    let randomness: PassRandomness?

    package init(
        values: ShardValues, parameters: FloatView, packed: PackedParameters,
        operands: GradientOperands?, meetings: MeetingSums? = nil, shard: Int = 0, shardInGroup: Int = 0,
        rowsInMicrobatch: Range<Int>, randomness: PassRandomness? = nil
    ) {
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
    private let network: Network
    private let rows: Int
    private let widths: [Int]
    private let kernels: [any LayerKernel]
    private let memories: [KernelMemory]
    private let scratch: PassScratch
    private let isInference: Bool
    /// The segments of the forward pass; at inference one without meetings.
    private let forwardSegments: [[PassOrder.Turn]]
    private var order: PassOrder { network.order }

    /// - Parameters:
    ///   - rows: of the shards.
    ///   - microbatchRows: the rows of the shards' microbatch; nil for inference.
    ///   - scratch: the worker's.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    package init(network: Network, rows: Int, microbatchRows: Int?, scratch: PassScratch) throws {
        self.network = network
        self.rows = rows
        self.scratch = scratch
        isInference = microbatchRows == nil
        let trains = microbatchRows != nil
        forwardSegments =
            trains ? network.order.forward : [network.order.forward.joined().filter { !$0.isPreparation }]
        kernels = try network.nodes.indices.map { index in
            let node = network.nodes[index]
            return try node.layer.makeKernel(
                LayerUse(
                    rows: rows, microbatchRows: microbatchRows,
                    givesTensorGradients: trains && node.givesTensorGradients,
                    givesInputGradient: trains && network.givesInputGradient(index)))
        }
        memories = kernels.map(\.memory)
        widths = network.valueWidths
        let widths = widths
        let added = zip(network.nodes, network.order.addsToGradient).flatMap { node, adds in
            zip(node.inputs, adds).map { $1 ? rows * widths[$0] : 0 }
        }
        scratch.require(
            scratchpad: memories.map(\.scratchpad).max() ?? 0, converted: memories.map(\.converted).max() ?? 0,
            gradient: trains ? added.max() ?? 0 : 0)
    }

    // MARK: Values

    /// Makes room for the shard, and gives the place of its input [rows, inputs], to be written before `forward`.
    package func input(_ context: ShardContext) -> FloatView {
        context.values.require(
            rows: rows, widths: widths, kept: memories.map(\.kept),
            gradients: isInference ? widths.map { _ in false } : order.needsGradient)
        return value(0, context)
    }

    /// A value [rows, width]: in the gradient operands of a layer that reads it, if these hold it as plain floats, else in the
    /// shard's own memory.
    private func value(_ value: Int, _ context: ShardContext) -> FloatView {
        if let operands = context.operands {
            for reader in order.readers[value] {
                if let own = operands.operands(of: reader),
                    let place = kernels[reader].inputDestination(context.rowsInMicrobatch, in: own)
                {
                    return place
                }
            }
        }
        return context.values.values[value].view.slice(0, rows * widths[value])
    }

    /// ∂L/∂value [rows, width]; nil if it is not needed.
    private func gradient(_ value: Int, _ context: ShardContext) -> FloatView? {
        order.needsGradient[value] ? context.values.gradients[value].view.slice(0, rows * widths[value]) : nil
    }

    private var last: Int { network.nodes.count }

    private func lastGradient(_ context: ShardContext) -> FloatView {
        context.values.gradients[last].view.slice(0, rows * widths[last])
    }

    private func kept(_ node: Int, _ context: ShardContext) -> FloatView {
        context.values.kept[node].view.slice(0, memories[node].kept)
    }

    private func parameters(_ node: Int, _ context: ShardContext) -> FloatView {
        let range = network.layout.nodeRanges[node]
        return context.parameters.slice(range.lowerBound, range.count)
    }

    // MARK: Forward

    /// Runs a segment of the forward pass.
    /// - Throws: `KernelError` when oneDNN fails.
    package func forward(_ context: ShardContext, segment: Int = 0) throws {
        for turn in forwardSegments[segment] {
            let inputs = network.nodes[turn.node].inputs
            let arguments = ForwardArguments(
                input: value(inputs[0], context), secondInput: inputs.count > 1 ? value(inputs[1], context) : nil,
                output: value(turn.node + 1, context), parameters: parameters(turn.node, context),
                packed: context.packed[turn.node], gradientOperands: context.operands?.operands(of: turn.node),
                rowsInMicrobatch: context.rowsInMicrobatch, kept: kept(turn.node, context),
                total: turn.meeting.flatMap { context.meetings?.total($0) }, randomness: context.randomness,
                converted: scratch.converted.view, scratchpad: scratch.scratchpad.view)
            if !turn.isPreparation {
                try kernels[turn.node].forward(arguments)
            } else if let meeting = turn.meeting, let sums = context.meetings {
                kernels[turn.node].prepareForward(
                    arguments, sums: sums.shard(meeting, context.shardInGroup))
            }
        }
    }

    /// The loss after `forward`, summed over the rows; its gradient is what `backward` starts from.
    /// - Parameters:
    ///   - weights: of the samples, [rows]; nil: all 1.
    ///   - totalWeight: of the whole minibatch, whose mean loss is differentiated; without weights, the number of its
    ///     samples.
    package func loss(
        _ context: ShardContext, _ targets: TargetView, weights: FloatView?, totalWeight: Double
    ) -> LossSum {
        network.objective.evaluate(
            value(last, context), targets: targets, weights: weights, gradient: lastGradient(context),
            totalWeight: totalWeight)
    }

    /// The network's outputs after `forward`, [rows, outputs]; valid until the next `forward`.
    package func results(_ context: ShardContext) -> FloatView {
        let values = value(last, context)
        network.objective.activate(values)
        return values
    }

    // MARK: Backward

    /// Runs a segment of the backward pass after `forward` and `loss`. It writes what the gradients of tensors are computed
    /// from to the shard's rows of the operands.
    /// - Throws: `KernelError` when oneDNN fails.
    package func backward(_ context: ShardContext, segment: Int = 0) throws {
        for turn in order.backward[segment] {
            let node = network.nodes[turn.node]
            // What a further reader adds is computed beside what is there.
            func destination(_ slot: Int) -> FloatView? {
                guard slot < node.inputs.count, let own = gradient(node.inputs[slot], context) else { return nil }
                return order.addsToGradient[turn.node][slot] ? scratch.gradient.view.slice(0, own.count) : own
            }
            let arguments = BackwardArguments(
                input: value(node.inputs[0], context), output: value(turn.node + 1, context),
                outputGradient: gradient(turn.node + 1, context) ?? lastGradient(context),
                inputGradient: destination(0),
                secondInputGradient: destination(1), parameters: parameters(turn.node, context),
                packed: context.packed[turn.node], gradientOperands: context.operands?.operands(of: turn.node),
                tensorGradients: context.operands?.slab(of: turn.node, shard: context.shard),
                rowsInMicrobatch: context.rowsInMicrobatch, kept: kept(turn.node, context),
                total: turn.meeting.flatMap { context.meetings?.total($0) }, randomness: context.randomness,
                converted: scratch.converted.view, scratchpad: scratch.scratchpad.view)
            if turn.isPreparation {
                if let meeting = turn.meeting, let sums = context.meetings {
                    kernels[turn.node].prepareBackward(
                        arguments, sums: sums.shard(meeting, context.shardInGroup))
                }
                continue
            }
            try kernels[turn.node].backward(arguments)
            for (slot, value) in node.inputs.enumerated() where order.addsToGradient[turn.node][slot] {
                if let own = gradient(value, context), let added = destination(slot) { add(own, added, into: own) }
            }
        }
    }
}

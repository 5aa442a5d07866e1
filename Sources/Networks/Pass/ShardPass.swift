import Kernels

/// One worker's workspace for the forward and backward pass over one shard: it stays in cache from layer to layer, and
/// grows to what the largest shard needs.
package final class PassWorkspace {
    /// Rows of the largest shard so far.
    private var rows = 0
    /// [rows, width], one for each layer.
    fileprivate private(set) var outputs: [FloatBuffer] = []
    /// ∂L/∂output [rows, width], one for each layer; at inference all but the last are empty.
    fileprivate private(set) var gradients: [FloatBuffer] = []
    /// What each layer's `forward` keeps for its `backward`.
    fileprivate private(set) var keptForBackward: [FloatBuffer] = []
    /// For operands that are converted to the layer's format, one layer at a time.
    fileprivate private(set) var conversionScratch: OperandBuffer
    /// oneDNN's scratchpad, one layer at a time.
    fileprivate private(set) var scratchpad = FloatBuffer(count: 0)

    package init(network: Network) {
        conversionScratch = OperandBuffer(count: 0, format: OperandFormat(network.precision))
    }

    fileprivate func require(rows: Int, widths: [Int], kernels: [any LayerKernel], trains: Bool) {
        if rows > self.rows {
            self.rows = rows
            outputs = widths.map { FloatBuffer(count: rows * $0) }
            // The loss writes the last layer's gradient at inference, too.
            gradients = widths.enumerated().map { index, width in
                FloatBuffer(count: trains || index == widths.count - 1 ? rows * width : 0)
            }
            keptForBackward = kernels.map { FloatBuffer(count: $0.keptForBackwardCount) }
        }
        let converted = kernels.map(\.conversionScratchCount).reduce(0, max)
        if converted > conversionScratch.view.count {
            conversionScratch = OperandBuffer(count: converted, format: conversionScratch.view.format)
        }
        let floats = kernels.map(\.scratchpadCount).reduce(0, max)
        if floats > scratchpad.count { scratchpad = FloatBuffer(count: floats) }
    }
}

/// The forward and backward pass of a network, compiled for shards of one size. It belongs to one worker.
package final class ShardPass {
    private let network: Network
    private let rows: Int
    private let widths: [Int]
    private let kernels: [any LayerKernel]
    private let workspace: PassWorkspace
    /// Kept by `forward` for `backward`, which draws the same dropout masks again.
    private var randomness: PassRandomness?

    /// - Parameters:
    ///   - rows: of the shards.
    ///   - microbatchRows: the rows of the shards' microbatch; nil for a forward pass alone.
    ///   - workspace: the worker's. All passes that share it either train or do not.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    package init(network: Network, rows: Int, microbatchRows: Int?, workspace: PassWorkspace) throws {
        self.network = network
        self.rows = rows
        self.workspace = workspace
        kernels = try network.layers.map { try $0.makeKernel(rows: rows, microbatchRows: microbatchRows) }
        widths = network.layers.map { $0.outputShape.reduce(1, *) }
        workspace.require(rows: rows, widths: widths, kernels: kernels, trains: microbatchRows != nil)
    }

    private func keptForBackward(_ layer: Int) -> FloatView {
        workspace.keptForBackward[layer].view.slice(0, kernels[layer].keptForBackwardCount)
    }
    private func output(_ layer: Int) -> FloatView { workspace.outputs[layer].view.slice(0, rows * widths[layer]) }
    private func gradient(_ layer: Int) -> FloatView { workspace.gradients[layer].view.slice(0, rows * widths[layer]) }

    /// The rows of the gradient operands that the network's input is stored in, if these hold it as plain floats: samples
    /// that are gathered there are not copied once more.
    package func inputDestination(_ rowsInMicrobatch: Range<Int>, in operands: GradientOperands) -> FloatView? {
        kernels[0].inputDestination(rowsInMicrobatch, in: operands[0])
    }

    /// A layer's output: in the next layer's gradient operands if these hold it as plain floats, else in the workspace.
    private func output(_ layer: Int, _ rowsInMicrobatch: Range<Int>, _ operands: GradientOperands?) -> FloatView {
        guard layer + 1 < kernels.count, let operands else { return output(layer) }
        return kernels[layer + 1].inputDestination(rowsInMicrobatch, in: operands[layer + 1]) ?? output(layer)
    }

    /// Runs the forward pass.
    /// - Parameters:
    ///   - input: [rows, inputs]
    ///   - parameters: all of them, in the network's layout.
    ///   - operands: the microbatch's gradient operands, whose rows of this shard are written; nil at inference.
    ///   - rowsInMicrobatch: the shard's.
    ///   - randomness: nil at inference, where nothing is random.
    /// - Throws: `KernelError` when oneDNN fails.
    package func forward(
        _ input: FloatView, parameters: FloatView, packed: PackedParameters, operands: GradientOperands?,
        rowsInMicrobatch: Range<Int>, randomness: PassRandomness? = nil
    ) throws {
        self.randomness = randomness
        var input = input
        for (index, kernel) in kernels.enumerated() {
            let output = output(index, rowsInMicrobatch, operands)
            let range = network.layout.layerRanges[index]
            try kernel.forward(
                ForwardArguments(
                    input: input, output: output, parameters: parameters.slice(range.lowerBound, range.count),
                    packed: packed[index], gradientOperands: operands?[index], rowsInMicrobatch: rowsInMicrobatch,
                    keptForBackward: keptForBackward(index), randomness: randomness,
                    conversionScratch: workspace.conversionScratch.view, scratchpad: workspace.scratchpad.view))
            input = output
        }
    }

    /// The loss after `forward`, summed over the rows; its gradient is what `backward` starts from.
    /// - Parameters:
    ///   - weights: of the samples, [rows]; nil: all 1.
    ///   - totalWeight: of the whole minibatch, whose mean loss is differentiated; without weights, the number of its
    ///     samples.
    package func loss(_ targets: TargetView, weights: FloatView?, totalWeight: Double) -> LossSum {
        let last = kernels.count - 1
        return network.objective.evaluate(
            output(last), targets: targets, weights: weights, gradient: gradient(last), totalWeight: totalWeight)
    }

    /// The network's outputs after `forward`, [rows, outputs]; valid until the next `forward`.
    package func results() -> FloatView {
        let values = output(kernels.count - 1)
        network.objective.activate(values)
        return values
    }

    /// Runs the backward pass after `forward` and `loss`. It writes output gradients to the shard's rows of `operands`.
    /// - Throws: `KernelError` when oneDNN fails.
    package func backward(packed: PackedParameters, operands: GradientOperands, rowsInMicrobatch: Range<Int>) throws {
        for index in kernels.indices.reversed() {
            try kernels[index].backward(
                BackwardArguments(
                    output: output(index, rowsInMicrobatch, operands), outputGradient: gradient(index),
                    inputGradient: index > 0 ? gradient(index - 1) : nil, packed: packed[index],
                    gradientOperands: operands[index], rowsInMicrobatch: rowsInMicrobatch,
                    keptForBackward: keptForBackward(index), randomness: randomness,
                    conversionScratch: workspace.conversionScratch.view, scratchpad: workspace.scratchpad.view))
        }
    }
}

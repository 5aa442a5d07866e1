import Kernels

/// One worker's memory for one shard, which stays in cache from layer to layer: as large as the largest of its passes
/// needs.
package final class PassWorkspace {
    /// Rows of the largest shard.
    private var rows = 0
    /// [rows, width] of each layer
    fileprivate private(set) var outputs: [FloatBuffer] = []
    /// [rows, width] of each layer; of the last alone where nothing is trained
    fileprivate private(set) var gradients: [FloatBuffer] = []
    /// Of each layer.
    fileprivate private(set) var keptForBackward: [FloatBuffer] = []
    fileprivate private(set) var conversionScratch: OperandBuffer
    fileprivate private(set) var scratchpad = FloatBuffer(count: 0)

    package init(network: Network) {
        conversionScratch = OperandBuffer(count: 0, format: OperandFormat(network.precision))
    }

    fileprivate func require(rows: Int, widths: [Int], kernels: [any LayerKernel], trains: Bool) {
        if rows > self.rows {
            self.rows = rows
            outputs = widths.map { FloatBuffer(count: rows * $0) }
            // The loss wants to write its gradient even where nothing is trained.
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

/// The forward and backward pass of a network over shards of one size: compiled kernels. One worker's own: not for two
/// threads at a time.
package final class ShardPass {
    private let network: Network
    private let rows: Int
    private let widths: [Int]
    private let kernels: [any LayerKernel]
    private let workspace: PassWorkspace
    /// Of the last `forward`.
    private var randomness: PassRandomness?

    /// - Parameters:
    ///   - microbatchRows: the rows of the microbatch that the shards are of; nil where `backward` will not be called.
    ///   - workspace: the worker's; its passes either all train or none.
    /// - Throws: `KernelError` when a kernel cannot be made.
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

    /// Where `forward` finds its input best, if there is such a place.
    package func inputDestination(_ rowsInMicrobatch: Range<Int>, in operands: GradientOperands) -> FloatView? {
        kernels[0].inputDestination(rowsInMicrobatch, in: operands[0])
    }

    /// Where a layer's output lies: where the next layer keeps it, or in this pass's own memory.
    private func output(_ layer: Int, _ rowsInMicrobatch: Range<Int>, _ operands: GradientOperands?) -> FloatView {
        guard layer + 1 < kernels.count, let operands else { return output(layer) }
        return kernels[layer + 1].inputDestination(rowsInMicrobatch, in: operands[layer + 1]) ?? output(layer)
    }

    /// - Parameters:
    ///   - input: [rows, inputs]
    ///   - operands: what is left for the gradients of the parameters; nil where nothing is trained.
    ///   - rowsInMicrobatch: which rows of the microbatch these are.
    ///   - randomness: nil where nothing is left to chance, as at prediction.
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
                    keptForBackward: keptForBackward(index),
                    randomness: randomness, conversionScratch: workspace.conversionScratch.view,
                    scratchpad: workspace.scratchpad.view))
            input = output
        }
    }

    /// The loss of what `forward` computed, summed over the rows, and what `backward` starts from.
    /// - Parameter samples: of the minibatch, whose mean loss is differentiated.
    package func loss(_ targets: TargetView, samples: Int) -> LossSum {
        let last = kernels.count - 1
        return network.objective.evaluate(
            output(last), targets: targets, gradient: gradient(last), samples: samples)
    }

    /// The outputs of what `forward` computed, [rows, outputs]; valid until the next pass.
    package func results() -> FloatView {
        let values = output(kernels.count - 1)
        network.objective.activate(values)
        return values
    }

    /// Brings the gradient of the loss back through every layer.
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

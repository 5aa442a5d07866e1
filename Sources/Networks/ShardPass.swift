import Kernels

/// The forward and backward pass of a network over shards of one size: compiled kernels, and memory for one shard, which
/// stays in cache from layer to layer. One worker's own: not for two threads at a time.
public final class ShardPass {
    private let network: Network
    private let kernels: [any LayerKernel]
    /// [rows, width] of each layer
    private let outputs: [FloatBuffer]
    private let gradients: [FloatBuffer]
    private let operand: OperandBuffer
    private let scratchpad: FloatBuffer

    /// - Parameter microbatch: the rows of the microbatch that the shards are of; nil where `backward` will not be called.
    /// - Throws: `KernelError` when a kernel cannot be made.
    public init(network: Network, rows: Int, microbatch: Int?) throws {
        self.network = network
        let kernels = try network.layers.map { try $0.makeKernel(rows: rows, microbatch: microbatch) }
        let widths = network.layers.map { $0.outputShape.reduce(1, *) }
        self.kernels = kernels
        outputs = widths.map { FloatBuffer(count: rows * $0) }
        // The loss wants to write its gradient even where nothing is trained.
        gradients = widths.enumerated().map { index, width in
            FloatBuffer(count: microbatch != nil || index == widths.count - 1 ? rows * width : 0)
        }
        operand = OperandBuffer(
            count: kernels.map(\.operandCount).reduce(0, max), format: OperandFormat(network.precision))
        scratchpad = FloatBuffer(count: kernels.map(\.scratchpadCount).reduce(0, max))
    }

    /// Where `forward` finds its input best, if there is such a place.
    public func inputPlace(_ place: Range<Int>, memory: MicrobatchMemory) -> FloatView? {
        kernels[0].inputPlace(place, in: memory[0])
    }

    /// Where a layer's output lies: where the next layer keeps it, or in this pass's own memory.
    private func output(_ layer: Int, _ place: Range<Int>, _ memory: MicrobatchMemory?) -> FloatView {
        let kept =
            layer + 1 < kernels.count ? memory.flatMap { kernels[layer + 1].inputPlace(place, in: $0[layer + 1]) } : nil
        return kept ?? outputs[layer].view
    }

    /// - Parameters:
    ///   - input: [rows, inputs]
    ///   - memory: what is left for the gradients of the parameters; nil where nothing is trained.
    ///   - place: which rows of the microbatch these are.
    public func forward(
        _ input: FloatView, parameters: FloatView, packed: PackedParameters, memory: MicrobatchMemory?,
        place: Range<Int>
    ) throws {
        var input = input
        for (index, kernel) in kernels.enumerated() {
            let output = output(index, place, memory)
            let range = network.layout.layerRanges[index]
            try kernel.forward(
                ForwardPass(
                    input: input, output: output, parameters: parameters.slice(range.lowerBound, range.count),
                    packed: packed[index], saved: memory?[index], place: place, operand: operand.view,
                    scratchpad: scratchpad.view))
            input = output
        }
    }

    /// The loss of what `forward` computed, summed over the rows, and what `backward` starts from.
    /// - Parameter samples: of the minibatch, whose mean loss is differentiated.
    public func loss(_ targets: TargetView, samples: Int) -> LossSum {
        let last = kernels.count - 1
        return network.objective.evaluate(
            logits: outputs[last].view, targets: targets, gradient: gradients[last].view, samples: samples)
    }

    /// The outputs of what `forward` computed, [rows, outputs]; valid until the next pass.
    public func results() -> FloatView {
        let logits = outputs[kernels.count - 1].view
        network.objective.outputActivation.elementwise.apply(to: logits, columns: network.objective.outputs)
        return logits
    }

    /// Brings the gradient of the loss back through every layer.
    public func backward(packed: PackedParameters, memory: MicrobatchMemory, place: Range<Int>) throws {
        for index in kernels.indices.reversed() {
            try kernels[index].backward(
                BackwardPass(
                    output: output(index, place, memory), outputGradient: gradients[index].view,
                    inputGradient: index > 0 ? gradients[index - 1].view : nil, packed: packed[index],
                    saved: memory[index], place: place, operand: operand.view, scratchpad: scratchpad.view))
        }
    }
}

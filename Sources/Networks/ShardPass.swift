import Kernels

/// The forward and backward pass of a network over shards of one size: compiled kernels and the memory between them.
/// One worker's own: not for two threads at a time.
public final class ShardPass {
    public let rows: Int
    private let network: Network
    private let kernels: [any LayerKernel]
    /// [rows, outputs] of each layer.
    private let activations: [FloatBuffer]
    /// Gradients of two neighbouring layers' outputs: [rows, widest layer] each, used in turn.
    private let gradients: [FloatBuffer]
    private let scratchpad: FloatBuffer

    /// - Parameter training: whether `backward` will be called.
    /// - Throws: `KernelError` when a kernel cannot be made.
    public init(network: Network, rows: Int, training: Bool) throws {
        self.rows = rows
        self.network = network
        kernels = try network.layers.enumerated().map { index, layer in
            try layer.makeKernel(rows: rows, training: training, needsInputGradient: index > 0)
        }
        let widths = network.layers.map { $0.outputShape.reduce(1, *) }
        activations = widths.map { FloatBuffer(count: rows * $0) }
        let widest = training ? widths.reduce(0, max) : network.objective.outputs
        gradients = (0..<(training ? 2 : 1)).map { _ in FloatBuffer(count: rows * widest) }
        scratchpad = FloatBuffer(count: kernels.map(\.scratchpadCount).reduce(0, max))
    }

    /// The last layer's values before the output activation, [rows, outputs].
    private var logits: FloatView { activations[activations.count - 1].view }

    /// - Parameter input: [rows, inputs]
    public func forward(_ input: FloatView, parameters: FloatView) throws {
        var input = input
        for index in kernels.indices {
            let output = activations[index].view
            try kernels[index].forward(
                ForwardPass(
                    input: input, output: output, parameters: range(index, of: parameters),
                    scratchpad: scratchpad.view))
            input = output
        }
    }

    /// The loss of what `forward` computed, and what `backward` starts from.
    public func loss(_ targets: TargetView) -> LossSum {
        network.objective.evaluate(
            logits: logits, targets: targets, gradient: gradient(of: kernels.count - 1))
    }

    /// The outputs of what `forward` computed, [rows, outputs]; valid until the next pass.
    public func outputs() -> FloatView {
        network.objective.outputActivation.elementwise.apply(to: logits, columns: network.objective.outputs)
        return logits
    }

    /// Writes the gradients of the summed loss to `slab`, which has the network's layout.
    /// - Parameter input: what `forward` was given.
    public func backward(_ input: FloatView, parameters: FloatView, slab: FloatView) throws {
        for index in kernels.indices.reversed() {
            try kernels[index].backward(
                BackwardPass(
                    input: index > 0 ? activations[index - 1].view : input, output: activations[index].view,
                    outputGradient: gradient(of: index), inputGradient: index > 0 ? gradient(of: index - 1) : nil,
                    parameters: range(index, of: parameters), gradients: range(index, of: slab),
                    scratchpad: scratchpad.view))
        }
    }

    private func gradient(of layer: Int) -> FloatView {
        gradients[layer % gradients.count].view.slice(0, activations[layer].count)
    }

    private func range(_ layer: Int, of buffer: FloatView) -> FloatView {
        let range = network.layout.layerRanges[layer]
        return buffer.slice(range.lowerBound, range.count)
    }
}

import Kernels

/// The forward and backward pass of a network over shards of one size: compiled kernels.
/// One worker's own: not for two threads at a time.
public final class ShardPass {
    private let network: Network
    private let kernels: [any LayerKernel]
    private let scratchpad: FloatBuffer

    /// - Parameter training: whether `backward` will be called.
    /// - Throws: `KernelError` when a kernel cannot be made.
    public init(network: Network, rows: Int, training: Bool) throws {
        self.network = network
        kernels = try network.layers.enumerated().map { index, layer in
            try layer.makeKernel(rows: rows, training: training, needsInputGradient: index > 0)
        }
        scratchpad = FloatBuffer(count: kernels.map(\.scratchpadCount).reduce(0, max))
    }

    /// - Parameters:
    ///   - input: [rows, inputs]
    ///   - rows: where in `memory` the shard lies.
    public func forward(_ input: FloatView, parameters: FloatView, memory: PassMemory, rows: Range<Int>) throws {
        var input = input
        for (index, kernel) in kernels.enumerated() {
            let output = memory.output(of: index, rows)
            try kernel.forward(
                ForwardPass(
                    input: input, output: output, parameters: range(index, of: parameters),
                    scratchpad: scratchpad.view))
            input = output
        }
    }

    /// The loss of what `forward` computed, summed over the rows, and what `backward` starts from.
    /// - Parameter samples: of the minibatch, whose mean loss is differentiated.
    public func loss(_ targets: TargetView, memory: PassMemory, rows: Range<Int>, samples: Int) -> LossSum {
        let last = kernels.count - 1
        return network.objective.evaluate(
            logits: memory.output(of: last, rows), targets: targets, gradient: memory.gradient(of: last, rows),
            samples: samples)
    }

    /// The outputs of what `forward` computed, [rows, outputs]; valid until the next pass.
    public func outputs(memory: PassMemory, rows: Range<Int>) -> FloatView {
        let logits = memory.output(of: kernels.count - 1, rows)
        network.objective.outputActivation.elementwise.apply(to: logits, columns: network.objective.outputs)
        return logits
    }

    /// Brings the gradient of the loss back through every layer.
    /// - Parameter input: what `forward` was given.
    public func backward(_ input: FloatView, parameters: FloatView, memory: PassMemory, rows: Range<Int>) throws {
        for index in kernels.indices.reversed() {
            try kernels[index].backward(
                BackwardPass(
                    input: index > 0 ? memory.output(of: index - 1, rows) : input,
                    output: memory.output(of: index, rows), outputGradient: memory.gradient(of: index, rows),
                    inputGradient: index > 0 ? memory.gradient(of: index - 1, rows) : nil,
                    parameters: range(index, of: parameters), scratchpad: scratchpad.view))
        }
    }

    private func range(_ layer: Int, of buffer: FloatView) -> FloatView {
        let range = network.layout.layerRanges[layer]
        return buffer.slice(range.lowerBound, range.count)
    }
}

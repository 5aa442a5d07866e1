import Kernels

/// A range of the flat parameters within one tensor.
package struct ParameterRange: Sendable {
    package let offset: Int
    package let count: Int
    package let isWeight: Bool
    /// Offset of its gradients from the first of its part, in floats.
    package let gradientOffset: Int
    /// Elements of one output: a neuron's weights lie together.
    package let countPerOutput: Int

    package init(offset: Int, count: Int, isWeight: Bool, gradientOffset: Int, countPerOutput: Int) {
        (self.offset, self.count, self.isWeight) = (offset, count, isWeight)
        (self.gradientOffset, self.countPerOutput) = (gradientOffset, countPerOutput)
    }
}

extension BufferView {
    /// The elements of a range of the parameters.
    package func slice(_ range: ParameterRange) -> BufferView { slice(range.offset, range.count) }
}

/// Some outputs' parameters of one layer: one worker computes their gradients over a whole microbatch, and updates them
/// while these are in cache.
package struct ParameterPart: Sendable {
    package let layer: Int
    let outputs: Range<Int>
    package let ranges: [ParameterRange]
    /// Floats of its gradients, each range from a 64-byte line on.
    let gradientCount: Int
    /// Offset of its gradients in a `GradientBuffer`, in floats.
    let gradientOffset: Int
}

extension Network {
    /// The parts of all layers, which have every parameter once: a function of the network alone.
    package var parts: [ParameterPart] {
        var tensors = layout.tensors[...]
        var offset = 0
        return layers.enumerated().flatMap { index, layer in
            let own = tensors.prefix(layer.parameters.count)
            tensors = tensors.dropFirst(own.count)
            return layer.parts.map { outputs in
                var count = 0
                let ranges = zip(own, layer.ranges(of: outputs)).map { tensor, range in
                    defer { count += FloatBuffer.aligned(range.count) }
                    return ParameterRange(
                        offset: tensor.offset + range.lowerBound, count: range.count, isWeight: tensor.isWeight,
                        gradientOffset: count, countPerOutput: range.count / outputs.count)
                }
                defer { offset += count }
                return ParameterPart(
                    layer: index, outputs: outputs, ranges: ranges, gradientCount: count, gradientOffset: offset)
            }
        }
    }
}

/// The gradients of all parts: they accumulate here over microbatches, or wait for norms over several parts.
package struct GradientBuffer: Sendable {
    private let values: FloatBuffer

    package init(parts: [ParameterPart]) {
        values = FloatBuffer(count: parts.reduce(0) { $0 + $1.gradientCount })
    }

    package subscript(part: ParameterPart) -> FloatView { values.view.slice(part.gradientOffset, part.gradientCount) }
}

/// The gradients of a network's parts, compiled for microbatches of one size. It belongs to one worker.
package final class MicrobatchGradient {
    private let network: Network
    private let rows: Int
    private var kernels: [(layer: Int, outputs: Int, accumulates: Bool, kernel: any GradientKernel)] = []
    private var scratchpad = FloatBuffer(count: 0)
    private let gradients: FloatBuffer

    package init(network: Network, rows: Int) {
        self.network = network
        self.rows = rows
        gradients = FloatBuffer(count: network.parts.map(\.gradientCount).max() ?? 0)
    }

    /// The gradients of a part, each range's at its `gradientOffset`; valid until the next call.
    /// - Parameters:
    ///   - operands: written by the passes over all shards of the microbatch.
    ///   - buffer: where to write them; nil for the worker's own memory, which stays in cache.
    ///   - accumulates: whether they are added to what `buffer` holds of earlier microbatches.
    /// - Throws: `KernelError` when oneDNN fails.
    package func run(
        _ part: ParameterPart, operands: GradientOperands, into buffer: GradientBuffer? = nil, accumulates: Bool = false
    ) throws -> FloatView {
        let kernel = try kernel(for: part, accumulates: accumulates)
        let gradients = buffer?[part] ?? gradients.view.slice(0, part.gradientCount)
        try kernel.run(
            GradientArguments(
                gradientOperands: operands[part.layer], outputs: part.outputs, gradients: gradients,
                scratchpad: scratchpad.view))
        return gradients
    }

    private func kernel(for part: ParameterPart, accumulates: Bool) throws -> any GradientKernel {
        let found = kernels.first {
            $0.layer == part.layer && $0.outputs == part.outputs.count && $0.accumulates == accumulates
        }
        if let found { return found.kernel }
        let kernel = try network.layers[part.layer].makeGradientKernel(
            outputs: part.outputs.count, rows: rows, accumulates: accumulates)
        kernels.append((part.layer, part.outputs.count, accumulates, kernel))
        if kernel.scratchpadCount > scratchpad.count { scratchpad = FloatBuffer(count: kernel.scratchpadCount) }
        return kernel
    }
}

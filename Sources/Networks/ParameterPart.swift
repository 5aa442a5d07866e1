import Kernels

/// A stretch of a flat buffer; all of it weights, or none of it.
public struct ParameterRange: Sendable {
    public let offset: Int
    public let count: Int
    public let isWeight: Bool
    /// Where its gradients begin among those of its part.
    public let place: Int
}

/// Parameters whose gradients one worker computes together, over a whole minibatch, and then updates while they are in
/// cache.
public struct ParameterPart: Sendable {
    let layer: Int
    let outputs: Range<Int>
    public let ranges: [ParameterRange]
    /// Numbers of its gradients, each range from a 64-byte line on.
    let gradientCount: Int
}

extension Network {
    /// Every parameter, in parts: a function of the network alone.
    public var parts: [ParameterPart] {
        var tensors = layout.tensors[...]
        return layers.enumerated().flatMap { index, layer in
            let own = tensors.prefix(layer.parameters.count)
            tensors = tensors.dropFirst(own.count)
            return layer.parts.map { outputs in
                var place = 0
                let ranges = zip(own, layer.ranges(of: outputs)).map { tensor, range in
                    defer { place += FloatBuffer.aligned(range.count) }
                    return ParameterRange(
                        offset: tensor.offset + range.lowerBound, count: range.count, isWeight: tensor.isWeight,
                        place: place)
                }
                return ParameterPart(layer: index, outputs: outputs, ranges: ranges, gradientCount: place)
            }
        }
    }
}

/// The gradients of parts of a network's parameters over minibatches of one size: compiled kernels. One worker's own:
/// not for two threads at a time.
public final class MinibatchGradient {
    private let network: Network
    private let rows: Int
    private var kernels: [(layer: Int, outputs: Int, kernel: any GradientKernel)] = []
    private var scratchpad = FloatBuffer(count: 0)
    private let gradients: FloatBuffer

    public init(network: Network, rows: Int) {
        self.network = network
        self.rows = rows
        gradients = FloatBuffer(count: network.parts.map(\.gradientCount).max() ?? 0)
    }

    /// The gradients of a part, each range's at its `place`; valid until the next call.
    /// - Parameter memory: what the passes over all shards left.
    /// - Throws: `KernelError` when a kernel cannot be made.
    public func run(_ part: ParameterPart, memory: MinibatchMemory) throws -> FloatView {
        let kernel = try kernel(for: part)
        let gradients = gradients.view.slice(0, part.gradientCount)
        try kernel.run(
            GradientPass(
                saved: memory[part.layer], outputs: part.outputs, gradients: gradients, scratchpad: scratchpad.view))
        return gradients
    }

    private func kernel(for part: ParameterPart) throws -> any GradientKernel {
        if let found = kernels.first(where: { $0.layer == part.layer && $0.outputs == part.outputs.count }) {
            return found.kernel
        }
        let kernel = try network.layers[part.layer].makeGradientKernel(outputs: part.outputs.count, rows: rows)
        kernels.append((part.layer, part.outputs.count, kernel))
        if kernel.scratchpadCount > scratchpad.count { scratchpad = FloatBuffer(count: kernel.scratchpadCount) }
        return kernel
    }
}

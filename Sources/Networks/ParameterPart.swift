import Kernels

/// A stretch of a flat buffer; all of it weights, or none of it.
public struct ParameterRange: Sendable {
    public let offset: Int
    public let count: Int
    public let isWeight: Bool
}

/// Parameters whose gradients one worker computes together, over a whole minibatch, and then updates while they are in
/// cache.
public struct ParameterPart: Sendable {
    let layer: Int
    let outputs: Range<Int>
    public let ranges: [ParameterRange]
}

extension Network {
    /// Every parameter, in parts: a function of the network alone.
    public var parts: [ParameterPart] {
        var tensors = layout.tensors[...]
        return layers.enumerated().flatMap { index, layer in
            let own = tensors.prefix(layer.parameters.count)
            tensors = tensors.dropFirst(own.count)
            return layer.parts.map { outputs in
                let ranges = zip(own, layer.ranges(of: outputs)).map { tensor, range in
                    ParameterRange(
                        offset: tensor.offset + range.lowerBound, count: range.count, isWeight: tensor.isWeight)
                }
                return ParameterPart(layer: index, outputs: outputs, ranges: ranges)
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

    public init(network: Network, rows: Int) {
        self.network = network
        self.rows = rows
    }

    /// Writes the part's ranges of `gradients`, which has the network's layout.
    /// - Parameters:
    ///   - features: [rows, inputs], what went forward.
    ///   - memory: what came backward.
    /// - Throws: `KernelError` when a kernel cannot be made.
    public func run(_ part: ParameterPart, features: FloatView, memory: PassMemory, into gradients: FloatView) throws {
        let kernel = try kernel(for: part)
        let range = network.layout.layerRanges[part.layer]
        try kernel.run(
            GradientPass(
                input: part.layer > 0 ? memory.output(of: part.layer - 1, 0..<rows) : features,
                outputGradient: memory.gradient(of: part.layer, 0..<rows), outputs: part.outputs,
                gradients: gradients.slice(range.lowerBound, range.count), scratchpad: scratchpad.view))
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

import Kernels
import Layers

/// One worker's gradients of parts over microbatches, compiled when it first meets a size of both.
package final class PartGradients {
    private struct Size: Hashable {
        let node: Int
        let neurons: Int
        let rows: Int
        let inputShape: [Int]
        let accumulates: Bool
    }

    private let network: Network
    private let networks: SteppedNetworks
    /// A handful a layer: two sizes of parts, and of microbatches; and as many for each number of steps that its input has.
    private var kernels: [Size: any GradientKernel] = [:]
    private var scratchpad = FloatBuffer(count: 0)
    /// The worker's own memory for gradients of a part, which stays in its cache: one for each level of the tree.
    private var own: [FloatBuffer] = []
    private let largestPart: Int

    package init(network: Network) {
        self.network = network
        networks = SteppedNetworks(network)
        largestPart = network.parts.map(\.gradientCount).max() ?? 0
    }

    /// Memory of the worker for a part's gradients; valid until the next use of the same level.
    package func memory(_ level: Int, of part: ParameterPart) -> FloatView {
        while own.count <= level { own.append(FloatBuffer(count: largestPart)) }
        return own[level].view.slice(0, part.gradientCount)
    }

    /// Computes the gradients of a part over a microbatch, each range's at its `gradientOffset`.
    /// - Parameters:
    ///   - rows: of the microbatch.
    ///   - steps: of the minibatch's sequences; nil for the network's own.
    ///   - shards: of the microbatch.
    ///   - operands: written by the passes over its shards.
    ///   - accumulates: whether they are added to what `gradients` holds of earlier microbatches of the leaf.
    /// - Throws: `KernelError` when oneDNN fails.
    package func run(
        _ part: ParameterPart, rows: Int, steps: Int? = nil, shards: Int, operands: GradientOperands,
        into gradients: FloatView,
        accumulates: Bool = false
    ) throws {
        let layer = try networks[steps].nodes[part.node].layer
        switch layer.gradients {
        case .none: break
        case .perShard: addShards(part, shards, operands, into: gradients, accumulates: accumulates)
        case .overRows(let gradientsOfRows):
            guard let found = operands.operands(of: part.node) else {
                preconditionFailure("gradients without their operands")
            }
            let size = Size(
                node: part.node, neurons: part.neurons.count, rows: rows, inputShape: layer.inputShape,
                accumulates: accumulates)
            try kernel(size, gradientsOfRows).run(
                GradientArguments(
                    gradientOperands: found, gradientSteps: operands.steps(of: part.node), neurons: part.neurons,
                    gradients: gradients, scratchpad: scratchpad.view))
        }
    }

    private func kernel(_ size: Size, _ layer: any RowGradients) throws -> any GradientKernel {
        if let found = kernels[size] { return found }
        let kernel = try layer.makeGradientKernel(
            neurons: size.neurons, rows: size.rows, accumulates: size.accumulates)
        kernels[size] = kernel
        if kernel.scratchpadCount > scratchpad.count { scratchpad = FloatBuffer(count: kernel.scratchpadCount) }
        return kernel
    }

    /// Adds the gradients over the shards in a tree by shard number, in their own memory.
    private func addShards(
        _ part: ParameterPart, _ shards: Int, _ operands: GradientOperands, into gradients: FloatView,
        accumulates: Bool
    ) {
        let start = network.layout.nodeRanges[part.node].lowerBound
        for range in part.ranges {
            func slab(_ shard: Int) -> FloatView {
                guard let slab = operands.slab(of: part.node, shard: shard) else {
                    preconditionFailure("gradients of a shard that were not computed")
                }
                return slab.slice(range.offset - start, range.count)
            }
            LeafTree.reduce(shards) { add(slab($0), slab($1), into: slab($0)) }
            let sums = gradients.slice(range.gradientOffset, range.count)
            if accumulates { add(sums, slab(0), into: sums) } else { sums.copy(from: slab(0)) }
        }
    }
}

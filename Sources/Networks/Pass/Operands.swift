import Kernels
import Layers

/// What the gradients of the tensors are computed from, for one microbatch: operands of multiplications over all its rows,
/// or the gradients over each shard. Each worker writes what its shards have; a barrier later all are read.
package final class GradientOperands: Sendable {
    private let operands: [OperandBuffer]
    /// [rows of the microbatch], of nodes whose operands are of steps.
    private let steps: [AlignedBuffer<Int32>]
    /// [shards, parameters of the node], of nodes whose gradients are computed for each shard.
    private let slabs: [FloatBuffer]
    private let slabCounts: [Int]

    /// - Parameters:
    ///   - capacity: rows of the largest microbatch.
    ///   - shardCount: its shards.
    package init(network: Network, capacity: Int, shardCount: Int) {
        operands = network.nodes.map { node in
            guard node.isTrainable, case .overRows(let gradients) = node.layer.gradients else {
                return OperandBuffer(count: 0, format: node.layer.format)
            }
            return OperandBuffer(count: gradients.operandCount(rows: capacity), format: node.layer.format)
        }
        steps = network.nodes.map { node in
            guard node.isTrainable, case .overRows(let gradients) = node.layer.gradients, gradients.countsSteps else {
                return AlignedBuffer(count: 0)
            }
            return AlignedBuffer(count: capacity)
        }
        slabCounts = zip(network.nodes, network.layout.nodeRanges).map { node, range in
            guard node.isTrainable, case .perShard = node.layer.gradients else { return 0 }
            return range.count
        }
        slabs = slabCounts.map { FloatBuffer(count: shardCount * $0) }
    }

    /// The operands of a node's gradients; nil if it has none.
    func operands(of node: Int) -> OperandView? { operands[node].count > 0 ? operands[node].view : nil }

    /// The steps of each shard in the operands of a node; nil if these are not of steps.
    func steps(of node: Int) -> BufferView<Int32>? { steps[node].count > 0 ? steps[node].view : nil }

    /// The gradients of a node's tensors over one shard; nil if they are not computed so.
    func slab(of node: Int, shard: Int) -> FloatView? {
        let count = slabCounts[node]
        return count > 0 ? slabs[node].view.slice(shard * count, count) : nil
    }
}

/// A network's parameters, packed as operands of multiplications after each update.
package final class PackedParameters: Sendable {
    private let layout: ParameterLayout
    private let packers: [(any ParameterPacker)?]
    private let nodes: [OperandBuffer]

    /// - Parameter training: whether the backward pass needs operands, too.
    /// - Throws: `KernelError` when oneDNN cannot pack a layer's parameters.
    package init(network: Network, training: Bool) throws {
        layout = network.layout
        packers = try network.nodes.enumerated().map { index, node in
            try node.layer.makePacker(forInputGradient: training && network.givesInputGradient(index))
        }
        nodes = zip(packers, network.nodes).map { packer, node in
            OperandBuffer(count: packer?.count ?? 0, format: node.layer.format)
        }
    }

    /// Packs one part.
    /// - Parameter parameters: all of them, in the network's layout.
    package func pack(_ part: ParameterPart, from parameters: FloatView) {
        packers[part.node]?.pack(
            part.neurons, of: parameters.slice(layout.nodeRanges[part.node]), into: nodes[part.node].view)
    }

    subscript(node: Int) -> OperandView { nodes[node].view }
}

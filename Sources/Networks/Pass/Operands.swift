import Kernels

/// What the gradients of the tensors are computed from, for one microbatch: operands of multiplications over all its rows,
/// or the gradients over each shard. Each worker writes what its shards have; a barrier later all are read.
package final class GradientOperands: Sendable {
    private let operands: [OperandBuffer]
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
        slabCounts = zip(network.nodes, network.layout.nodeRanges).map { node, range in
            guard node.isTrainable, case .perShard = node.layer.gradients else { return 0 }
            return range.count
        }
        slabs = slabCounts.map { FloatBuffer(count: shardCount * $0) }
    }

    /// The operands of a node's gradients; nil if it has none.
    func operands(of node: Int) -> OperandView? { operands[node].count > 0 ? operands[node].view : nil }

    /// The gradients of a node's tensors over one shard; nil if they are not computed so.
    func slab(of node: Int, shard: Int) -> FloatView? {
        let count = slabCounts[node]
        return count > 0 ? slabs[node].view.slice(shard * count, count) : nil
    }
}

/// A network's parameters, packed as operands of multiplications after each update.
package final class PackedParameters: Sendable {
    private let network: Network
    private let training: Bool
    private let nodes: [OperandBuffer]

    /// - Parameter training: whether the backward pass needs operands, too.
    package init(network: Network, training: Bool) {
        self.network = network
        self.training = training
        nodes = network.nodes.indices.map { index in
            let layer = network.nodes[index].layer
            let count = layer.packedCount(forInputGradient: training && network.givesInputGradient(index))
            return OperandBuffer(count: count, format: layer.format)
        }
    }

    /// Packs one part.
    /// - Parameter parameters: all of them, in the network's layout.
    package func pack(_ part: ParameterPart, from parameters: FloatView) {
        let range = network.layout.nodeRanges[part.node]
        network.nodes[part.node].layer.pack(
            part.neurons, of: parameters.slice(range.lowerBound, range.count), into: nodes[part.node].view,
            forInputGradient: training && network.givesInputGradient(part.node))
    }

    subscript(node: Int) -> OperandView { nodes[node].view }
}

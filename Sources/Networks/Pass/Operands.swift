import Kernels

/// What the shards' passes leave behind for the gradients of the parameters, for a whole microbatch. Workers write to it
/// together, each the rows of its shard.
package struct GradientOperands: Sendable {
    private let layers: [OperandBuffer]

    /// - Parameter capacity: rows of a microbatch at the most.
    package init(network: Network, capacity: Int) {
        layers = network.layers.map { OperandBuffer(count: $0.gradientOperandCount(rows: capacity), format: $0.format) }
    }

    subscript(layer: Int) -> OperandView { layers[layer].view }
}

/// A network's parameters as operands of multiplications, packed anew whenever they change.
package struct PackedParameters: Sendable {
    private let network: Network
    private let training: Bool
    private let layers: [OperandBuffer]

    /// - Parameter training: whether passes go backward, too.
    package init(network: Network, training: Bool) {
        self.network = network
        self.training = training
        layers = network.layers.map { OperandBuffer(count: $0.packedCount(training: training), format: $0.format) }
    }

    /// Packs one part, from all parameters.
    package func pack(_ part: ParameterPart, from parameters: FloatView) {
        let range = network.layout.layerRanges[part.layer]
        network.layers[part.layer].pack(
            part.outputs, of: parameters.slice(range.lowerBound, range.count), into: layers[part.layer].view,
            training: training)
    }

    subscript(layer: Int) -> OperandView { layers[layer].view }
}

import Kernels

/// The operands of the parameter gradients' multiplications over a whole microbatch: each layer's inputs and output
/// gradients. Each worker writes the rows of its shards; a barrier later all are read.
package struct GradientOperands: Sendable {
    private let layers: [OperandBuffer]

    /// - Parameter capacity: rows of the largest microbatch.
    package init(network: Network, capacity: Int) {
        layers = network.layers.map { OperandBuffer(count: $0.gradientOperandCount(rows: capacity), format: $0.format) }
    }

    subscript(layer: Int) -> OperandView { layers[layer].view }
}

/// A network's parameters, packed as operands of multiplications after each update.
package struct PackedParameters: Sendable {
    private let network: Network
    private let training: Bool
    private let layers: [OperandBuffer]

    /// - Parameter training: whether the backward pass needs operands, too.
    package init(network: Network, training: Bool) {
        self.network = network
        self.training = training
        layers = network.layers.map { OperandBuffer(count: $0.packedCount(training: training), format: $0.format) }
    }

    /// Packs one part.
    /// - Parameter parameters: all of them, in the network's layout.
    package func pack(_ part: ParameterPart, from parameters: FloatView) {
        let range = network.layout.layerRanges[part.layer]
        network.layers[part.layer].pack(
            part.outputs, of: parameters.slice(range.lowerBound, range.count), into: layers[part.layer].view,
            training: training)
    }

    subscript(layer: Int) -> OperandView { layers[layer].view }
}

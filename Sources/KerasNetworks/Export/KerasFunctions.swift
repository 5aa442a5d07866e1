import DurableFiles
import Kernels
import Layers
import Networks
import PortableNetworks

/// Dense layers, normalisations and activations.
extension KerasPlan {
    mutating func append(
        _ layer: Dense, _ node: Node, on input: Int, activation: Activation
    ) throws(ExportError) -> Int {
        let value = layer.isPerStep ? input : reshaped(input, [layer.inputs], node)
        return try linear(
            "Dense", node, [value], [("units", .integer(layer.outputs))],
            network.required("weight", of: node).transposed([1, 0]), activation: activation)
    }

    /// A layer with a kernel, which may have a bias, and the activation after it.
    /// - Parameter sizes: of its output; nil for the node's.
    mutating func linear(
        _ kind: String, _ node: Node, _ inputs: [Int], _ settings: [(String, JSON)], _ kernel: FloatTensor,
        activation: Activation, sizes: [Int]? = nil
    ) throws(ExportError) -> Int {
        let bias = network.tensor("bias", of: node)
        let isInside = activation.kerasName != nil && (kind == "Dense" || !activation.isOfAllValues)
        let value = add(
            kind, node, inputs, sizes ?? node.layer.outputShape,
            settings + [
                ("use_bias", .bool(bias != nil)),
                ("activation", .string(isInside ? activation.kerasName ?? "linear" : "linear")),
            ], [("kernel", kernel)] + (bias.map { [("bias", $0)] } ?? []))
        return isInside ? value : try activated(value, by: activation, node)
    }

    mutating func append(_ layer: BatchNormalization, _ node: Node, on input: Int) throws(ExportError) -> Int {
        let value = add(
            "BatchNormalization", node, [input], layer.outputShape,
            settings(of: layer.affine, layer.epsilon) + [("momentum", .number(layer.momentum))],
            variables(of: node) + [
                ("moving_mean", network.required("mean", of: node)),
                ("moving_variance", network.required("variance", of: node)),
            ])
        return try activated(value, by: layer.activation, node)
    }

    mutating func append(_ layer: GroupNormalization, _ node: Node, on input: Int) throws(ExportError) -> Int {
        let groups: Int? =
            switch layer.kind {
            case .layer: nil
            case .group(let count): count
            case .instance: layer.affine.channels
            }
        let value = add(
            groups == nil ? "LayerNormalization" : "GroupNormalization", node, [input], layer.outputShape,
            (groups.map { [("groups", .integer($0))] } ?? []) + settings(of: layer.affine, layer.epsilon),
            variables(of: node))
        return try activated(value, by: layer.activation, node)
    }

    private func settings(of affine: ChannelAffine, _ epsilon: Double) -> [(String, JSON)] {
        [
            ("axis", .integer(-1)), ("epsilon", .number(epsilon)), ("scale", .bool(affine.hasScale)),
            ("center", .bool(affine.hasShift)),
        ]
    }

    private func variables(of node: Node) -> [(String, FloatTensor)] {
        [("gamma", "scale"), ("beta", "shift")].compactMap { name, own in
            network.tensor(own, of: node).map { (name, $0) }
        }
    }

    /// A value after an activation function.
    mutating func activated(_ value: Int, by activation: Activation, _ node: Node) throws(ExportError) -> Int {
        let shape = layers[value].shape
        if activation == .identity { return value }
        if activation == .leakyReLU {
            return add("LeakyReLU", node, [value], shape.sizes, [("negative_slope", .number(0.01))])
        }
        guard let name = activation.kerasName else { throw error(.activation(activation), node) }
        let setting: [(String, JSON)] = [("activation", .string(name))]
        guard activation.isOfAllValues, shape.sizes.count > 1 else {
            return add("Activation", node, [value], shape.sizes, setting)
        }
        // Keras's is over the last axis.
        guard !shape.isOpen else { throw error(.readsPadding, node) }
        let row = reshaped(value, [shape.sizes.reduce(1, *)], node)
        return reshaped(add("Activation", node, [row], self.shape(of: row), setting), shape.sizes, node)
    }
}

extension InputScaling {
    /// The layers that do this to raw values: (raw − mean) / √variance.
    func kerasLayers(inputShape: [Int]) -> [(String, [(String, JSON)])] {
        if shape.isEmpty, shift[0] == 0 {
            return [("Rescaling", [("scale", .number(factor[0])), ("offset", .number(0))])]
        }
        // Keras takes deviations below 1e-7 for that, and floats hold no variance beyond 1e38; a power of two loses no digits.
        let largest = factor.map(abs).max() ?? 1
        let power = largest == 0 || (1e-15...1e6).contains(largest) ? 1 : largest.binade
        let first = [("Rescaling", [("scale", JSON.number(power)), ("offset", .number(0))])]
        let means = shift.map { $0 * power }
        let variances = factor.map { $0 == 0 ? 1e38 : min(1e38, power * power / ($0 * $0)) }
        let axes = shape.count > 1 ? Array(inputShape.indices.map { $0 + 1 }.suffix(shape.count)) : [-1]
        return (power == 1 ? [] : first) + [
            (
                "Normalization",
                [
                    ("axis", shape.isEmpty ? .null : .sizes(axes)), ("mean", .nested(means[...], shape[...])),
                    ("variance", .nested(variances[...], shape[...])),
                ]
            )
        ]
    }
}

extension JSON {
    /// Numbers in brackets for each axis.
    fileprivate static func nested(_ values: ArraySlice<Double>, _ shape: ArraySlice<Int>) -> JSON {
        guard let count = shape.first else { return .number(values[values.startIndex]) }
        let size = values.count / max(1, count)
        return .array(
            (0..<count).map {
                nested(values[values.startIndex + $0 * size..<values.startIndex + ($0 + 1) * size], shape.dropFirst())
            })
    }
}

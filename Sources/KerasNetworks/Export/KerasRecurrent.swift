import DurableFiles
import Layers
import Networks
import PortableNetworks
import RecurrentLayers

/// The nodes of one level of a bidirectional item: each direction, which may be reduced to one row, and both side by side.
struct BidirectionalNodes {
    let forward: Node
    let reverse: Node
    /// After the forward direction, and after the reverse one.
    let reduction: Node?
    let count: Int

    /// - Returns: nil if other nodes begin at that place.
    init?(_ nodes: [Node], from start: Int) {
        guard start + 2 < nodes.count, nodes[start].layer is Recurrent else { return nil }
        let hasReduction = nodes[start + 1].layer is StepReduction
        count = hasReduction ? 5 : 3
        guard start + count <= nodes.count, nodes[start + count - 1].layer is Concatenation else { return nil }
        forward = nodes[start]
        reverse = nodes[start + count / 2]
        reduction = hasReduction ? nodes[start + 1] : nil
    }
}

/// Recurrent layers, and what makes one row of a sequence.
extension KerasPlan {
    mutating func append(_ layer: Recurrent, _ node: Node, on input: Int) -> Int {
        precondition(!layer.isReversed, "a reverse direction by itself")
        return add(
            layer.cell.kerasKind, node, [input], layer.outputShape, settings(of: layer),
            objects: [object(of: layer, node, path: "", legacyPath: "")], readsMask: true)
    }

    /// A layer of both directions.
    mutating func append(_ pair: BidirectionalNodes) {
        guard let layer = pair.forward.layer as? Recurrent, let reverse = pair.reverse.layer as? Recurrent else {
            preconditionFailure("a direction of a recurrent layer")
        }
        let (kind, name) = (layer.cell.kerasKind, kerasPathName(of: layer.cell.kerasKind))
        let inner = JSON.object([
            ("module", .string("keras.layers")), ("class_name", .string(kind)),
            ("config", .object([("name", .string(name))] + settings(of: layer))), ("registered_name", .null),
        ])
        let sizes = Array(layer.outputShape.dropLast()) + [2 * layer.units]
        var value = add(
            "Bidirectional", pair.forward, [input(pair.forward.inputs[0], of: pair.forward)], sizes,
            [("merge_mode", .string("concat")), ("layer", inner)],
            objects: [
                object(of: layer, pair.forward, path: "forward_layer/", legacyPath: "forward_\(name)/"),
                object(of: reverse, pair.reverse, path: "backward_layer/", legacyPath: "backward_\(name)/"),
            ], readsMask: true)
        if let node = pair.reduction, let reduction = node.layer as? StepReduction {
            value = append(reduction, node, on: value)
        }
        setValues(Array(repeating: nil, count: pair.count - 1) + [value])
    }

    mutating func append(_ layer: StepReduction, _ node: Node, on input: Int) -> Int {
        let channels = shape(of: input).suffix(1)
        switch layer.kind {
        case .mean:
            return add("GlobalAveragePooling1D", node, [input], Array(channels), [], objects: [], readsMask: true)
        case .max:
            let steps = layers[input].shape.isOpen ? loweringPadding(of: input, node) : input
            return add("GlobalMaxPooling1D", node, [steps], Array(channels))
        }
    }

    /// A value whose steps beyond the ends of sequences are far below all others: Keras's maximum knows no mask.
    private mutating func loweringPadding(of value: Int, _ node: Node) -> Int {
        let column = add(
            "Reshape", node, [inputs[1]], [shape(of: value)[0], 1],
            [("target_shape", .array([.integer(-1), .integer(1)]))])
        // 0 for a step of a sequence.
        let penalty = add(
            "Rescaling", node, [column], [shape(of: value)[0], 1],
            [("scale", .number(Self.lowest)), ("offset", .number(-Self.lowest))])
        return add("Add", node, [value, penalty], shape(of: value))
    }

    /// Beyond what layers put out, and far from where floats end.
    private static let lowest = 1e30

    private func settings(of layer: Recurrent) -> [(String, JSON)] {
        let common: [(String, JSON)] = [
            ("units", .integer(layer.units)), ("activation", .string("tanh")), ("use_bias", .bool(true)),
            ("return_sequences", .bool(!layer.isLastOnly)),
        ]
        switch layer.cell {
        case .elman: return common
        case .longShortTermMemory: return common + [("recurrent_activation", .string("sigmoid"))]
        case .gatedUnit(let resetsAfter):
            return common + [("recurrent_activation", .string("sigmoid")), ("reset_after", .bool(resetsAfter))]
        }
    }

    private func object(
        of layer: Recurrent, _ node: Node, path: String, legacyPath: String
    ) -> KerasLayer.Object {
        func kernel(_ name: String) -> FloatTensor { network.required(name, of: node).transposed([1, 0]) }
        var bias = network.required("bias", of: node)
        if let recurrent = network.tensor("recurrent-bias", of: node) {
            // Keras has a second bias for each gate, of which only the candidate's differs from the first.
            let own = FloatTensor(shape: [2 * layer.units], repeating: 0)
            bias = FloatTensor.concatenated([bias, own, recurrent]).reshaped([2, 3 * layer.units])
        }
        return KerasLayer.Object(
            path: path + "cell", legacyPath: legacyPath + kerasPathName(of: layer.cell.kerasKind + "Cell"),
            variables: [
                ("kernel", kernel("weight")), ("recurrent_kernel", kernel("recurrent")), ("bias", bias),
            ])
    }
}

extension RecurrentCell {
    var kerasKind: String {
        switch self {
        case .elman: "SimpleRNN"
        case .longShortTermMemory: "LSTM"
        case .gatedUnit: "GRU"
        }
    }
}

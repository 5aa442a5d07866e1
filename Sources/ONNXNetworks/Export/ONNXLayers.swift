import Formats
import Kernels
import Layers
import Networks
import PortableNetworks
import RecurrentLayers

extension ONNXExport {
    /// Adds the operators of a node, whose output is a value.
    mutating func add(_ node: Node, value: Int) {
        let input = node.inputs[0]
        lengths[value] = node.hasTime ? lengths[input] : nil
        switch node.layer {
        case let layer as Dense: add(layer, node, value)
        case let layer as Convolution: add(layer, node, value)
        case let layer as TransposedConvolution: add(layer, node, value)
        case let layer as Pooling: add(layer, node, value)
        case let layer as BatchNormalization: add(layer, node, value)
        case let layer as GroupNormalization: add(layer, node, value)
        case let layer as Recurrent: add(layer, node, value)
        case let layer as StepReduction: add(layer, node, value)
        case let layer as Elementwise:
            let isFirst = isChannelsFirst(input)
            let shape = layer.inputShape
            let source = isFirst ? valueWithChannelsFirst(input, as: shape) : self.value(input, as: shape)
            let name = activated(
                source, layer.activation, of: node.name, isOfRows: false,
                shape: isFirst ? [shape[shape.count - 1]] + shape.dropLast() : shape)
            set(value, name, channelsFirst: isFirst && name != source)
        case let layer as Embedding:
            let ids = self.value(input, as: layer.inputShape)
            let row = writer.add("Squeeze", [ids, writer.integers([-1])], of: node.name)
            let table = writer.constant(network.required("weight", of: node), "\(node.name).weight")
            set(value, writer.add("Gather", [table, row], of: node.name))
        case let layer as Concatenation:
            let parts = node.inputs.map { self.value($0, as: layer.inputShape) }
            set(value, writer.add("Concat", parts, of: node.name, [.init("axis", .integer(-1))]))
        case let layer as Sum:
            let isFirst = layer.inputShape.count > 1 && node.inputs.allSatisfy(isChannelsFirst)
            let terms = node.inputs.map {
                isFirst ? valueWithChannelsFirst($0, as: layer.inputShape) : self.value($0, as: layer.inputShape)
            }
            set(value, writer.add("Add", terms, of: node.name), channelsFirst: isFirst)
        // Dropout changes nothing after training.
        default: pass(input, to: value)
        }
    }

    private mutating func pass(_ input: Int, to value: Int) {
        if isChannelsFirst(input) {
            set(value, valueWithChannelsFirst(input, as: shape(of: input)), channelsFirst: true)
        } else {
            set(value, self.value(input))
        }
    }

    private mutating func add(_ layer: Dense, _ node: Node, _ value: Int) {
        let weight = network.required("weight", of: node)
        let bias = network.tensor("bias", of: node).map { writer.constant($0, "\(node.name).bias") }
        let source = self.value(node.inputs[0], as: layer.isPerStep ? layer.inputShape : [layer.inputs])
        var output: String
        if layer.isPerStep {
            let name = writer.constant(weight.transposed([1, 0]), "\(node.name).weight")
            output = writer.add("MatMul", [source, name], of: node.name)
            if let bias { output = writer.add("Add", [output, bias], of: node.name) }
        } else {
            let name = writer.constant(weight, "\(node.name).weight")
            output = writer.add(
                "Gemm", [source, name] + (bias.map { [$0] } ?? []), of: node.name, [.init("transB", .integer(1))])
        }
        output = activated(output, layer.activation, of: node.name, isOfRows: true, shape: layer.outputShape)
        set(value, output)
    }

    private mutating func add(_ layer: BatchNormalization, _ node: Node, _ value: Int) {
        let channels = layer.affine.channels
        let tensors = [
            ("scale", network.tensor("scale", of: node) ?? FloatTensor(shape: [channels], repeating: 1)),
            ("shift", network.tensor("shift", of: node) ?? FloatTensor(shape: [channels], repeating: 0)),
            ("mean", network.required("mean", of: node)), ("variance", network.required("variance", of: node)),
        ].map { writer.constant($1, "\(node.name).\($0)") }
        addOverChannels(
            "BatchNormalization", layer.inputShape, layer.activation, tensors,
            [.init("epsilon", .float(Float(layer.epsilon)))], node, value)
    }

    private mutating func add(_ layer: GroupNormalization, _ node: Node, _ value: Int) {
        let channels = layer.affine.channels
        let tensors = [
            ("scale", network.tensor("scale", of: node) ?? FloatTensor(shape: [channels], repeating: 1)),
            ("shift", network.tensor("shift", of: node) ?? FloatTensor(shape: [channels], repeating: 0)),
        ].map { writer.constant($1, "\(node.name).\($0)") }
        let epsilon = ONNXAttribute("epsilon", .float(Float(layer.epsilon)))
        switch layer.kind {
        case .layer:
            let source = self.value(node.inputs[0], as: layer.inputShape)
            let output = writer.add(
                "LayerNormalization", [source] + tensors, of: node.name, [.init("axis", .integer(-1)), epsilon])
            set(
                value,
                activated(output, layer.activation, of: node.name, isOfRows: false, shape: layer.inputShape))
        case .instance:
            addOverChannels(
                "InstanceNormalization", layer.inputShape, layer.activation, tensors, [epsilon], node, value)
        case .group(let count):
            addOverChannels(
                "GroupNormalization", layer.inputShape, layer.activation, tensors,
                [.init("num_groups", .integer(Int64(count))), epsilon], node, value)
        }
    }

    /// A normalisation whose operator reads channels first, with places after them.
    private mutating func addOverChannels(
        _ operation: String, _ shape: [Int], _ activation: Activation, _ tensors: [String],
        _ attributes: [ONNXAttribute], _ node: Node, _ value: Int
    ) {
        let hasPlaces = shape.count > 1
        var source =
            hasPlaces
            ? valueWithChannelsFirst(node.inputs[0], as: shape) : self.value(node.inputs[0], as: shape)
        let needsPlace = !hasPlaces && operation == "GroupNormalization"
        if needsPlace { source = writer.add("Unsqueeze", [source, writer.integers([-1])], of: node.name) }
        var output = writer.add(operation, [source] + tensors, of: node.name, attributes)
        if needsPlace { output = writer.add("Squeeze", [output, writer.integers([-1])], of: node.name) }
        output = activated(
            output, activation, of: node.name, isOfRows: false,
            shape: hasPlaces ? [shape[shape.count - 1]] + shape.dropLast() : shape)
        set(value, output, channelsFirst: hasPlaces)
    }
}

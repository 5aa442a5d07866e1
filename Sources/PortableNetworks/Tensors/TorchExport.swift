import Formats
import Kernels
import Layers
import Networks
import RecurrentLayers

/// Parameters and running statistics as the `state_dict` of PyTorch modules that are called by our layers' names: `conv1.weight`,
/// `lstm1.weight_ih_l0`. PyTorch has the channels of images first, so weights of dense layers on images have their inputs in that order.
package struct TorchExport {
    private let network: PortableNetwork
    private var tensors: [StoredTensor] = []

    /// - Throws: `ExportError`, `ZipError`.
    package static func file(of network: PortableNetwork) throws -> Exported {
        var export = TorchExport(network: network)
        for node in network.network.nodes { try export.add(node) }
        export.addScaling()
        let notes: [ExportNote] = network.scaling == nil ? [] : [.scalingIsTensors]
        return Exported(file: try torchFile(export.tensors).arrays, notes: notes)
    }

    private init(network: PortableNetwork) { self.network = network }

    private mutating func add(_ tensor: FloatTensor?, _ name: String) {
        if let tensor { tensors.append(tensor.stored(name)) }
    }

    private mutating func add(_ node: Node) throws(ExportError) {
        let name = node.name.replacing("/", with: "_")
        switch node.layer {
        case is BatchNormalization:
            let place = normalization(node, name)
            addAffine(node, place)
            for (own, theirs) in [("mean", "running_mean"), ("variance", "running_var")] {
                add(network.tensor(own, of: node).map { inOrder($0, of: node) }, "\(place).\(theirs)")
            }
        case is GroupNormalization: addAffine(node, normalization(node, name))
        case let layer as TransposedConvolution:
            let weight = network.required("weight", of: node)
            let (groups, order) = (layer.convolution.groups, [1, 0] + (2..<weight.shape.count))
            add(
                .concatenated((0..<groups).map { weight.block($0, of: groups).transposed(order) }), "\(name).weight")
            add(network.tensor("bias", of: node), "\(name).bias")
        case let layer as Recurrent: try add(layer, node)
        default:
            add(network.tensor("weight", of: node).map { withInputsInOrder($0, of: node) }, "\(name).weight")
            add(network.tensor("bias", of: node), "\(name).bias")
        }
    }

    /// A normalisation that belongs to a layer has the layer's name.
    private func normalization(_ node: Node, _ name: String) -> String {
        let first = network.network.nodes.first { $0.name == node.name }?.layer
        return first is BatchNormalization || first is GroupNormalization ? name : "\(name)_norm"
    }

    private mutating func addAffine(_ node: Node, _ name: String) {
        for (own, theirs) in [("scale", "weight"), ("shift", "bias")] {
            add(network.tensor(own, of: node).map { inOrder($0, of: node) }, "\(name).\(theirs)")
        }
    }

    private mutating func add(_ layer: Recurrent, _ node: Node) throws(ExportError) {
        guard layer.cell != .gatedUnit(resetsAfter: false) else {
            throw ExportError(format: .torch, layer: node.name, problem: .resetBefore, nearest: .onnx)
        }
        // gru1, gru1/2 and gru1/2/reverse are levels and directions of one module.
        let parts = node.name.split(separator: "/").map(String.init)
        let level = parts.dropFirst().compactMap { Int($0) }.first ?? 1
        let suffix = "l\(level - 1)" + (parts.last == "reverse" ? "_reverse" : "")
        // Reset, update, candidate, where ours begin with the update.
        let order = layer.cell == .gatedUnit(resetsAfter: true) ? [1, 0, 2] : Array(0..<layer.cell.gates)
        let bias = network.required("bias", of: node)
        var recurrentBias = FloatTensor(shape: bias.shape, repeating: 0)
        if let own = network.tensor("recurrent-bias", of: node) {
            recurrentBias = .concatenated(
                [FloatTensor(shape: [bias.shape[0] - own.shape[0]], repeating: 0), own])
        }
        add(network.required("weight", of: node).withBlocks(order), "\(parts[0]).weight_ih_\(suffix)")
        add(network.required("recurrent", of: node).withBlocks(order), "\(parts[0]).weight_hh_\(suffix)")
        add(bias.withBlocks(order), "\(parts[0]).bias_ih_\(suffix)")
        add(recurrentBias.withBlocks(order), "\(parts[0]).bias_hh_\(suffix)")
    }

    /// input = (raw − shift) · factor, for inputs in PyTorch's order.
    private mutating func addScaling() {
        guard let scaling = network.scaling else { return }
        let isImage = network.network.inputShape.count == 3
        for (name, numbers) in [("shift", scaling.shift), ("factor", scaling.factor)] {
            var tensor = FloatTensor(shape: scaling.shape, values: numbers.map(Float.init))
            if isImage, tensor.shape.count == 3 { tensor = tensor.transposed([2, 0, 1]) }
            if isImage, tensor.shape.count == 1 { tensor = tensor.reshaped([tensor.shape[0], 1, 1]) }
            add(tensor, "scaling.\(name)")
        }
    }

    // MARK: The order of channels

    /// The weight of a dense layer [outputs, inputs], whose inputs may be the values of an image.
    private func withInputsInOrder(_ weight: FloatTensor, of node: Node) -> FloatTensor {
        guard node.layer is Dense, let shape = flattenedShape(of: node) else { return weight }
        return weight.reshaped([weight.shape[0]] + shape)
            .transposed([0, shape.count] + (1..<shape.count)).reshaped(weight.shape)
    }

    /// Numbers of each input of a layer, which may be the values of an image.
    private func inOrder(_ numbers: FloatTensor, of node: Node) -> FloatTensor {
        guard let shape = flattenedShape(of: node), shape.reduce(1, *) == numbers.values.count else { return numbers }
        return numbers.reshaped(shape).transposed([shape.count - 1] + (0..<shape.count - 1)).reshaped(numbers.shape)
    }

    /// The shape of the image, or of what a window made of a sequence, that a layer reads as one row; nil if it does not.
    private func flattenedShape(of node: Node) -> [Int]? {
        if let dense = node.layer as? Dense, dense.isPerStep { return nil }
        guard node.layer is Dense || node.layer.inputShape.count == 1 else { return nil }
        var value = node.inputs[0]
        while value > 0 {
            let source = network.network.nodes[value - 1]
            switch source.layer {
            case is Convolution, is TransposedConvolution, is Pooling: return source.layer.outputShape
            case is Dropout, is ChannelDropout, is Elementwise, is BatchNormalization, is GroupNormalization, is Sum:
                value = source.inputs[0]
            default: return nil
            }
        }
        return network.network.inputShape.count == 3 ? network.network.inputShape : nil
    }
}

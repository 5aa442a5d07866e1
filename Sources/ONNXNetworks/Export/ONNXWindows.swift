import Formats
import Kernels
import Layers
import Networks

extension ONNXExport {
    mutating func add(_ layer: Convolution, _ node: Node, _ value: Int) {
        let input = node.inputs[0]
        clearPadding(of: input)
        let source = valueWithChannelsFirst(input, as: layer.inputShape)
        let tensors = ["weight", "bias"].compactMap { name in
            network.tensor(name, of: node).map { writer.constant($0, "\(node.name).\(name)") }
        }
        let output = writer.add(
            "Conv", [source] + tensors, of: node.name,
            layer.shape.attributes(isSequence: layer.isSequence) + [.init("group", .integer(Int64(layer.shape.groups)))]
        )
        finish(output, layer.activation, layer.outputShape, node, value)
        setLengths(value, of: input, by: layer.shape)
    }

    mutating func add(_ layer: TransposedConvolution, _ node: Node, _ value: Int) {
        let shape = layer.convolution
        let source = valueWithChannelsFirst(node.inputs[0], as: layer.inputShape)
        // Of each group [outputs, inputs, …] becomes [inputs, outputs, …].
        let weight = network.required("weight", of: node)
        let order = [1, 0] + (2..<weight.shape.count)
        let groups = (0..<shape.groups).map { weight.block($0, of: shape.groups).transposed(order) }
        var tensors = [writer.constant(.concatenated(groups), "\(node.name).weight")]
        if let bias = network.tensor("bias", of: node) {
            tensors.append(writer.constant(bias, "\(node.name).bias"))
        }
        // What lies beyond the last window.
        func beyond(_ axis: KeyPath<ConvolutionShape.Pair, Int>) -> Int {
            let reach = shape.dilation[keyPath: axis] * (shape.window[keyPath: axis] - 1) + 1
            let whole = (shape.outputSize[keyPath: axis] - 1) * shape.stride[keyPath: axis] + reach
            return shape.inputSize[keyPath: axis]
                - (whole - shape.paddingBefore[keyPath: axis] - shape.paddingAfter[keyPath: axis])
        }
        let output = writer.add(
            "ConvTranspose", [source] + tensors, of: node.name,
            shape.attributes(isSequence: layer.isSequence) + [
                .init("group", .integer(Int64(shape.groups))),
                .init(
                    "output_padding",
                    .integers(ConvolutionShape.Pair(beyond(\.height), beyond(\.width)).axes(layer.isSequence))),
            ])
        finish(output, layer.activation, layer.outputShape, node, value)
    }

    mutating func add(_ layer: Pooling, _ node: Node, _ value: Int) {
        let input = node.inputs[0]
        var (shape, source) = (layer.shape.geometry, valueWithChannelsFirst(input, as: layer.inputShape))
        let overhang = layer.shape.overhang
        if layer.shape.kind == .averageWithPadding {
            // Zeros around the image count, what hangs over them does not.
            shape.paddingAfter.height -= overhang.height
            shape.paddingAfter.width -= overhang.width
            source = padded(source, shape, isSequence: layer.isSequence, of: node.name)
            (shape.paddingBefore, shape.paddingAfter) = (.init(0, 0), overhang)
        }
        // Without dilation, which means of windows do not have.
        let attributes = shape.attributes(isSequence: layer.isSequence).filter { $0.name != "dilations" }
        let output = writer.add(
            layer.shape.kind == .maximum ? "MaxPool" : "AveragePool", [source], of: node.name, attributes)
        finish(output, .identity, layer.outputShape, node, value)
        setLengths(value, of: input, by: layer.shape.geometry)
    }

    /// A value with zeros around it.
    private mutating func padded(
        _ value: String, _ shape: ConvolutionShape, isSequence: Bool, of place: String
    ) -> String {
        let (before, after) = (shape.paddingBefore.axes(isSequence), shape.paddingAfter.axes(isSequence))
        guard (before + after).contains(where: { $0 > 0 }) else { return value }
        let pads = writer.integers(([0, 0] + before + [0, 0] + after).map { Int($0) })
        return writer.add("Pad", [value, pads], of: place)
    }

    private mutating func finish(
        _ output: String, _ activation: Activation, _ shape: [Int], _ node: Node, _ value: Int
    ) {
        let result = activated(
            output, activation, of: node.name, isOfRows: false, shape: [shape[shape.count - 1]] + shape.dropLast())
        set(value, result, channelsFirst: true)
    }
}

extension ConvolutionShape {
    /// The window and how it moves, as attributes of Conv, ConvTranspose and pools.
    fileprivate func attributes(isSequence: Bool) -> [ONNXAttribute] {
        [
            .init("kernel_shape", .integers(window.axes(isSequence))),
            .init("strides", .integers(stride.axes(isSequence))),
            .init("dilations", .integers(dilation.axes(isSequence))),
            .init("pads", .integers(paddingBefore.axes(isSequence) + paddingAfter.axes(isSequence))),
        ]
    }
}

extension ConvolutionShape.Pair {
    /// Height and width, or the steps alone.
    fileprivate func axes(_ isSequence: Bool) -> [Int64] { (isSequence ? [width] : [height, width]).map(Int64.init) }
}

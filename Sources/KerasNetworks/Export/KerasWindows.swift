import DurableFiles
import Kernels
import Layers
import Networks
import PortableNetworks

/// Layers that move a window.
extension KerasPlan {
    mutating func append(_ layer: Convolution, _ node: Node, on input: Int) throws(ExportError) -> Int {
        let (shape, isSequence) = (layer.shape, layer.isSequence)
        let isOnePlace = shape.reach == .init(1, 1) && shape.stride == .init(1, 1) && shape.padding == .valid
        guard isOnePlace || !layers[input].shape.isOpen else { throw error(.readsPadding, node) }
        var weight = network.required("weight", of: node)
        var dilation = shape.dilation
        // Keras has no dilation beside a stride.
        if dilation != .init(1, 1), shape.stride != .init(1, 1) {
            weight = weight.dilated(by: dilation.sizes(isSequence))
            dilation = .init(1, 1)
        }
        let isDepthwise =
            shape.groups == shape.inputChannels && shape.outputChannels == shape.inputChannels && shape.groups > 1
            && shape.stride.height == shape.stride.width
        let window = Array(2..<weight.shape.count)
        var settings: [(String, JSON)] = [
            ("kernel_size", .sizes(Array(weight.shape.dropFirst(2)))),
            ("strides", .sizes(shape.stride.sizes(isSequence))),
            ("dilation_rate", .sizes(dilation.sizes(isSequence))),
        ]
        if isDepthwise {
            weight = weight.transposed(window + [0, 1])
        } else {
            settings = [("filters", .integer(shape.outputChannels))] + settings
            if shape.groups > 1 { settings.append(("groups", .integer(shape.groups))) }
            weight = weight.transposed(window + [1, 0])
        }
        let padded = pad(input, node, shape, isSequence)
        settings.append(("padding", .string(shape.padding == .same ? "same" : "valid")))
        return try linear(
            (isDepthwise ? "DepthwiseConv" : "Conv") + (isSequence ? "1D" : "2D"), node, [padded], settings, weight,
            activation: layer.activation)
    }

    mutating func append(_ layer: TransposedConvolution, _ node: Node, on input: Int) throws(ExportError) -> Int {
        let (shape, isSequence) = (layer.convolution, layer.isSequence)
        guard !layers[input].shape.isOpen else { throw error(.readsPadding, node) }
        // Keras has neither groups nor, beside a stride, dilation: zeros in larger kernels are both.
        let weight = network.required("weight", of: node).dilated(by: shape.dilation.sizes(isSequence))
            .withoutGroups(shape.groups, inputs: shape.outputChannels)
        let kind = "Conv\(isSequence ? 1 : 2)DTranspose"
        let window = Array(2..<weight.shape.count)
        let settings: [(String, JSON)] = [
            ("filters", .integer(shape.inputChannels)), ("kernel_size", .sizes(Array(weight.shape.dropFirst(2)))),
            ("strides", .sizes(shape.stride.sizes(isSequence))),
        ]
        func transposed(_ plan: inout KerasPlan, _ padding: String, _ sizes: [Int]) throws(ExportError) -> Int {
            try plan.linear(
                kind, node, [input], settings + [("padding", .string(padding))],
                weight.transposed(window + [0, 1]), activation: layer.activation, sizes: sizes)
        }
        let sizes = layer.outputShape
        if shape.isTransposedSame { return try transposed(&self, "same", sizes) }
        // Keras gives windows that are smaller than the stride a rest of the stride, too.
        let pairs = [\ConvolutionShape.Pair.height, \.width].suffix(isSequence ? 1 : 2).map { axis in
            let rest = max(0, shape.stride[keyPath: axis] - shape.reach[keyPath: axis])
            return [shape.paddingBefore[keyPath: axis], shape.paddingAfter[keyPath: axis] + rest]
        }
        let whole = zip(sizes, pairs).map { $0 + $1[0] + $1[1] } + [sizes[sizes.count - 1]]
        let value = try transposed(&self, "valid", whole)
        guard whole != sizes else { return value }
        return add("Cropping\(isSequence ? 1 : 2)D", node, [value], sizes, [("cropping", .pairs(pairs))])
    }

    mutating func append(_ layer: Pooling, _ node: Node, on input: Int) throws(ExportError) -> Int {
        let (shape, isSequence) = (layer.shape.geometry, layer.isSequence)
        let rank = isSequence ? "1D" : "2D"
        guard !layers[input].shape.isOpen else { throw error(.readsPadding, node) }
        let isMaximum = layer.shape.kind == .maximum
        if !isMaximum, shape.window == shape.inputSize, shape.padding == .valid {
            return add(
                "GlobalAveragePooling\(rank)", node, [input], layer.outputShape, [("keepdims", .bool(true))])
        }
        let countsPadding = layer.shape.kind == .averageWithPadding && shape.padding != .valid
        if countsPadding, layer.shape.overhang != .init(0, 0) { throw error(.roundedUpMean, node) }
        guard shape.padding != .explicit || countsPadding else { throw error(.paddedPool, node) }
        let padded = countsPadding ? zeroPadded(input, node, shape, isSequence) : input
        let isSame = shape.padding == .same && !countsPadding
        return add(
            (isMaximum ? "MaxPooling" : "AveragePooling") + rank, node, [padded], layer.outputShape,
            [
                ("pool_size", .sizes(shape.window.sizes(isSequence))),
                ("strides", .sizes(shape.stride.sizes(isSequence))), ("padding", .string(isSame ? "same" : "valid")),
            ])
    }

    /// Zeros around a value, where Keras's own padding is another.
    private mutating func pad(_ input: Int, _ node: Node, _ shape: ConvolutionShape, _ isSequence: Bool) -> Int {
        shape.padding == .explicit ? zeroPadded(input, node, shape, isSequence) : input
    }

    private mutating func zeroPadded(
        _ input: Int, _ node: Node, _ shape: ConvolutionShape, _ isSequence: Bool
    ) -> Int {
        let pairs = zip(shape.paddingBefore.sizes(isSequence), shape.paddingAfter.sizes(isSequence)).map { [$0, $1] }
        let sizes = self.shape(of: input)
        let padded = zip(sizes, pairs).map { $0 + $1[0] + $1[1] } + [sizes[sizes.count - 1]]
        return add("ZeroPadding\(isSequence ? 1 : 2)D", node, [input], padded, [("padding", .pairs(pairs))])
    }
}

extension JSON {
    static func sizes(_ sizes: [Int]) -> JSON { .array(sizes.map(JSON.integer)) }

    /// What Keras says for each axis before and after it; of one axis without brackets around it.
    static func pairs(_ pairs: [[Int]]) -> JSON {
        pairs.count == 1 ? sizes(pairs[0]) : .array(pairs.map(sizes))
    }
}

extension ConvolutionShape.Pair {
    fileprivate func sizes(_ isSequence: Bool) -> [Int] { isSequence ? [width] : [height, width] }
}

extension ConvolutionShape {
    fileprivate enum Padding { case valid, same, explicit }

    /// The window with its dilation.
    fileprivate var reach: Pair {
        Pair((window.height - 1) * dilation.height + 1, (window.width - 1) * dilation.width + 1)
    }

    /// What Keras calls the padding; `explicit` for any that it has no word for.
    fileprivate var padding: Padding {
        if paddingBefore == Pair(0, 0), paddingAfter == Pair(0, 0) { return .valid }
        let isSame = [\Pair.height, \.width].allSatisfy { axis in
            let (size, stride) = (inputSize[keyPath: axis], stride[keyPath: axis])
            let total = max((((size + stride - 1) / stride) - 1) * stride + reach[keyPath: axis] - size, 0)
            return hasPadding(total, axis)
        }
        return isSame ? .same : .explicit
    }

    /// Whether the layer whose backward pass this convolution is has Keras's `same` padding.
    fileprivate var isTransposedSame: Bool {
        [\Pair.height, \.width].allSatisfy { axis in
            inputSize[keyPath: axis] == outputSize[keyPath: axis] * stride[keyPath: axis]
                && hasPadding(max(reach[keyPath: axis] - stride[keyPath: axis], 0), axis)
        }
    }

    private func hasPadding(_ total: Int, _ axis: KeyPath<Pair, Int>) -> Bool {
        paddingBefore[keyPath: axis] == total / 2 && paddingAfter[keyPath: axis] == total - total / 2
    }
}

extension FloatTensor {
    /// A kernel [outputs, inputs, window …] whose window has zeros between its elements.
    fileprivate func dilated(by dilation: [Int]) -> FloatTensor {
        guard dilation.contains(where: { $0 > 1 }) else { return self }
        let pair = { (sizes: [Int]) in sizes.count == 2 ? (sizes[0], sizes[1]) : (1, sizes[0]) }
        let ((height, width), (down, right)) = (pair(Array(shape.dropFirst(2))), pair(dilation))
        let (tall, wide) = ((height - 1) * down + 1, (width - 1) * right + 1)
        var result = [Float](repeating: 0, count: shape[0] * shape[1] * tall * wide)
        for (index, value) in values.enumerated() {
            let (row, column) = (index / width, index % width)
            let (filter, y) = (row / height, row % height)
            result[(filter * tall + y * down) * wide + column * right] = value
        }
        return FloatTensor(
            shape: Array(shape.prefix(2)) + (dilation.count == 2 ? [tall, wide] : [wide]), values: result)
    }

    /// A kernel [outputs, inputs / groups, window …] as one of all inputs, with zeros outside each output's group.
    fileprivate func withoutGroups(_ groups: Int, inputs: Int) -> FloatTensor {
        guard groups > 1 else { return self }
        let (outputs, own) = (shape[0], shape[1])
        let taps = shape.dropFirst(2).reduce(1, *)
        var result = [Float](repeating: 0, count: outputs * inputs * taps)
        for output in 0..<outputs {
            let start = (output * inputs + output / (outputs / groups) * own) * taps
            result.replaceSubrange(
                start..<start + own * taps, with: values[output * own * taps..<(output + 1) * own * taps])
        }
        return FloatTensor(shape: [outputs, inputs] + shape.dropFirst(2), values: result)
    }
}

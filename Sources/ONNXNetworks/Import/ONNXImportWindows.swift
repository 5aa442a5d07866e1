import Formats
import Kernels
import PortableNetworks

extension ONNXImport {
    /// A window and how it moves, with a number for each axis of places.
    private struct Window {
        var sizes: [Int]
        var stride: [Int]
        var dilation: [Int]
        var before: [Int]
        var after: [Int]

        var reach: [Int] { zip(sizes, dilation).map { ($0 - 1) * $1 + 1 } }

        /// The options of an item.
        /// - Parameter usualStride: where no stride is said.
        func text(hasDilation: Bool = true) -> String {
            func list(_ values: [Int]) -> String { values.map(String.init).joined(separator: "x") }
            let sides = zip(before, after).flatMap { [$0, $1] }
            let pad = Set(sides).count == 1 ? "\(sides[0])" : sides.map(String.init).joined(separator: ".")
            return "\(list(sizes)) stride=\(list(stride)) pad=\(pad)"
                + (hasDilation ? " dilation=\(list(dilation))" : "")
        }
    }

    /// An image or a sequence with its channels first, as operators with windows read it.
    private func windowInput(_ node: ONNXNode) throws(ModelImportError) -> ONNXImportValue.Computed {
        let input = try value(node, 0)
        guard input.order == .channelsFirst, (2...3).contains(input.shape.count) else {
            throw unsupported(node, "input shape", "\(input.shape)")
        }
        return input
    }

    private func window(
        _ node: ONNXNode, sizes: [Int], of input: ONNXImportValue.Computed
    ) throws(ModelImportError) -> Window {
        let (axes, places) = (input.shape.count - 1, Array(input.shape.dropLast()))
        func list(_ name: String, _ usual: Int) throws(ModelImportError) -> [Int] {
            let values = node.integers(name) ?? Array(repeating: usual, count: axes)
            guard values.count == axes, values.allSatisfy({ (1...1000).contains($0) }) else {
                throw unsupported(node, name, "\(values)")
            }
            return values
        }
        guard sizes.count == axes, sizes.allSatisfy({ (1...1000).contains($0) }) else {
            throw unsupported(node, "kernel_shape", "\(sizes)")
        }
        let pads = node.integers("pads") ?? Array(repeating: 0, count: 2 * axes)
        guard pads.count == 2 * axes, pads.allSatisfy({ (0...1000).contains($0) }) else {
            throw unsupported(node, "pads", "\(pads)")
        }
        var window = Window(
            sizes: sizes, stride: try list("strides", 1), dilation: try list("dilations", 1),
            before: Array(pads.prefix(axes)), after: Array(pads.suffix(axes)))
        switch node.text("auto_pad", "NOTSET") {
        case "NOTSET": break
        case "VALID": (window.before, window.after) = (places.map { _ in 0 }, places.map { _ in 0 })
        case "SAME_UPPER":
            for axis in 0..<axes {
                let outputs = (places[axis] + window.stride[axis] - 1) / window.stride[axis]
                let total = max(0, (outputs - 1) * window.stride[axis] + window.reach[axis] - places[axis])
                (window.before[axis], window.after[axis]) = (total / 2, total - total / 2)
            }
        case let other: throw unsupported(node, "auto_pad", other)
        }
        return window
    }

    /// The places of an output.
    private func places(
        _ node: ONNXNode, _ window: Window, of input: ONNXImportValue.Computed, isRoundedUp: Bool = false
    ) throws(ModelImportError) -> [Int] {
        var places: [Int] = []
        for (axis, size) in input.shape.dropLast().enumerated() {
            let room = size + window.before[axis] + window.after[axis] - window.reach[axis]
            guard room >= 0 else { throw unsupported(node, "kernel_shape", "\(window.sizes)") }
            let stride = window.stride[axis]
            var count = room / stride + 1
            // A last window begins within the input or the padding before it.
            if isRoundedUp, room % stride != 0, count * stride < size + window.before[axis] { count += 1 }
            places.append(count)
        }
        return places
    }

    mutating func addConvolution(_ node: ONNXNode) throws(ModelImportError) {
        var input = try windowInput(node)
        let weight = try constant(node, 1, axes: input.shape.count + 1)
        var window = try window(node, sizes: Array(weight.shape.dropFirst(2)), of: input)
        if let padding = input.padding {
            input.padding = nil
            window.before = zip(window.before, padding.before).map(+)
            window.after = zip(window.after, padding.after).map(+)
        }
        let (channels, outputs, groups) = (
            input.shape[input.shape.count - 1], weight.shape[0], node.integer("group", 1)
        )
        guard groups > 0, channels % groups == 0, outputs % groups == 0, weight.shape[1] == channels / groups else {
            throw network.error(
                .tensor(
                    node.inputs[1], expected: [outputs, channels / max(1, groups)] + window.sizes, found: weight.shape),
                at: node.label)
        }
        var tensors = ["weight": weight]
        if node.inputs.count > 2, !node.inputs[2].isEmpty { tensors["bias"] = try constant(node, 2, axes: 1) }
        let isDepthwise = groups > 1 && groups == channels && outputs == channels
        let text =
            (isDepthwise ? "depthwise \(window.text())" : "conv \(outputs) \(window.text()) groups=\(groups)")
            + (tensors["bias"] == nil ? " bias=no" : "")
        try addItem(
            node, text, activation: .identity, [tensors], input: input,
            places(node, window, of: input) + [outputs])
    }

    mutating func addTransposedConvolution(_ node: ONNXNode) throws(ModelImportError) {
        let input = try windowInput(node)
        let weight = try constant(node, 1, axes: input.shape.count + 1)
        try require(node, "auto_pad", .text("NOTSET"))
        if node.attribute("output_shape") != nil { throw unsupported(node, "output_shape", "a shape") }
        var window = try window(node, sizes: Array(weight.shape.dropFirst(2)), of: input)
        let (channels, groups) = (input.shape[input.shape.count - 1], node.integer("group", 1))
        guard groups > 0, weight.shape[0] == channels, channels % groups == 0 else {
            throw network.error(
                .tensor(node.inputs[1], expected: [channels, weight.shape[1]] + window.sizes, found: weight.shape),
                at: node.label)
        }
        let outputs = weight.shape[1].multipliedSaturating(by: groups)
        let added = node.integers("output_padding") ?? window.sizes.map { _ in 0 }
        guard added.count == window.sizes.count else { throw unsupported(node, "output_padding", "\(added)") }
        let places = input.shape.dropLast().indices.map { axis in
            (input.shape[axis] - 1) * window.stride[axis] + window.reach[axis] - window.before[axis]
                - window.after[axis]
                + added[axis]
        }
        window.after = zip(window.after, added).map(-)
        var pad = window.text()
        if window.after.contains(where: { $0 < 0 }) {
            // Windows with gaps between them, which `same` leaves.
            guard places == zip(input.shape, window.stride).map(*) else {
                throw unsupported(node, "output_padding", "\(added)")
            }
            pad = pad.replacing(/pad=[-0-9.]+/, with: "pad=same")
        }
        guard places.allSatisfy({ (1...1_000_000).contains($0) }) else {
            throw unsupported(node, "pads", "\(window.before)")
        }
        let order = [1, 0] + (2..<weight.shape.count)
        var tensors = [
            "weight": FloatTensor.concatenated(
                (0..<groups).map { weight.block($0, of: groups).transposed(order) })
        ]
        if node.inputs.count > 2, !node.inputs[2].isEmpty { tensors["bias"] = try constant(node, 2, axes: 1) }
        try addItem(
            node, "transposed-conv \(outputs) \(pad) groups=\(groups)\(tensors["bias"] == nil ? " bias=no" : "")",
            activation: .identity, [tensors], input: input, places + [outputs])
    }

    mutating func addPool(_ node: ONNXNode) throws(ModelImportError) {
        var input = try windowInput(node)
        let channels = [input.shape[input.shape.count - 1]]
        if node.operation == "GlobalAveragePool" {
            try addItem(
                node, "global-average-pool", input: input, input.shape.dropLast().map { _ in 1 } + channels)
            return
        }
        var window = try window(node, sizes: node.integers("kernel_shape") ?? [], of: input)
        guard window.dilation.allSatisfy({ $0 == 1 }) else {
            throw unsupported(node, "dilations", "\(window.dilation)")
        }
        try require(node, "storage_order", .integer(0))
        var (isCounted, isRoundedUp) = (node.integer("count_include_pad", 0) == 1, node.integer("ceil_mode", 0) == 1)
        if let padding = input.padding {
            input.padding = nil
            // Zeros around the image count; what a last window hangs over beyond them does not.
            guard node.operation == "AveragePool", !isRoundedUp, window.before.allSatisfy({ $0 == 0 }) else {
                throw unsupported(node, "input", "padded")
            }
            isRoundedUp = window.after.contains { $0 > 0 }
            (window.before, window.after, isCounted) = (padding.before, padding.after, true)
        }
        let places = try places(node, window, of: input, isRoundedUp: isRoundedUp)
        let kind = node.operation == "MaxPool" ? "max-pool" : "average-pool"
        let counted = isCounted && kind == "average-pool" ? " padding=counted" : ""
        try addItem(
            node, "\(kind) \(window.text(hasDilation: false)) ceil=\(isRoundedUp ? "yes" : "no")\(counted)",
            input: input, places + channels)
    }

    mutating func addPadding(_ node: ONNXNode) throws(ModelImportError) {
        var input = try windowInput(node)
        try require(node, "mode", .text("constant"))
        let (axes, pads) = (input.shape.count, try integers(node, 1))
        guard pads.count == 2 * (axes + 1), pads.allSatisfy({ (0...1000).contains($0) }), node.inputs.count < 4,
            try constant(node, 2)?.values.allSatisfy({ $0 == 0 }) ?? true
        else { throw unsupported(node, "pads", "\(pads)") }
        let (before, after) = (pads.prefix(axes + 1), pads.suffix(axes + 1))
        guard before.prefix(2).allSatisfy({ $0 == 0 }), after.prefix(2).allSatisfy({ $0 == 0 }), input.padding == nil
        else { throw unsupported(node, "pads", "\(pads)") }
        input.padding = (Array(before.dropFirst(2)), Array(after.dropFirst(2)))
        set(node, input)
    }
}

import Formats
import PortableNetworks

extension ONNXImport {
    /// A node's input that is a constant list of integers; empty if it is left out.
    func integers(_ node: ONNXNode, _ index: Int) throws(ModelImportError) -> [Int] {
        guard index < node.inputs.count, !node.inputs[index].isEmpty else { return [] }
        guard case .integers(let values)? = constants[node.inputs[index]]?.elements else {
            throw network.error(.tensor(node.inputs[index], expected: nil, found: nil), at: node.label)
        }
        return values.map { Int(clamping: $0) }
    }

    /// Follows an operator that changes the shape of a value or the order of its axes, and computes nothing.
    mutating func addShape(_ node: ONNXNode) throws(ModelImportError) {
        let input = try value(node, 0)
        if input.padding != nil { throw unsupported(node, "input", "padded") }
        switch node.operation {
        case "Transpose": try transpose(node, input)
        case "Unsqueeze", "Squeeze": try squeeze(node, input)
        case "Flatten":
            guard node.integer("axis", 1) == 1 else { throw unsupported(node, "axis", "\(node.integer("axis", 1))") }
            try reshape(node, input, to: [input.shape.reduce(1, *)])
        default: try reshape(node, input, to: targetShape(node, input))
        }
    }

    private mutating func transpose(_ node: ONNXNode, _ input: ONNXImportValue.Computed) throws(ModelImportError) {
        let order = node.integers("perm") ?? []
        var value = input
        switch (input.order, input.shape.count, order) {
        case (.plain, 3, [0, 3, 1, 2]), (.plain, 2, [0, 2, 1]): value.order = .channelsFirst
        case (.channelsFirst, 3, [0, 2, 3, 1]), (.channelsFirst, 2, [0, 2, 1]), (.stepsFirst, 2, [1, 0, 2]):
            value.order = .plain
        case (.plain, 2, [1, 0, 2]): value.order = .stepsFirst
        case (.directions, 2, [0, 2, 1, 3]): value.order = .directionsLast
        case (.lastDirections, 1, [1, 0, 2]): value.order = .lastDirectionsLast
        default: throw unsupported(node, "perm", "\(order)")
        }
        set(node, value)
    }

    private mutating func squeeze(_ node: ONNXNode, _ input: ONNXImportValue.Computed) throws(ModelImportError) {
        let axes = try integers(node, 1)
        var value = input
        switch (node.operation, input.order, axes) {
        // One direction of a recurrent operator.
        case ("Squeeze", .directions, [1]) where !input.hasBothDirections: value.order = .stepsFirst
        case ("Squeeze", .lastDirections, [0]) where !input.hasBothDirections: value.order = .plain
        case ("Squeeze", .channelsFirst, _) where isOfPlaces(axes, input):
            try flatten(node, input)
            return
        case ("Unsqueeze", .plain, _) where axes == [-1] || axes == [input.shape.count + 1]:
            value.shape.append(1)
        case ("Unsqueeze", .plain, [1]) where input.shape.count == 2:
            // A picture without channels.
            (value.shape, value.order) = (input.shape + [1], .channelsFirst)
        case ("Squeeze", .plain, _) where input.shape.last == 1 && (axes == [-1] || axes == [input.shape.count]):
            value.shape.removeLast()
        default: throw unsupported(node, "axes", "\(axes)")
        }
        set(node, value)
    }

    /// Whether axes are all places of an image, of which there is one.
    private func isOfPlaces(_ axes: [Int], _ input: ONNXImportValue.Computed) -> Bool {
        let rank = input.shape.count + 1
        return axes.map { $0 < 0 ? $0 + rank : $0 }.sorted() == Array(2..<rank)
            && input.shape.dropLast().allSatisfy { $0 == 1 }
    }

    /// The shape of a sample that Reshape gives.
    private func targetShape(
        _ node: ONNXNode, _ input: ONNXImportValue.Computed
    ) throws(ModelImportError) -> [Int] {
        // The shape may be computed from that of the input, as programs write it that leave the number of samples open.
        if node.inputs.count > 1, case .side? = values[node.inputs[1]] { return [input.shape.reduce(1, *)] }
        let shape = try integers(node, 1)
        guard !shape.isEmpty else { throw unsupported(node, "shape", "none") }
        if input.order == .directionsLast || input.order == .lastDirectionsLast {
            return [input.shape[input.shape.count - 1]]
        }
        var target = Array(shape.dropFirst())
        let count = input.shape.reduce(1, *)
        if let open = target.firstIndex(of: -1) {
            let rest = target.enumerated().reduce(1) {
                $1.offset == open ? $0 : $0.multipliedSaturating(by: max(1, $1.element))
            }
            target[open] = count / rest
        }
        guard shape[0] <= 1, target.allSatisfy({ $0 > 0 }),
            target.reduce(1, { $0.multipliedSaturating(by: $1) }) == count
        else { throw unsupported(node, "shape", "\(shape)") }
        return target
    }

    private mutating func reshape(
        _ node: ONNXNode, _ input: ONNXImportValue.Computed, to shape: [Int]
    ) throws(ModelImportError) {
        if [.directionsLast, .lastDirectionsLast].contains(input.order) {
            // The directions side by side.
            var value = input
            value.shape[value.shape.count - 1] *= input.hasBothDirections ? 2 : 1
            value.order = input.order == .directionsLast ? .stepsFirst : .plain
            set(node, value)
            return
        }
        if shape.count == 1 { return try flatten(node, input) }
        guard input.order == .plain, input.flattened == nil else { throw unsupported(node, "shape", "\(shape)") }
        if shape == input.shape { return set(node, input) }
        // Height and width without channels get one, and our windows take them so.
        if input.index == 0, shape == input.shape + [1] || shape == input.shape.dropFirst() + [input.shape[0]] {
            var value = input
            value.shape = shape
            return set(node, value)
        }
        let readers = node.outputs.flatMap { self.readers[$0] ?? [] }
        let order: [Int64] = shape.count == 3 ? [0, 3, 1, 2] : [0, 2, 1]
        guard shape.count < 4, readers.allSatisfy({ $0.attribute("perm") == .integers(order) }) else {
            throw unsupported(node, "shape", "\(shape)")
        }
        try addItem(
            node, "reshape \(shape.map(String.init).joined(separator: "x"))", input: input, shape, order: .plain)
    }

    private mutating func flatten(_ node: ONNXNode, _ input: ONNXImportValue.Computed) throws(ModelImportError) {
        let count = input.shape.reduce(1, *)
        guard input.shape.count > 1 else { return set(node, input) }
        let isFirst = input.order == .channelsFirst
        guard isFirst || input.order == .plain else { throw unsupported(node, "order of axes", "\(input.order)") }
        let image = input.shape
        // A dense layer reads the values of a sample in one row anyway.
        let isOfDense = node.outputs.flatMap { readers[$0] ?? [] }.allSatisfy {
            ["Gemm", "MatMul"].contains($0.operation)
        }
        if !isOfDense { try addItem(node, "flatten", input: input, [count], order: .plain) }
        var value = isOfDense ? try materialized(input, at: node.label) : try self.value(output: node)
        (value.shape, value.order) = ([count], .plain)
        if isFirst { value.flattened = image }
        set(node, value)
    }
}

extension ONNXImportValue.Computed {
    fileprivate var hasBothDirections: Bool { recurrent.map { $0.forward != nil && $0.reverse != nil } ?? false }
}

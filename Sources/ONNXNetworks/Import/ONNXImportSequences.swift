import Formats
import Kernels
import PortableNetworks

extension ONNXImport {
    /// A value that an operation has computed: a recurrent layer of which nothing more is said becomes one.
    mutating func materialized(
        _ value: ONNXImportValue.Computed, at place: String
    ) throws(ModelImportError) -> ONNXImportValue.Computed {
        if value.padding != nil { throw network.error(.unsupported(setting: "input", value: "padded"), at: place) }
        guard let recurrent = value.recurrent else { return value }
        guard [.plain, .stepsFirst].contains(value.order) else {
            throw network.error(.unsupported(setting: "order of axes", value: "\(value.order)"), at: place)
        }
        guard recurrent.forward != nil else {
            throw network.error(.unsupported(setting: "direction", value: "reverse"), at: recurrent.name)
        }
        let key = "\(recurrent.name) \(recurrent.text)"
        if recurrentValues[key] == nil {
            network.operations.append(
                .init(
                    name: recurrent.name,
                    kind: .item(recurrent.text, [recurrent.forward, recurrent.reverse].compactMap(\.self)),
                    inputs: [value.index]))
            recurrentValues[key] = network.operations.count
        }
        var value = value.at(recurrentValues[key] ?? 0)
        value.recurrent = nil
        return value
    }

    mutating func addRecurrent(_ node: ONNXNode) throws(ModelImportError) {
        let input = try materialized(value(node, 0), at: node.label)
        guard input.order == .stepsFirst, input.shape.count == 2 else {
            throw unsupported(node, "order of axes", "\(input.order)")
        }
        try require(node, "layout", .integer(0))
        try require(node, "input_forget", .integer(0))
        for name in ["clip", "activation_alpha", "activation_beta"] where node.attribute(name) != nil {
            throw unsupported(node, name, "a number")
        }
        try requireUsualActivations(node)
        // Initial hidden values, and the peepholes of LSTM.
        for index in 5..<max(5, node.inputs.count) where !node.inputs[index].isEmpty {
            guard case .side? = values[node.inputs[index]] else {
                guard try constant(node, index)?.values.allSatisfy({ $0 == 0 }) ?? true else {
                    throw unsupported(node, "input \(index + 1)", "values other than 0")
                }
                continue
            }
        }
        let weight = try constant(node, 1, axes: 3)
        let gates = ["RNN": 1, "LSTM": 4, "GRU": 3][node.operation] ?? 1
        let (directions, units) = (weight.shape[0], weight.shape[1] / gates)
        let direction = node.text("direction", "forward")
        guard directions == (direction == "bidirectional" ? 2 : 1), weight.shape[1] == gates * units, units > 0,
            weight.shape[2] == input.shape[1]
        else {
            throw network.error(
                .tensor(node.inputs[1], expected: [directions, gates * units, input.shape[1]], found: weight.shape),
                at: node.label)
        }
        let isResetAfter = node.integer("linear_before_reset", 0) == 1
        var layers: [[String: FloatTensor]] = []
        for index in 0..<directions {
            layers.append(try tensors(node, direction: index, of: directions, gates: gates, units, isResetAfter))
        }
        let pending = PendingRecurrent(
            name: node.label, kind: node.operation.lowercased(), units: units,
            resetsBefore: node.operation == "GRU" && !isResetAfter,
            forward: direction == "reverse" ? nil : layers[0], reverse: direction == "forward" ? nil : layers.last)
        let steps = ONNXImportValue.Computed(
            index: input.index, shape: [input.shape[0], units], order: .directions, recurrent: pending)
        var last = steps
        (last.shape, last.order) = ([units], .lastDirections)
        last.recurrent?.returns = "last"
        set(node, steps)
        set(node, last, output: 1)
    }

    private func requireUsualActivations(_ node: ONNXNode) throws(ModelImportError) {
        guard case .texts(let names)? = node.attribute("activations") else { return }
        let usual = ["RNN": ["Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"]]
        let own = usual[node.operation] ?? []
        guard names == own || names == own + own else { throw unsupported(node, "activations", "\(names)") }
    }

    /// The tensors of one direction, with the gates in our order.
    private func tensors(
        _ node: ONNXNode, direction: Int, of directions: Int, gates: Int, _ units: Int, _ isResetAfter: Bool
    ) throws(ModelImportError) -> [String: FloatTensor] {
        // Of LSTM input, output, forget, candidate become input, forget, candidate, output.
        let order = gates == 4 ? [0, 2, 3, 1] : Array(0..<gates)
        let (weight, recurrent) = (try constant(node, 1, axes: 3), try constant(node, 2, axes: 3))
        guard recurrent.shape == [directions, gates * units, units] else {
            throw network.error(
                .tensor(node.inputs[2], expected: [directions, gates * units, units], found: recurrent.shape),
                at: node.label)
        }
        func own(_ tensor: FloatTensor) -> FloatTensor {
            let block = tensor.block(direction, of: directions)
            return block.reshaped(Array(block.shape.dropFirst())).withBlocks(order)
        }
        let biases = try constant(node, 3) ?? FloatTensor(shape: [directions, 2 * gates * units], repeating: 0)
        guard biases.shape == [directions, 2 * gates * units] else {
            throw network.error(
                .tensor(node.inputs[3], expected: [directions, 2 * gates * units], found: biases.shape), at: node.label)
        }
        let both = biases.block(direction, of: directions).reshaped([2 * gates * units])
        var (input, hidden) = (both.block(0, of: 2).withBlocks(order), both.block(1, of: 2).withBlocks(order))
        var tensors = ["weight": own(weight), "recurrent": own(recurrent)]
        if gates == 3, isResetAfter {
            // The candidate's second bias stays apart, since it is multiplied by the reset.
            tensors["recurrent-bias"] = hidden.block(2, of: 3)
            hidden = .concatenated([
                hidden.block(0, of: 3), hidden.block(1, of: 3), FloatTensor(shape: [units], repeating: 0),
            ])
        }
        input = FloatTensor(shape: input.shape, values: zip(input.values, hidden.values).map(+))
        tensors["bias"] = input
        return tensors
    }

    /// The two directions of a layer side by side.
    mutating func addDirections(_ node: ONNXNode) throws(ModelImportError) {
        guard node.inputs.count == 2, case .value(let forward)? = values[node.inputs[0]],
            case .value(let reverse)? = values[node.inputs[1]], let first = forward.recurrent,
            let second = reverse.recurrent, first.reverse == nil, second.forward == nil, first.forward != nil,
            (first.kind, first.units, first.resetsBefore) == (second.kind, second.units, second.resetsBefore),
            first.returns == second.returns, forward.index == reverse.index, forward.order == reverse.order
        else { throw network.error(.unknownOperation(node.operation), at: node.label) }
        let axis = node.integer("axis", 0)
        guard axis == -1 || axis == forward.shape.count else { throw unsupported(node, "axis", "\(axis)") }
        var both = forward
        both.recurrent?.reverse = second.reverse
        both.shape[both.shape.count - 1] *= 2
        set(node, both)
    }

    /// A row of a table for each id, or the last step of a sequence.
    mutating func addGather(_ node: ONNXNode) throws(ModelImportError) {
        if constants[node.inputs.first ?? ""] == nil {
            var value = try value(node, 0)
            let isLast = try integers(node, 1) == [-1]
            let axis = node.integer("axis", 0)
            guard isLast, value.recurrent?.reverse == nil, value.recurrent?.returns == "sequence",
                (value.order, axis) == (.plain, 1) || (value.order, axis) == (.stepsFirst, 0)
            else { throw network.error(.unknownOperation(node.operation), at: node.label) }
            value.recurrent?.returns = "last"
            (value.shape, value.order) = ([value.shape[1]], .plain)
            set(node, value)
            return
        }
        let table = try constant(node, 0, axes: 2)
        try require(node, "axis", .integer(0))
        let ids = try value(node, 1)
        guard ids.index == 0, ids.order == .plain else { throw unsupported(node, "input 2", node.inputs[1]) }
        try addItem(
            node, "embedding \(table.shape[1]) entries=\(table.shape[0])", [["weight": table]], input: ids,
            [ids.shape[0], table.shape[1]])
    }

    mutating func addReduction(_ node: ONNXNode) throws(ModelImportError) {
        let kind = node.operation == "ReduceMax" ? "max" : "mean"
        let keeps = node.integer("keepdims", 1) == 1
        var value = try value(node, 0)
        let rank = value.shape.count + 1
        var axes = try integers(node, 1)
        if let own = node.integers("axes") { axes = own }
        axes = axes.map { $0 < 0 ? $0 + rank : $0 }.sorted()
        if value.order == .channelsFirst, kind == "mean", node.operation == "ReduceMean", axes == Array(2..<rank) {
            let channels = value.shape[value.shape.count - 1]
            try addItem(
                node, "global-average-pool", input: value,
                keeps ? value.shape.dropLast().map { _ in 1 } + [channels] : [channels],
                order: keeps ? .channelsFirst : .plain)
            return
        }
        guard rank == 3, !keeps, value.order == .plain && axes == [1] || value.order == .stepsFirst && axes == [0]
        else {
            throw unsupported(node, "axes", "\(axes)")
        }
        let channels = value.shape[1]
        if value.recurrent?.returns == "sequence" {
            value.recurrent?.returns = kind
        } else {
            guard kind == "mean" else { throw network.error(.unknownOperation(node.operation), at: node.label) }
            let input = try materialized(value, at: node.label)
            value = input.at(append(node, .item("global-average-pool"), [input.index]))
        }
        (value.shape, value.order) = ([channels], .plain)
        value.isSumOfSteps = node.operation == "ReduceSum"
        set(node, value)
    }
}

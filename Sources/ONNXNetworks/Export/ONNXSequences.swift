import Formats
import Kernels
import Layers
import Networks
import PortableNetworks
import RecurrentLayers

extension ONNXExport {
    mutating func add(_ layer: Recurrent, _ node: Node, _ value: Int) {
        let input = node.inputs[0]
        let source = self.value(input, as: layer.inputShape)
        let steps = writer.add("Transpose", [source], of: node.name, [.init("perm", .integers([1, 0, 2]))])
        let order = layer.cell.gatesOfONNX
        let (weight, recurrent) = (network.required("weight", of: node), network.required("recurrent", of: node))
        let tensors = [
            ("weight", weight.withBlocks(order)), ("recurrent", recurrent.withBlocks(order)),
            ("bias", FloatTensor.concatenated([biases(node).input.withBlocks(order), biases(node).recurrent])),
        ].map { writer.constant($1.reshaped([1] + $1.shape), "\(node.name).\($0)") }
        var attributes = [ONNXAttribute("hidden_size", .integer(Int64(layer.units)))]
        if layer.isReversed { attributes.append(.init("direction", .text("reverse"))) }
        if layer.cell == .gatedUnit(resetsAfter: true) {
            attributes.append(.init("linear_before_reset", .integer(1)))
        }
        let inputs = [steps] + tensors + (lengths[input] == nil ? [] : [recurrentLengths(of: input)])
        let outputs = writer.add(
            layer.cell.operatorOfONNX, inputs, of: node.name, outputs: [!layer.isLastOnly, layer.isLastOnly],
            attributes)
        if layer.isLastOnly {
            set(value, writer.add("Squeeze", [outputs[1], writer.integers([0])], of: node.name))
        } else {
            let rows = writer.add("Squeeze", [outputs[0], writer.integers([1])], of: node.name)
            set(
                value,
                writer.add("Transpose", [rows], of: node.name, [.init("perm", .integers([1, 0, 2]))]))
        }
    }

    /// The biases of both multiplications, of which ours has the second for the candidate alone, if at all.
    private func biases(_ node: Node) -> (input: FloatTensor, recurrent: FloatTensor) {
        let input = network.required("bias", of: node)
        guard let own = network.tensor("recurrent-bias", of: node) else {
            return (input, FloatTensor(shape: input.shape, repeating: 0))
        }
        let zeros = FloatTensor(shape: [input.shape[0] - own.shape[0]], repeating: 0)
        return (input, .concatenated([zeros, own]))
    }

    /// The lengths of a value as recurrent operators read them.
    private mutating func recurrentLengths(of value: Int) -> String {
        guard let own = lengths[value], own != lengths[0] else { return lengthInput }
        return writer.add("Cast", [own], of: "lengths", [.init("to", .integer(6))])
    }

    mutating func add(_ layer: StepReduction, _ node: Node, _ value: Int) {
        let input = node.inputs[0]
        let (isMean, axes) = (layer.kind == .mean, writer.integers([1]))
        func options() -> [ONNXAttribute] { [.init("keepdims", .integer(0))] }
        guard let own = lengths[input] else {
            let source = self.value(input, as: layer.inputShape)
            let operation = isMean ? "ReduceMean" : "ReduceMax"
            set(value, writer.add(operation, [source, axes], of: node.name, options()))
            return
        }
        if isMean {
            clearPadding(of: input)
            let sum = writer.add("ReduceSum", [self.value(input), axes], of: node.name, options())
            let count = writer.add("Max", [own, writer.integer(1)], of: node.name)
            let column = writer.add("Unsqueeze", [count, writer.integers([1])], of: node.name)
            let divisor = writer.add("Cast", [column], of: node.name, [.init("to", .integer(1))])
            set(value, writer.add("Div", [sum, divisor], of: node.name))
        } else {
            let isValid = validSteps(of: input)
            let lowest = writer.number(-Float.greatestFiniteMagnitude)
            let masked = writer.add("Where", [isValid, self.value(input), lowest], of: node.name)
            let maximum = writer.add("ReduceMax", [masked, axes], of: node.name, options())
            let column = writer.add("Unsqueeze", [own, writer.integers([1])], of: node.name)
            let hasSteps = writer.add("Greater", [column, writer.integer(0)], of: node.name)
            set(value, writer.add("Where", [hasSteps, maximum, writer.number(0)], of: node.name))
        }
    }

    // MARK: Lengths

    /// Makes the steps of a value beyond the lengths of its sequences 0, as a layer that reads them needs it.
    mutating func clearPadding(of value: Int) {
        guard lengths[value] != nil else { return }
        let mask = writer.add("Cast", [validSteps(of: value)], of: "lengths", [.init("to", .integer(1))])
        let shape = shape(of: value)
        let steps = self.value(value, as: shape.count == 1 ? shape + [1] : shape)
        setSteps(value, writer.add("Mul", [steps, mask], of: "lengths"))
    }

    /// Whether each step is one of its sequence, [samples, steps, 1].
    private mutating func validSteps(of value: Int) -> String {
        let own = lengths[value] ?? ""
        if let known = masks[own] { return known }
        let shape = writer.add("Shape", [self.value(value)], of: "lengths")
        let count = writer.add("Gather", [shape, writer.integer(1)], of: "lengths")
        let range = writer.add("Range", [writer.integer(0), count, writer.integer(1)], of: "lengths")
        let column = writer.add("Unsqueeze", [own, writer.integers([1])], of: "lengths")
        let isValid = writer.add("Less", [range, column], of: "lengths")
        let mask = writer.add("Unsqueeze", [isValid, writer.integers([-1])], of: "lengths")
        masks[own] = mask
        return mask
    }

    /// The lengths of a window's output: ⌊(length + padding − reach) / stride⌋ + 1, and 0 of sequences without steps.
    mutating func setLengths(_ value: Int, of input: Int, by shape: ConvolutionShape) {
        guard let own = lengths[input], lengths[value] != nil else { return }
        let reach = shape.dilation.width * (shape.window.width - 1) + 1
        let room = shape.paddingBefore.width + shape.paddingAfter.width - reach + shape.stride.width
        guard room != 0 || shape.stride.width != 1 else { return }
        let positive = writer.add(
            "Max",
            [
                writer.add("Add", [own, writer.integer(room)], of: "lengths"), writer.integer(0),
            ], of: "lengths")
        let windows = writer.add("Div", [positive, writer.integer(shape.stride.width)], of: "lengths")
        let hasSteps = writer.add("Greater", [own, writer.integer(0)], of: "lengths")
        lengths[value] = writer.add("Where", [hasSteps, windows, writer.integer(0)], of: "lengths")
    }
}

extension RecurrentCell {
    var operatorOfONNX: String {
        switch self {
        case .elman: "RNN"
        case .longShortTermMemory: "LSTM"
        case .gatedUnit: "GRU"
        }
    }

    /// For each of ONNX's gates, its place among ours: of LSTM input, output, forget, candidate; of GRU the same as ours.
    var gatesOfONNX: [Int] {
        switch self {
        case .elman: [0]
        case .longShortTermMemory: [0, 3, 1, 2]
        case .gatedUnit: [0, 1, 2]
        }
    }
}

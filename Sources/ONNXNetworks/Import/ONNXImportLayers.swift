import Formats
import Kernels
import PortableNetworks

extension ONNXImport {
    /// Adds what a node does.
    mutating func add(_ node: ONNXNode) throws(ModelImportError) {
        guard node.domain.isEmpty || node.domain == "ai.onnx" else {
            throw network.error(.unknownOperation("\(node.domain).\(node.operation)"), at: node.label)
        }
        if try addToSide(node) { return }
        switch node.operation {
        case "Gemm", "MatMul": try addDense(node)
        case "Conv": try addConvolution(node)
        case "ConvTranspose": try addTransposedConvolution(node)
        case "MaxPool", "AveragePool", "GlobalAveragePool": try addPool(node)
        case "Pad": try addPadding(node)
        case "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LayerNormalization":
            try addNormalization(node)
        case "RNN", "LSTM", "GRU": try addRecurrent(node)
        case "Gather": try addGather(node)
        case "Concat": try addDirections(node)
        case "ReduceMean", "ReduceMax", "ReduceSum": try addReduction(node)
        case "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Transpose": try addShape(node)
        case "Identity", "Dropout", "Cast": try pass(node)
        case "Add", "Sub", "Mul", "Div": try addArithmetic(node)
        default: try addActivation(node)
        }
    }

    /// Takes an operator for one that finds out lengths, shapes or masks, which our layers do by themselves.
    /// - Returns: false if it is none.
    private mutating func addToSide(_ node: ONNXNode) throws(ModelImportError) -> Bool {
        let sides = node.inputs.filter { if case .side? = values[$0] { true } else { false } }
        let computed = node.inputs.indices.filter { index in
            if case .value? = values[node.inputs[index]] { true } else { false }
        }
        if node.operation == "Shape" {
            for output in node.outputs { values[output] = .side }
            return true
        }
        guard !sides.isEmpty else { return false }
        guard let first = computed.first else {
            for output in node.outputs { values[output] = .side }
            return true
        }
        // A mask clears what our layers never look at.
        switch node.operation {
        case "Mul", "Where":
            try set(node, value(node, first))
        case "Div":
            var value = try value(node, first)
            guard value.isSumOfSteps else { return false }
            value.isSumOfSteps = false
            set(node, value)
        default: return false
        }
        return true
    }

    mutating func set(_ node: ONNXNode, _ value: ONNXImportValue.Computed, output: Int = 0) {
        if output < node.outputs.count { values[node.outputs[output]] = .value(value) }
    }

    private mutating func pass(_ node: ONNXNode) throws(ModelImportError) { set(node, try value(node, 0)) }

    /// Adds an item that reads the first input and has an output of a shape.
    mutating func addItem(
        _ node: ONNXNode, _ text: String, activation: Activation? = nil, _ tensors: [[String: FloatTensor]] = [],
        input: ONNXImportValue.Computed, _ shape: [Int], order: ONNXImportValue.Order? = nil
    ) throws(ModelImportError) {
        guard !input.isSumOfSteps else { throw network.error(.unknownOperation("ReduceSum"), at: node.label) }
        let input = try materialized(input, at: node.label)
        let index = append(node, .item(text, activation: activation, tensors), [input.index])
        set(node, .init(index: index, shape: shape, order: order ?? input.order))
    }

    // MARK: Dense layers

    private mutating func addDense(_ node: ONNXNode) throws(ModelImportError) {
        let input = try materialized(value(node, 0), at: node.label)
        for (name, usual) in [("alpha", Float(1)), ("beta", 1)] { try require(node, name, .float(usual)) }
        try require(node, "transA", .integer(0))
        var weight = try constant(node, 1, axes: 2)
        if node.operation == "MatMul" || node.integer("transB", 0) == 0 { weight = weight.transposed([1, 0]) }
        let isPerStep = input.shape.count == 2 && input.order == .plain
        guard isPerStep || input.shape.count == 1 else {
            throw unsupported(node, "input shape", "\(input.shape)")
        }
        let inputs = input.shape[input.shape.count - 1]
        guard weight.shape[1] == inputs else {
            throw network.error(
                .tensor(node.inputs[1], expected: [weight.shape[0], inputs], found: weight.shape), at: node.label)
        }
        if let image = input.flattened {
            // Its columns are in the order of channels, height, width.
            let rank = image.count
            weight = weight.reshaped([weight.shape[0], image[rank - 1]] + image.dropLast())
                .transposed([0] + (2...rank) + [1]).reshaped(weight.shape)
        }
        var tensors = ["weight": weight]
        if let bias = try bias(node, outputs: weight.shape[0]) { tensors["bias"] = bias }
        let outputs = weight.shape[0]
        try addItem(
            node, "dense \(outputs)\(tensors["bias"] == nil ? " bias=no" : "")", activation: .identity, [tensors],
            input: input, isPerStep ? [input.shape[0], outputs] : [outputs], order: .plain)
    }

    /// The bias of a Gemm, one for each output.
    private func bias(_ node: ONNXNode, outputs: Int) throws(ModelImportError) -> FloatTensor? {
        guard let bias = try constant(node, 2) else { return addedBias(of: node, outputs: outputs) }
        if bias.values.count == 1 { return FloatTensor(shape: [outputs], repeating: bias.values[0]) }
        guard bias.values.count == outputs else {
            throw network.error(.tensor(node.inputs[2], expected: [outputs], found: bias.shape), at: node.label)
        }
        return bias.reshaped([outputs])
    }

    /// The constant that the only operator after a multiplication adds.
    private func addedBias(of node: ONNXNode, outputs: Int) -> FloatTensor? {
        guard let adding = biasAddition(of: node) else { return nil }
        return adding.inputs.compactMap { constants[$0] }.map { FloatTensor($0) }.first { $0.values.count == outputs }?
            .reshaped([outputs])
    }

    private func biasAddition(of node: ONNXNode) -> ONNXNode? {
        guard let output = node.outputs.first, let next = readers[output], next.count == 1, next[0].operation == "Add",
            next[0].inputs.contains(where: { constants[$0] != nil })
        else { return nil }
        return next[0]
    }

    // MARK: Sums, scaling and activations

    private mutating func addArithmetic(_ node: ONNXNode) throws(ModelImportError) {
        let constantIndex = node.inputs.indices.first { constants[node.inputs[$0]] != nil }
        guard let constantIndex, node.inputs.count == 2 else {
            if let silu = try sigmoidTimesItself(node) {
                let value = try materialized(silu, at: node.label)
                set(node, value.at(append(node, .activation(.silu), [value.index])))
                return
            }
            guard node.operation == "Add" else {
                throw network.error(.unknownOperation(node.operation), at: node.label)
            }
            let (left, right) = (
                try materialized(value(node, 0), at: node.label), try materialized(value(node, 1), at: node.label)
            )
            guard left.shape == right.shape, left.order == right.order, left.flattened == right.flattened else {
                throw unsupported(node, "shapes", "\(left.shape) and \(right.shape)")
            }
            set(node, left.at(append(node, .sum, [left.index, right.index])))
            return
        }
        let value = try value(node, 1 - constantIndex)
        // The bias of a multiplication has been read with it.
        if node.operation == "Add",
            let source = producers[node.inputs[1 - constantIndex]],
            ["MatMul", "Gemm"].contains(source.operation), biasAddition(of: source)?.outputs == node.outputs
        {
            set(node, value)
            return
        }
        guard value.index == 0, value.recurrent == nil,
            let tensor = try constant(node, constantIndex),
            constantIndex == 1 || ["Add", "Mul"].contains(node.operation)
        else { throw network.error(.unknownOperation(node.operation), at: node.label) }
        try scale(node, value, by: tensor)
        set(node, value)
    }

    /// The value that a node multiplies with its own sigmoid; nil if it is no such node.
    private func sigmoidTimesItself(_ node: ONNXNode) throws(ModelImportError) -> ONNXImportValue.Computed? {
        guard node.operation == "Mul", node.inputs.count == 2 else { return nil }
        for (index, other) in [(0, 1), (1, 0)] {
            let source = producers[node.inputs[other]]
            if source?.operation == "Sigmoid", source?.inputs == [node.inputs[index]] {
                return try value(node, index)
            }
        }
        return nil
    }

    /// Takes arithmetic on the input for the scaling of raw values.
    private mutating func scale(
        _ node: ONNXNode, _ value: ONNXImportValue.Computed, by tensor: FloatTensor
    ) throws(ModelImportError) {
        let isFirst = value.order == .channelsFirst
        let channels = value.shape[value.shape.count - 1]
        // [channels, 1, 1] of values with the channels first, [channels] of others, or one number.
        let trimmed = tensor.shape.drop { $0 == 1 }
        let shape: [Int]
        if tensor.values.count == 1 {
            shape = []
        } else if trimmed == (isFirst ? [channels] + value.shape.dropLast().map { _ in 1 } : [channels])[...] {
            shape = [channels]
        } else if Array(trimmed) == value.shape, !isFirst {
            shape = value.shape
        } else {
            throw network.error(
                .tensor(node.inputs[1], expected: [channels], found: tensor.shape), at: node.label)
        }
        let numbers = tensor.values.map(Double.init)
        let former = scaling ?? InputScaling(shape: [], shift: [0], factor: [1])
        let count = max(numbers.count, former.shift.count)
        func repeated(_ values: [Double]) -> [Double] { (0..<count).map { values[$0 % values.count] } }
        let (own, shift, factor) = (repeated(numbers), repeated(former.shift), repeated(former.factor))
        var result: (shift: [Double], factor: [Double]) = (shift, factor)
        for index in 0..<count {
            switch node.operation {
            case "Sub": result.shift[index] += factor[index] == 0 ? 0 : own[index] / factor[index]
            case "Add": result.shift[index] -= factor[index] == 0 ? 0 : own[index] / factor[index]
            case "Div": result.factor[index] /= own[index]
            default: result.factor[index] *= own[index]
            }
        }
        guard (result.shift + result.factor).allSatisfy(\.isFinite) else {
            throw network.error(.notFinite(tensor: node.inputs[1]), at: node.label)
        }
        scaling = InputScaling(
            shape: shape.count > former.shape.count ? shape : former.shape, shift: result.shift,
            factor: result.factor)
    }

    private mutating func addActivation(_ node: ONNXNode) throws(ModelImportError) {
        let input = try materialized(value(node, 0), at: node.label)
        let activation: Activation
        switch node.operation {
        case "Relu": activation = .relu
        case "Sigmoid":
            // With a multiplication it is silu, which reads the value itself.
            if let output = node.outputs.first, let next = readers[output], next.count == 1,
                try sigmoidTimesItself(next[0]) != nil
            {
                set(node, input)
                return
            }
            activation = .sigmoid
        case "Tanh": activation = .tanh
        case "LeakyRelu":
            try require(node, "alpha", .float(0.01))
            activation = .leakyReLU
        case "Elu":
            try require(node, "alpha", .float(1))
            activation = .elu
        case "Selu": activation = .selu
        case "Gelu": activation = node.text("approximate", "none") == "tanh" ? .geluTanh : .gelu
        case "Softplus": activation = .softplus
        case "Sign": activation = .sign
        case "Softmax", "LogSoftmax":
            let axis = node.integer("axis", -1)
            guard axis == -1 || axis == input.shape.count, input.order == .plain else {
                throw unsupported(node, "axis", "\(axis)")
            }
            activation = node.operation == "Softmax" ? .softmax : .logSoftmax
        case "GreaterOrEqual": activation = .step
        default: throw network.error(.unknownOperation(node.operation), at: node.label)
        }
        if activation == .step, try constant(node, 1)?.values != [0] {
            throw network.error(.unknownOperation(node.operation), at: node.label)
        }
        set(node, input.at(append(node, .activation(activation), [input.index])))
    }

    // MARK: Normalisations

    private mutating func addNormalization(_ node: ONNXNode) throws(ModelImportError) {
        let input = try materialized(value(node, 0), at: node.label)
        let channels = input.shape[input.shape.count - 1]
        let isOfLayer = node.operation == "LayerNormalization"
        guard isOfLayer ? input.order == .plain : input.order == .channelsFirst || input.shape.count == 1 else {
            throw unsupported(node, "order of axes", "\(input.order)")
        }
        func numbers(_ index: Int) throws(ModelImportError) -> FloatTensor {
            let tensor = try constant(node, index, axes: 1)
            guard tensor.values.count == channels else {
                throw network.error(
                    .tensor(node.inputs[index], expected: [channels], found: tensor.shape), at: node.label)
            }
            guard let image = input.flattened else { return tensor }
            let rank = image.count
            return tensor.reshaped([image[rank - 1]] + image.dropLast()).transposed(Array(1..<rank) + [0])
                .reshaped(tensor.shape)
        }
        var tensors = ["scale": try numbers(1)]
        let hasShift = node.inputs.count > 2 && !node.inputs[2].isEmpty
        if hasShift { tensors["shift"] = try numbers(2) }
        let epsilon = "epsilon=\(node.float("epsilon", 1e-5))" + (hasShift ? "" : " shift=no")
        let text: String
        switch node.operation {
        case "BatchNormalization":
            try require(node, "training_mode", .integer(0))
            (tensors["mean"], tensors["variance"]) = (try numbers(3), try numbers(4))
            text = "batch-norm"
        case "LayerNormalization":
            let axis = node.integer("axis", -1)
            guard axis == -1 || axis == input.shape.count else { throw unsupported(node, "axis", "\(axis)") }
            text = "layer-norm"
        case "InstanceNormalization": text = "instance-norm"
        default: text = "group-norm \(node.integer("num_groups", 0))"
        }
        if input.flattened != nil, node.operation != "BatchNormalization", node.operation != "LayerNormalization" {
            throw unsupported(node, "input", "a flattened image")
        }
        let index = append(node, .item("\(text) \(epsilon)", [tensors]), [input.index])
        set(node, input.at(index))
    }
}

extension ONNXImportValue.Computed {
    /// The same of another value.
    func at(_ index: Int) -> Self {
        var value = self
        value.index = index
        return value
    }
}

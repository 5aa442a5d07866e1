import Formats
import Kernels
import PortableNetworks

/// Brings an ONNX model into the graph of operations that networks in words have. It goes through the nodes once, and knows of each value in
/// which order its axes are; what it does not know it refuses by name.
package struct ONNXImport {
    /// The versions of operators whose attributes and inputs are read; those of 13 take axes as inputs.
    static let operatorSets = 13...23

    let graph: ONNXGraph
    let constants: [String: StoredTensor]
    /// The nodes that read each value.
    private(set) var readers: [String: [ONNXNode]] = [:]
    /// The node that makes each value.
    let producers: [String: ONNXNode]
    var network: ForeignNetwork
    /// The outputs of recurrent layers of which all is known, by their names and texts: several operators may read one.
    var recurrentValues: [String: Int] = [:]
    var values: [String: ONNXImportValue] = [:]
    /// The scaling so far, while the input has gone through nothing else.
    var scaling: InputScaling?

    /// - Parameter file: the path of the file, for errors.
    /// - Throws: `ModelImportError`.
    package static func network(of model: ONNXModel, file: String) throws(ModelImportError) -> ForeignNetwork {
        var reading = try ONNXImport(model, file: file)
        for node in model.graph.nodes { try reading.add(node) }
        return try reading.finished()
    }

    private init(_ model: ONNXModel, file: String) throws(ModelImportError) {
        graph = model.graph
        // The first of two constants with one name counts; no reader looks at the second.
        constants = Dictionary(graph.constants.map { ($0.name, $0) }) { first, _ in first }
        producers = Dictionary(graph.nodes.flatMap { node in node.outputs.map { ($0, node) } }) { first, _ in first }
        network = ForeignNetwork(file: file, inputShape: [])
        let version = model.operatorSets.first { $0.domain.isEmpty || $0.domain == "ai.onnx" }?.version ?? 0
        guard Self.operatorSets.contains(Int(clamping: version)) else {
            throw network.error(.operatorSet(Int(clamping: version), known: Self.operatorSets))
        }
        for node in graph.nodes {
            for input in Set(node.inputs).sorted() { readers[input, default: []].append(node) }
        }
        network.description = model.entries.first { $0.key == NetworkDescription.key }
            .flatMap { NetworkDescription(text: $0.text) }
        try readInputs()
    }

    // MARK: Inputs and outputs

    private mutating func readInputs() throws(ModelImportError) {
        let inputs = graph.inputs.filter { constants[$0.name] == nil }
        // The lengths of sequences, which recurrent operators take as int32.
        let lengths = inputs.filter { $0.elementType == .int32 && $0.shape?.count == 1 }
        let samples = inputs.filter { input in !lengths.contains { $0.name == input.name } }
        guard samples.count == 1, graph.outputs.count == 1 else {
            throw network.error(.inputsOrOutputs(inputs: samples.count, outputs: graph.outputs.count))
        }
        for input in lengths { values[input.name] = .side }
        let input = samples[0]
        guard let dimensions = input.shape?.dropFirst(), !dimensions.isEmpty, dimensions.count <= 3 else {
            throw network.error(.openInput, at: input.name)
        }
        let isOfIDs = input.elementType == .int64
        var shape: [Int] = []
        for (axis, dimension) in dimensions.enumerated() {
            if case .size(let size) = dimension, size > 0 {
                shape.append(size)
            } else {
                // Sequences may have any number of steps.
                guard axis == 0, dimensions.count == 2 || isOfIDs else {
                    throw network.error(.openInput, at: input.name)
                }
                network.hasLengths = true
                shape.append(ForeignNetwork.openSteps)
            }
        }
        guard shape.reduce(1, { $0.multipliedSaturating(by: $1) }) <= 1 << 31 else {
            throw network.error(.tooLarge, at: input.name)
        }
        network.hasLengths = network.hasLengths || !lengths.isEmpty
        network.inputShape = shape
        var order = ONNXImportValue.Order.plain
        if shape.count == 3 {
            let readings = (readers[input.name] ?? []).map(reading)
            if readings.contains(.channelsFirst) {
                (order, network.axes, shape) = (.channelsFirst, "CHW", [shape[1], shape[2], shape[0]])
            } else if readings.contains(.channelsLast) {
                network.axes = "HWC"
            }
        }
        // Ids are one number a step.
        if isOfIDs || network.hasLengths { network.axes = shape.count == 1 ? "T" : "TC" }
        if network.hasLengths, shape.count == 1 {
            network.inputShape = shape + [1]
            network.axes = "TC"
        }
        values[input.name] = .value(.init(index: 0, shape: shape, order: order))
    }

    /// How a node takes the axes of an image.
    private enum Reading { case channelsFirst, channelsLast, oneRow }

    private func reading(_ node: ONNXNode) -> Reading {
        switch node.operation {
        case "Transpose": return node.attribute("perm") == .integers([0, 3, 1, 2]) ? .channelsLast : .channelsFirst
        case "Flatten", "Reshape": return .oneRow
        case "Sub", "Mul", "Div", "Add", "Cast", "Identity":
            let next = node.outputs.flatMap { readers[$0] ?? [] }.map(reading)
            return next.contains(.channelsFirst) ? .channelsFirst : next.first ?? .oneRow
        default: return .channelsFirst
        }
    }

    private mutating func finished() throws(ModelImportError) -> ForeignNetwork {
        let name = graph.outputs[0].name
        guard case .value(let found)? = values[name] else {
            throw network.error(.branches, at: name)
        }
        let output = try materialized(found, at: name)
        network.output = output.index
        network.scaling = scaling
        network.outputsAreOfSteps = output.shape.count == 2
        if output.shape.count > 2 { throw network.error(.noDenseOutput, at: name) }
        if network.outputsAreOfSteps || network.operations.contains(where: \.isOfSteps) {
            network.axes = network.axes ?? "TC"
        }
        return network
    }

    // MARK: Operations

    /// Adds an operation that reads values in our order.
    /// - Returns: the index of its output.
    mutating func append(_ node: ONNXNode, _ kind: ForeignNetwork.Operation.Kind, _ inputs: [Int]) -> Int {
        network.operations.append(.init(name: node.label, kind: kind, inputs: inputs))
        return network.operations.count
    }

    /// A node's input that is a value; what is pending of a recurrent layer becomes an operation.
    func value(_ node: ONNXNode, _ index: Int) throws(ModelImportError) -> ONNXImportValue.Computed {
        guard index < node.inputs.count, case .value(let value)? = values[node.inputs[index]] else {
            throw unsupported(node, "input \(index + 1)", index < node.inputs.count ? node.inputs[index] : "none")
        }
        return value
    }

    /// What an item has made a node's output.
    func value(output node: ONNXNode) throws(ModelImportError) -> ONNXImportValue.Computed {
        guard let output = node.outputs.first, case .value(let value)? = values[output] else {
            throw unsupported(node, "outputs", "\(node.outputs)")
        }
        return value
    }

    /// A node's input that is a constant of floats; nil if the input is left out.
    func constant(_ node: ONNXNode, _ index: Int) throws(ModelImportError) -> FloatTensor? {
        guard index < node.inputs.count, !node.inputs[index].isEmpty else { return nil }
        guard let tensor = constants[node.inputs[index]] else {
            throw network.error(.tensor(node.inputs[index], expected: nil, found: nil), at: node.label)
        }
        return FloatTensor(tensor)
    }

    /// A constant that the operator cannot do without, with so many axes.
    func constant(_ node: ONNXNode, _ index: Int, axes: Int) throws(ModelImportError) -> FloatTensor {
        let name = index < node.inputs.count ? node.inputs[index] : "input \(index + 1)"
        guard let tensor = try constant(node, index) else {
            throw network.error(.tensor(name, expected: nil, found: nil), at: node.label)
        }
        guard tensor.shape.count == axes, tensor.values.count > 0 else {
            throw network.error(.tensor(name, expected: nil, found: tensor.shape), at: node.label)
        }
        return tensor
    }

    func unsupported(_ node: ONNXNode, _ setting: String, _ value: String) -> ModelImportError {
        network.error(.unsupported(setting: setting, value: value), at: node.label)
    }

    /// Checks that an attribute has the value that networks in words have.
    func require(_ node: ONNXNode, _ name: String, _ usual: ONNXAttribute.Value) throws(ModelImportError) {
        if let found = node.attribute(name), found != usual { throw unsupported(node, name, found.text) }
    }
}

extension ONNXNode {
    /// What errors call the node.
    var label: String { name.isEmpty ? "\(operation) → \(outputs.first ?? "")" : "\(operation) \(name)" }

    func integer(_ name: String, _ usual: Int) -> Int {
        if case .integer(let value)? = attribute(name) { Int(clamping: value) } else { usual }
    }

    func float(_ name: String, _ usual: Float) -> Float {
        if case .float(let value)? = attribute(name) { value } else { usual }
    }

    func integers(_ name: String) -> [Int]? {
        if case .integers(let values)? = attribute(name) { values.map { Int(clamping: $0) } } else { nil }
    }

    func text(_ name: String, _ usual: String) -> String {
        if case .text(let value)? = attribute(name) { value } else { usual }
    }
}

extension ONNXAttribute.Value {
    /// The value as errors show it.
    var text: String {
        switch self {
        case .float(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .text(let value): value
        case .floats(let values): "\(values)"
        case .integers(let values): "\(values)"
        case .texts(let values): "\(values)"
        case .tensor, .other: "a tensor or a graph"
        }
    }
}

extension ForeignNetwork.Operation {
    /// Whether it goes through the steps of sequences.
    fileprivate var isOfSteps: Bool {
        guard case .item(let text, _, _) = kind else { return false }
        let words = text.split(separator: " ")
        let isWindow = ["conv", "max-pool", "average-pool"].contains(words[0])
        return ["rnn", "lstm", "gru", "embedding"].contains(words[0])
            || isWindow && !words.dropFirst().prefix(2).contains { $0.contains("x") }
    }
}

import DurableFiles
import Kernels
import Layers
import Networks
import PortableNetworks
import RecurrentLayers

/// The layers of Keras that compute what a network does.
struct KerasPlan {
    let network: PortableNetwork
    let format: ExportFormat
    private(set) var layers: [KerasLayer] = []
    private(set) var inputs: [Int] = []
    /// The layers that give the values of the network's nodes; nil for values inside a bidirectional layer.
    private var values: [Int?] = []
    private var names: Set<String> = []

    /// - Throws: `ExportError` for a layer that Keras has not.
    init(_ network: PortableNetwork, format: ExportFormat) throws(ExportError) {
        (self.network, self.format) = (network, format)
        appendInputs()
        let nodes = network.network.nodes
        while values.count <= nodes.count {
            let index = values.count - 1
            if let pair = BidirectionalNodes(nodes, from: index) {
                append(pair)
            } else {
                values.append(try append(nodes[index]))
            }
        }
        sortAsKeras()
    }

    var output: Int { layers.count - 1 }
    var notes: [ExportNote] { network.hasLengths ? [.lengthsAreInput("mask")] : [] }

    private mutating func appendInputs() {
        let shape = network.model.inputShape
        let isOpen = network.hasLengths
        func appendInput(_ name: String, _ shape: KerasLayer.Shape, type: String) -> Int {
            inputs.append(layers.count)
            return add(
                "InputLayer", name: name, [], shape,
                [("batch_shape", shape.json), ("dtype", .string(type)), ("sparse", .bool(false))])
        }
        var value = appendInput("input", .init(sizes: shape, isOpen: isOpen), type: "float32")
        if isOpen { _ = appendInput("mask", .init(sizes: [shape[0]], isOpen: true), type: "bool") }
        for (kind, settings) in network.scaling?.kerasLayers(inputShape: shape) ?? [] {
            value = add(kind, name: kerasPathName(of: kind), [value], layers[value].shape, settings)
        }
        values = [value]
    }

    /// The layer of a node.
    private mutating func append(_ node: Node) throws(ExportError) -> Int {
        if let embedding = node.layer as? Embedding { return append(embedding, node) }
        let inputs = node.inputs.map { self.input($0, of: node) }
        let input = inputs[0]
        let sizes = node.layer.outputShape
        switch node.layer {
        case let dense as Dense:
            // A fused loss applies the activation after the last layer.
            let objective = network.network.objective
            let isLast = node.name == network.network.nodes.last?.name && objective.loss.isFused
            return try append(
                dense, node, on: input, activation: isLast ? objective.outputActivation : dense.activation)
        case let convolution as Convolution: return try append(convolution, node, on: input)
        case let transposed as TransposedConvolution: return try append(transposed, node, on: input)
        case let pooling as Pooling: return try append(pooling, node, on: input)
        case let batch as BatchNormalization: return try append(batch, node, on: input)
        case let group as GroupNormalization: return try append(group, node, on: input)
        case let elementwise as Elementwise: return try activated(input, by: elementwise.activation, node)
        case let dropout as Dropout: return add("Dropout", node, [input], sizes, [("rate", .number(dropout.rate))])
        case let dropout as ChannelDropout:
            return add(
                "SpatialDropout\(sizes.count - 1)D", node, [input], sizes, [("rate", .number(dropout.rate))])
        case let recurrent as Recurrent: return append(recurrent, node, on: input)
        case let reduction as StepReduction: return append(reduction, node, on: input)
        case is Sum: return add("Add", node, inputs, sizes)
        default: preconditionFailure("no layer of Keras for \(node.name)")
        }
    }

    /// A value of the network in the shape that a node reads.
    func shape(of value: Int) -> [Int] { layers[value].shape.sizes }

    mutating func input(_ value: Int, of node: Node) -> Int {
        guard let layer = values[value] else { preconditionFailure("a value inside a bidirectional layer") }
        return reshaped(layer, node.layer.inputShape, node)
    }

    mutating func setValues(_ newValues: [Int?]) { values += newValues }

    mutating func reshaped(_ value: Int, _ sizes: [Int], _ node: Node) -> Int {
        guard shape(of: value) != sizes else { return value }
        let isOpen = layers[value].shape.isOpen
        guard isOpen || sizes.count > 1 else { return add("Flatten", node, [value], sizes) }
        let target = (isOpen ? [-1] : [sizes[0]]) + sizes.dropFirst()
        return add("Reshape", node, [value], sizes, [("target_shape", .array(target.map(JSON.integer)))])
    }

    private mutating func append(_ embedding: Embedding, _ node: Node) -> Int {
        guard let value = values[node.inputs[0]] else { preconditionFailure("an embedding reads the input") }
        let ids = reshaped(value, [embedding.inputShape[0]], node)
        return add(
            "Embedding", node, [ids], embedding.outputShape,
            [("input_dim", .integer(embedding.entries)), ("output_dim", .integer(embedding.size))],
            [("embeddings", network.required("weight", of: node))])
    }

    func error(_ problem: ExportError.Problem, _ node: Node) -> ExportError {
        ExportError(format: format, layer: node.name, problem: problem, nearest: .onnx)
    }

    // MARK: Adding layers

    /// Adds a layer of a node, whose own variables have these names and values.
    mutating func add(
        _ kind: String, _ node: Node, _ inputs: [Int], _ sizes: [Int], _ settings: [(String, JSON)] = [],
        _ variables: [(String, FloatTensor)] = []
    ) -> Int {
        let object = KerasLayer.Object(path: "", legacyPath: "", variables: variables)
        return add(kind, node, inputs, sizes, settings, objects: variables.isEmpty ? [] : [object])
    }

    /// - Parameter readsMask: whether the layer leaves out the padding of sequences.
    mutating func add(
        _ kind: String, _ node: Node, _ inputs: [Int], _ sizes: [Int], _ settings: [(String, JSON)],
        objects: [KerasLayer.Object], readsMask: Bool = false
    ) -> Int {
        // A slash separates groups in files, and a class gives its own word to a name that is taken.
        let base = node.name.replacing("/", with: "_")
        let frozen: [(String, JSON)] = node.isTrainable || objects.isEmpty ? [] : [("trainable", .bool(false))]
        let hasTime = sizes.count > 1 && layers[inputs[0]].shape.isOpen
        let isHelper = ["Flatten", "Reshape"].contains(kind) || kind.hasPrefix("ZeroPadding")
        return add(
            kind, name: isHelper || names.contains(base) ? "\(base)_\(kerasPathName(of: kind))" : base, inputs,
            .init(sizes: sizes, isOpen: hasTime || kind == "Reshape" && layers[inputs[0]].shape.isOpen),
            settings + frozen, objects: objects, readsMask: readsMask)
    }

    private mutating func add(
        _ kind: String, name: String, _ inputs: [Int], _ shape: KerasLayer.Shape, _ settings: [(String, JSON)],
        objects: [KerasLayer.Object] = [], readsMask: Bool = false
    ) -> Int {
        var own = name
        var count = 1
        while !names.insert(own).inserted {
            count += 1
            own = "\(name)_\(count)"
        }
        layers.append(
            KerasLayer(
                kind: kind, name: own, settings: settings, inputs: inputs,
                mask: readsMask && network.hasLengths ? self.inputs[1] : nil, objects: objects, shape: shape))
        return layers.count - 1
    }

    /// Brings the layers into the order in which Keras counts them: by their distance from the output, then as a search from the output
    /// finds them.
    private mutating func sortAsKeras() {
        var depths = layers.map { _ in 0 }
        for index in layers.indices.reversed() {
            for input in layers[index].inputs + [layers[index].mask].compactMap(\.self) {
                depths[input] = max(depths[input], depths[index] + 1)
            }
        }
        var found: [Int: Int] = [:]
        var pending = [output]
        while let next = pending.popLast() {
            guard found[next] == nil else { continue }
            found[next] = found.count
            pending += (layers[next].inputs + [layers[next].mask].compactMap(\.self)).reversed()
        }
        // A mask that no layer reads is last.
        let order = layers.indices.sorted {
            (-depths[$0], found[$0] ?? -1) < (-depths[$1], found[$1] ?? -1)
        }
        let places = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        func place(_ index: Int) -> Int { places[index] ?? index }
        layers = order.map { index in
            let layer = layers[index]
            return KerasLayer(
                kind: layer.kind, name: layer.name, settings: layer.settings, inputs: layer.inputs.map(place),
                mask: layer.mask.map(place), objects: layer.objects, shape: layer.shape)
        }
        inputs = inputs.map(place)
    }
}

import DurableFiles
import Kernels
import PortableNetworks

/// Makes a graph of operations of a model of Keras.
struct KerasImporter {
    let graph: KerasGraph
    let variables: KerasVariables
    private(set) var network: ForeignNetwork
    /// The output of each layer that has been imported.
    private(set) var states: [State] = []

    /// A value on its way through the layers.
    struct State {
        /// Its number in the graph of operations.
        var value: Int
        /// Of one sample.
        var shape: [Int]
        /// Whether the first axis is time.
        var hasTime = false
        /// Zeros around it, which the next layer takes as its padding.
        var padding: [[Int]]?
        /// What a transposed convolution has too much, which must be cut off: after each axis.
        var excess: [Int]?
        /// Whether it is the input itself, or a scaling of it.
        var isRaw = false
        /// Whether it is made of the mask of the sequences, which our layers know by themselves.
        var isMask = false
    }

    /// The layers that may follow zeros, which become their padding, by how their classes begin.
    private static let kindsTakingPadding = ["Conv", "DepthwiseConv", "SeparableConv", "AveragePooling"]
    /// The layers whose results depend on where a sequence ends.
    private static let kindsReadingMasks = recurrentKinds + ["Bidirectional", "GlobalAveragePooling1D"]

    /// - Throws: `ModelImportError` for what networks in words have not.
    static func network(
        _ graph: KerasGraph, _ variables: KerasVariables, file: String
    ) throws(ModelImportError) -> ForeignNetwork {
        var importer = try KerasImporter(graph, variables, file: file)
        for index in graph.layers.indices { try importer.append(index) }
        let output = importer.states[graph.output]
        importer.network.output = output.value
        importer.network.outputsAreOfSteps = output.hasTime
        guard output.padding == nil, output.excess == nil else {
            throw importer.settings(graph.output).error(.unknownOperation(graph.layers[graph.output].kind))
        }
        return importer.network
    }

    private init(_ graph: KerasGraph, _ variables: KerasVariables, file: String) throws(ModelImportError) {
        (self.graph, self.variables) = (graph, variables)
        network = ForeignNetwork(file: file, inputShape: [])
        let layer = graph.layers[graph.input]
        guard let batch = layer.config["batch_shape"] ?? layer.config["batch_input_shape"],
            let sizes = batch.items?.dropFirst()
        else { throw ModelImportError(file: file, place: layer.name, .openInput) }
        var shape = sizes.map { $0.wholeNumber ?? -1 }
        let readers = graph.kindsReading(graph.input)
        let isOpen = sizes.first == .null
        let isFlattened = readers.allSatisfy { ["Flatten", "Reshape"].contains($0) }
        let readsIDs = readers.contains("Embedding")
        let hasTime = shape.count == 2 && (isOpen || !isFlattened) || shape.count == 1 && (isOpen || readsIDs)
        if hasTime, isOpen { shape[0] = ForeignNetwork.openSteps }
        let elements = shape.reduce(1) { $0.multipliedSaturating(by: $1) }
        guard !shape.isEmpty, shape.allSatisfy({ (1...1_000_000).contains($0) }), elements <= 1 << 26 else {
            throw ModelImportError(file: file, place: layer.name, .openInput)
        }
        network.inputShape = shape
        network.axes = hasTime ? (shape.count == 1 ? "T" : "TC") : shape.count == 3 ? "HWC" : nil
        network.hasLengths = hasTime && (isOpen || graph.mask != nil)
    }

    func settings(_ index: Int) -> KerasSettings { KerasSettings(graph.layers[index], file: network.file) }

    /// Takes over one layer.
    private mutating func append(_ index: Int) throws(ModelImportError) {
        let (layer, settings) = (graph.layers[index], self.settings(index))
        if index == graph.mask || !layer.inputs.isEmpty && layer.inputs.allSatisfy({ states[$0].isMask }) {
            guard ["InputLayer", "Reshape", "Rescaling"].contains(layer.kind) else {
                throw settings.error(.unknownOperation(layer.kind))
            }
            states.append(State(value: 0, shape: [], isMask: true))
            return
        }
        if layer.kind == "InputLayer" {
            states.append(State(value: 0, shape: network.inputShape, hasTime: network.axes?.first == "T", isRaw: true))
            return
        }
        let inputs = layer.inputs.map { states[$0] }
        // What lowers the steps beyond the ends of sequences before a maximum.
        if layer.kind == "Add", inputs.count == 2, inputs[1].isMask {
            states.append(inputs[0])
            return
        }
        guard let input = inputs.first, inputs.count == (layer.kind == "Add" ? 2 : 1) else {
            throw inputs.count > 1 && layer.kind == "Add"
                ? settings.error(.branches) : settings.error(.unknownOperation(layer.kind))
        }
        let takesPadding = Self.kindsTakingPadding.contains { layer.kind.hasPrefix($0) }
        let isCropped = input.excess == nil || layer.kind.hasPrefix("Cropping")
        guard isCropped, takesPadding || inputs.allSatisfy({ $0.padding == nil }) else {
            throw self.settings(layer.inputs[0]).error(.unknownOperation(graph.layers[layer.inputs[0]].kind))
        }
        let readsMask = Self.kindsReadingMasks.contains(layer.kind)
        guard layer.mask == nil || readsMask && layer.mask == graph.mask,
            !(readsMask && input.hasTime && graph.mask != nil && layer.mask == nil)
        else { throw settings.unsupported("mask", layer.mask.map { graph.layers[$0].name } ?? "null") }
        let state = try appendKind(layer, settings, inputs, input)
        // What is scaled must not be read unscaled, too.
        guard !state.isRaw || graph.layers.count(where: { $0.inputs.contains(layer.inputs[0]) }) == 1 else {
            throw settings.error(.branches)
        }
        states.append(state)
    }

    private mutating func appendKind(
        _ layer: KerasGraph.Layer, _ settings: KerasSettings, _ inputs: [State], _ input: State
    ) throws(ModelImportError) -> State {
        switch layer.kind {
        case "Dense": return try appendDense(settings, input)
        case "Conv1D", "Conv2D", "Convolution1D", "Convolution2D": return try appendConvolution(settings, input)
        case "DepthwiseConv1D", "DepthwiseConv2D": return try appendDepthwise(settings, input)
        case "SeparableConv1D", "SeparableConv2D": return try appendSeparable(settings, input)
        case "Conv1DTranspose", "Conv2DTranspose": return try appendTransposed(settings, input)
        case "Cropping1D", "Cropping2D": return try appendCropping(settings, input)
        case "ZeroPadding1D", "ZeroPadding2D": return try appendPadding(settings, input)
        case "MaxPooling1D", "MaxPooling2D", "AveragePooling1D", "AveragePooling2D":
            return try appendPooling(settings, input)
        case "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D":
            return try appendGlobalPooling(settings, input)
        case "BatchNormalization": return try appendBatchNormalization(settings, input)
        case "LayerNormalization": return try appendLayerNormalization(settings, input)
        case "GroupNormalization": return try appendGroupNormalization(settings, input)
        case "SimpleRNN", "LSTM", "GRU": return try appendRecurrent(settings, input)
        case "Bidirectional": return try appendBidirectional(settings, input)
        case "Embedding": return try appendEmbedding(settings, input)
        case "Rescaling", "Normalization": return try appendScaling(settings, input)
        case "Flatten", "Reshape": return try appendReshape(settings, input)
        case "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax": return try appendActivation(settings, input)
        case "Dropout", "SpatialDropout1D", "SpatialDropout2D":
            let rate = try settings.number("rate", usual: 0, in: 0..<1)
            return append(settings, .item("\(layer.kind == "Dropout" ? "dropout" : "dropout2d") \(rate)"), input)
        case "Add":
            guard inputs[0].shape == inputs[1].shape else { throw settings.error(.branches) }
            network.operations.append(.init(name: layer.name, kind: .sum, inputs: inputs.map(\.value)))
            var state = inputs[0]
            (state.value, state.isRaw) = (network.operations.count, false)
            return state
        default: throw settings.error(.unknownOperation(layer.kind))
        }
    }

    // MARK: What the layers need

    /// An operation on a value.
    /// - Parameters:
    ///   - shape: of the result; nil for that of the value.
    mutating func append(
        _ settings: KerasSettings, _ kind: ForeignNetwork.Operation.Kind, _ input: State, shape: [Int]? = nil,
        hasTime: Bool? = nil
    ) -> State {
        network.operations.append(.init(name: settings.layer.name, kind: kind, inputs: [input.value]))
        return State(
            value: network.operations.count, shape: shape ?? input.shape, hasTime: hasTime ?? input.hasTime)
    }

    mutating func setAxesToTime() { network.axes = "T" }
    mutating func setScaling(_ scaling: InputScaling) { network.scaling = scaling }
    mutating func setOperation(_ index: Int, _ operation: ForeignNetwork.Operation) {
        network.operations[index] = operation
    }

    /// Whether a value has other readers than one layer.
    func hasOneReader(_ value: Int) -> Bool {
        func passesOn(_ layer: Int) -> Bool { layer < states.count && states[layer].value == value }
        return states.indices.filter { states[$0].value == value }
            .flatMap { state in
                graph.layers.indices.filter { graph.layers[$0].inputs.contains(state) && !passesOn($0) }
            }.count <= 1
    }

    /// The variables of a layer's objects, which must have these shapes.
    func tensors(
        _ settings: KerasSettings, _ objects: [(path: String, variables: [(name: String, shape: [Int])])]
    ) throws(ModelImportError) -> [[FloatTensor]] {
        let layer = settings.layer
        var rest: ArraySlice<FloatTensor> = []
        if case .layers(let all) = variables { rest = all.first { $0.name == layer.name }?.variables[...] ?? [] }
        var found: [[FloatTensor]] = []
        for object in objects {
            var own: [FloatTensor] = []
            for (index, variable) in object.variables.enumerated() {
                let path = object.path.isEmpty ? layer.path : "\(layer.path)/\(object.path)"
                let tensor: FloatTensor? =
                    switch variables {
                    case .paths(let all): all["\(path)/vars/\(index)"]
                    case .layers: rest.popFirst()
                    }
                guard let tensor, tensor.shape == variable.shape else {
                    throw settings.error(.tensor(variable.name, expected: variable.shape, found: tensor?.shape))
                }
                own.append(tensor)
            }
            found.append(own)
        }
        return found
    }
}

import DurableFiles
import PortableNetworks

/// The layers of a model of Keras, each after those that it reads.
struct KerasGraph {
    struct Layer {
        let kind: String
        let name: String
        let config: JSON
        /// The layers that it reads, by their indices in `layers`.
        fileprivate(set) var inputs: [Int] = []
        /// The layer that gives its mask; nil for none.
        fileprivate(set) var mask: Int?
        /// Where files of Keras 3 have its variables.
        fileprivate(set) var path = ""
    }

    private(set) var layers: [Layer] = []
    private(set) var input = 0
    /// The input with the mask of the sequences.
    private(set) var mask: Int?
    private(set) var output = 0
    private let file: String

    private static let mostLayers = 4096

    /// - Parameter configuration: `model_config` of a legacy file, or `config.json`.
    /// - Throws: `ModelImportError`.
    init(_ configuration: JSON, file: String) throws(ModelImportError) {
        self.file = file
        let kind = configuration["class_name"]?.plainText ?? ""
        guard let config = configuration["config"] else { throw unreadable("it describes no model") }
        guard let described = config["layers"]?.items ?? config.items, !described.isEmpty else {
            throw ModelImportError(file: file, .unknownOperation(kind))
        }
        guard described.count <= Self.mostLayers else { throw unreadable("it has \(described.count) layers") }
        var names = KerasPathNames()
        for json in described {
            guard let kind = json["class_name"]?.plainText, let config = json["config"],
                let name = config["name"]?.plainText ?? json["name"]?.plainText
            else { throw unreadable("a layer has no name, or is none") }
            var layer = Layer(kind: kind, name: name, config: config)
            layer.path = "layers/\(names.next(kind))"
            layers.append(layer)
        }
        switch kind {
        case "Sequential": chain()
        case "Functional", "Model": try connect(described, config)
        default: throw ModelImportError(file: file, .unknownOperation(kind))
        }
    }

    /// The kinds of the layers that read an output, or what scales it.
    func kindsReading(_ output: Int) -> [String] {
        var output = output
        while true {
            let readers = layers.indices.filter { layers[$0].inputs.contains(output) }
            guard readers.count == 1, ["Rescaling", "Normalization"].contains(layers[readers[0]].kind) else {
                return readers.map { layers[$0].kind }
            }
            output = readers[0]
        }
    }

    private func unreadable(_ reason: String) -> ModelImportError { ModelImportError(file: file, .unreadable(reason)) }

    /// The layers of a sequential model, of which the first may say the shape of its input.
    private mutating func chain() {
        if layers[0].kind != "InputLayer" {
            layers.insert(Layer(kind: "InputLayer", name: layers[0].name, config: layers[0].config), at: 0)
        }
        for index in layers.indices.dropFirst() { layers[index].inputs = [index - 1] }
        output = layers.count - 1
    }

    // MARK: Functional models

    private mutating func connect(_ described: [JSON], _ config: JSON) throws(ModelImportError) {
        var places: [String: Int] = [:]
        for (index, layer) in layers.enumerated() {
            guard places.updateValue(index, forKey: layer.name) == nil else {
                throw unreadable("two layers are named \(layer.name)")
            }
        }
        func place(_ reference: Reference, of name: String) throws(ModelImportError) -> Int {
            guard let found = places[reference.layer] else {
                throw unreadable("\(name) reads \(reference.layer), which it has not")
            }
            // A second call, or a second output.
            guard reference.call == 0, reference.output == 0 else {
                throw ModelImportError(
                    file: file, place: reference.layer,
                    .unsupported(setting: "inbound_nodes", value: "\(reference.call), \(reference.output)"))
            }
            return found
        }
        for (index, json) in described.enumerated() {
            let name = layers[index].name
            let calls = json["inbound_nodes"]?.items ?? []
            guard calls.count <= 1 else {
                throw ModelImportError(
                    file: file, place: name, .unsupported(setting: "inbound_nodes", value: "\(calls.count)"))
            }
            guard let call = calls.first else { continue }
            guard let (inputs, mask) = Reference.call(call) else {
                throw unreadable("the inputs of \(name) are damaged")
            }
            for input in inputs { layers[index].inputs.append(try place(input, of: name)) }
            layers[index].mask = try mask.map { reference throws(ModelImportError) in try place(reference, of: name) }
        }
        func ends(_ name: String) -> [Reference] { config[name].map(Reference.list) ?? [] }
        let (inputs, outputs) = (ends("input_layers"), ends("output_layers"))
        guard (1...2).contains(inputs.count), outputs.count == 1 else {
            throw ModelImportError(file: file, .inputsOrOutputs(inputs: inputs.count, outputs: outputs.count))
        }
        let found = try inputs.map { reference throws(ModelImportError) in try place(reference, of: "the model") }
        output = try place(outputs[0], of: "the model")
        let isMask = found.map { index in
            layers.contains { $0.mask == index } || !layers.contains { $0.inputs.contains(index) }
        }
        guard found.count == 1 || isMask == [false, true] else {
            throw ModelImportError(file: file, .inputsOrOutputs(inputs: inputs.count, outputs: 1))
        }
        (input, mask) = (found[0], found.count == 2 ? found[1] : nil)
        try sort()
    }

    /// Brings the layers into an order in which each comes after those that it reads.
    private mutating func sort() throws(ModelImportError) {
        var waiting = layers.map { $0.inputs.count }
        var readers = layers.map { _ in [Int]() }
        for (index, layer) in layers.enumerated() {
            for input in layer.inputs { readers[input].append(index) }
        }
        var ready = layers.indices.filter { waiting[$0] == 0 }
        var order: [Int] = []
        while order.count < ready.count {
            let next = ready[order.count]
            order.append(next)
            for reader in readers[next] {
                waiting[reader] -= 1
                if waiting[reader] == 0 { ready.append(reader) }
            }
        }
        guard order.count == layers.count else { throw unreadable("its layers read each other in a circle") }
        var places = order
        for (place, index) in order.enumerated() { places[index] = place }
        layers = order.map { index in
            var layer = layers[index]
            layer.inputs = layer.inputs.map { places[$0] }
            layer.mask = layer.mask.map { places[$0] }
            return layer
        }
        (input, mask, output) = (places[input], mask.map { places[$0] }, places[output])
    }
}

/// A value that a layer reads: the output of another layer in one of its calls.
private struct Reference {
    let layer: String
    let call: Int
    let output: Int

    private init?(_ json: JSON) {
        guard let items = json.items, items.count >= 3, let layer = items[0].plainText, let call = items[1].wholeNumber,
            let output = items[2].wholeNumber
        else { return nil }
        (self.layer, self.call, self.output) = (layer, call, output)
    }

    /// One, or several in brackets.
    static func list(_ json: JSON) -> [Reference] {
        if let one = Reference(json) { return [one] }
        return json.items?.compactMap(Reference.init) ?? []
    }

    /// What a layer reads in a call, and its mask.
    /// - Returns: nil for a text of another form.
    static func call(_ json: JSON) -> (inputs: [Reference], mask: Reference?)? {
        if let arguments = json["args"] {
            var inputs: [Reference] = []
            for argument in arguments.items ?? [] {
                for tensor in argument.items ?? [argument] {
                    guard let history = tensor["config"]?["keras_history"], let input = Reference(history) else {
                        return nil
                    }
                    inputs.append(input)
                }
            }
            return (inputs, json["kwargs"]?["mask"]?["config"]?["keras_history"].flatMap(Reference.init))
        }
        // Keras 2: the layer, the call, the output, and what is said by name.
        guard let tensors = json.items else { return nil }
        let inputs = Reference.list(json)
        guard inputs.count == tensors.count || inputs.count == 1 else { return nil }
        let named = (tensors.first?.items?.count ?? 0) > 3 ? tensors.first?.items?[3] : nil
        return (inputs, named?["mask"].flatMap(Reference.init))
    }
}

import DurableFiles
import Kernels
import PortableNetworks

/// Recurrent layers and embeddings.
extension KerasImporter {
    static let recurrentKinds = ["SimpleRNN", "LSTM", "GRU"]

    mutating func appendRecurrent(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        try settings.requireOff("go_backwards")
        let words = try words(settings)
        let objects = try objects(settings, [""], input)
        let found = try tensors(settings, objects)
        return try appendRecurrent(settings, settings, input, "\(words) bidirectional=no", found, directions: 1)
    }

    mutating func appendBidirectional(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        guard try settings.text("merge_mode", usual: "concat") == "concat" else {
            throw settings.unsupported("merge_mode")
        }
        let forward = try inner(settings, "layer")
        try forward.requireOff("go_backwards")
        let words = try words(forward)
        if settings.layer.config["backward_layer"] != nil {
            let reverse = try inner(settings, "backward_layer")
            guard reverse.layer.kind == forward.layer.kind, try self.words(reverse) == words,
                try reverse.isOn("go_backwards", usual: false),
                try reverse.isOn("use_bias", usual: true) == forward.isOn("use_bias", usual: true),
                try reverse.isOn("return_sequences", usual: false) == forward.isOn("return_sequences", usual: false)
            else { throw settings.unsupported("backward_layer", reverse.layer.kind) }
        }
        let found = try tensors(settings, objects(forward, ["forward_layer/", "backward_layer/"], input))
        return try appendRecurrent(settings, forward, input, "\(words) bidirectional=yes", found, directions: 2)
    }

    /// The layer of one direction.
    private func inner(_ settings: KerasSettings, _ name: String) throws(ModelImportError) -> KerasSettings {
        let json = settings.layer.config[name]
        guard let kind = json?["class_name"]?.plainText, Self.recurrentKinds.contains(kind),
            let config = json?["config"]
        else {
            throw settings.unsupported(name, json?["class_name"]?.plainText)
        }
        return KerasSettings(.init(kind: kind, name: settings.layer.name, config: config), file: network.file)
    }

    /// How networks in words say the layer, without its directions.
    private func words(_ settings: KerasSettings) throws(ModelImportError) -> String {
        let units = try settings.integer("units", in: 1...65536)
        try settings.requireOff("stateful", "return_state", "time_major")
        guard try settings.activation(usual: "tanh") == .tanh else { throw settings.unsupported("activation") }
        if settings.layer.kind == "SimpleRNN" { return "rnn \(units)" }
        let name = "recurrent_activation"
        guard try settings.activation(name, usual: "sigmoid") == .sigmoid else { throw settings.unsupported(name) }
        if settings.layer.kind == "LSTM" { return "lstm \(units)" }
        return "gru \(units) reset=\(try settings.isOn("reset_after", usual: true) ? "after" : "before")"
    }

    private func objects(
        _ settings: KerasSettings, _ paths: [String], _ input: State
    ) throws(ModelImportError) -> [(path: String, variables: [(name: String, shape: [Int])])] {
        guard input.shape.count == 2 else { throw settings.error(.unknownOperation(settings.layer.kind)) }
        let units = try settings.integer("units", in: 1...65536)
        let gates = ["SimpleRNN": 1, "LSTM": 4][settings.layer.kind] ?? 3
        let isAfter = settings.layer.kind == "GRU" ? try settings.isOn("reset_after", usual: true) : false
        let bias = (isAfter ? [2] : []) + [gates * units]
        let hasBias = try settings.isOn("use_bias", usual: true)
        return paths.map { path in
            (
                path + "cell",
                [("kernel", [input.shape[1], gates * units]), ("recurrent_kernel", [units, gates * units])]
                    + (hasBias ? [("bias", bias)] : [])
            )
        }
    }

    /// - Parameter inner: what a direction is.
    private mutating func appendRecurrent(
        _ settings: KerasSettings, _ inner: KerasSettings, _ input: State, _ text: String, _ found: [[FloatTensor]],
        directions: Int
    ) throws(ModelImportError) -> State {
        let units = try inner.integer("units", in: 1...65536)
        let returnsSteps = try inner.isOn("return_sequences", usual: false)
        let tensors = found.map { own in
            var named = ["weight": own[0].transposed([1, 0]), "recurrent": own[1].transposed([1, 0])]
            let bias = own.count > 2 ? own[2] : nil
            if text.contains("reset=after") {
                named.merge(biases(bias, units: units)) { $1 }
            } else {
                named["bias"] = bias ?? FloatTensor(shape: [own[0].shape[1]], repeating: 0)
            }
            return named
        }
        let outputs = directions * units
        return append(
            settings, .item("\(text) returns=\(returnsSteps ? "sequence" : "last")", tensors), input,
            shape: returnsSteps ? [input.shape[0], outputs] : [outputs], hasTime: returnsSteps)
    }

    /// Keras has a second bias for each gate, [2, gates · units], of which only the candidate's is not added to the first.
    private func biases(_ both: FloatTensor?, units: Int) -> [String: FloatTensor] {
        let values = both?.values ?? Array(repeating: 0, count: 6 * units)
        let (first, second) = (values.prefix(3 * units), Array(values.suffix(3 * units)))
        let sum = first.enumerated().map { $0 < 2 * units ? $1 + second[$0] : $1 }
        return [
            "bias": FloatTensor(shape: [3 * units], values: sum),
            "recurrent-bias": FloatTensor(shape: [units], values: Array(second.suffix(units))),
        ]
    }

    mutating func appendEmbedding(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let entries = try settings.integer("input_dim", in: 1...1 << 24)
        let size = try settings.integer("output_dim", in: 1...65536)
        try settings.requireOff("mask_zero")
        guard input.isRaw, input.shape.count == 1, input.hasTime else {
            throw settings.error(.unknownOperation("Embedding"))
        }
        let found = try tensors(settings, [("", [("embeddings", [entries, size])])])[0]
        return append(
            settings, .item("embedding \(size) entries=\(entries)", [["weight": found[0]]]), input,
            shape: input.shape + [size])
    }
}

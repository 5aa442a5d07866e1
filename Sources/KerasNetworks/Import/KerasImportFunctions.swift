import Kernels
import PortableNetworks

/// Dense layers, normalisations, activations and shapes.
extension KerasImporter {
    mutating func appendDense(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let units = try settings.integer("units", in: 1...1_000_000)
        let inputs = input.shape[input.shape.count - 1]
        let (kernel, bias) = try kernel(settings, [inputs, units], outputs: units)
        let activation = try settings.activation()
        let shape = Array(input.shape.dropLast()) + [units]
        let noBias = bias.isEmpty ? " bias=no" : ""
        if input.shape.count == 1 || input.hasTime {
            let tensors = ["weight": kernel.transposed([1, 0])].merging(bias) { $1 }
            return append(
                settings, .item("dense \(units)\(noBias)", activation: activation, [tensors]), input, shape: shape)
        }
        // Keras applies it to each place, which is a convolution of one place.
        guard units <= 65536, input.shape.count <= 3, !activation.isOfAllValues else {
            throw settings.unsupported("units", "\(units) for each place of \(input.shape)")
        }
        let ones = Array(repeating: 1, count: input.shape.count - 1)
        let tensors = ["weight": kernel.transposed([1, 0]).reshaped([units, inputs] + ones)].merging(bias) { $1 }
        return append(
            settings, .item("conv \(units) 1\(noBias)", activation: activation, [tensors]), input, shape: shape)
    }

    /// The kernel, and the bias by its name if the layer has one.
    func kernel(
        _ settings: KerasSettings, _ shape: [Int], outputs: Int
    ) throws(ModelImportError) -> (FloatTensor, [String: FloatTensor]) {
        let hasBias = try settings.isOn("use_bias", usual: true)
        let found = try tensors(
            settings, [("", [("kernel", shape)] + (hasBias ? [("bias", [outputs])] : []))])[0]
        return (found[0], hasBias ? ["bias": found[1]] : [:])
    }

    mutating func appendActivation(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let activation: Activation
        switch settings.layer.kind {
        case "ReLU":
            guard settings.layer.config["max_value"] == nil else { throw settings.unsupported("max_value") }
            for name in ["negative_slope", "threshold"] where try settings.number(name, usual: 0, in: -1e38..<1e38) != 0
            {
                throw settings.unsupported(name)
            }
            activation = .relu
        case "LeakyReLU":
            let name = settings.layer.config["alpha"] == nil ? "negative_slope" : "alpha"
            let slope = try settings.number(name, usual: 0.3, in: -1e38..<1e38)
            guard Float(slope) == 0.01 else { throw settings.unsupported(name, "\(slope)") }
            activation = .leakyReLU
        case "ELU":
            guard try settings.number("alpha", usual: 1, in: -1e38..<1e38) == 1 else {
                throw settings.unsupported("alpha")
            }
            activation = .elu
        case "Softmax":
            try settings.requireLastAxis(input.shape.count)
            activation = .softmax
        default: activation = try settings.activation()
        }
        // Ours is over all values of a sample, unless it belongs to a layer of each step.
        guard !activation.isOfAllValues || input.shape.count == 1 || isDenseOfSteps(input) else {
            throw settings.unsupported("activation", activation.rawValue)
        }
        return append(settings, .activation(activation), input)
    }

    private func isDenseOfSteps(_ input: State) -> Bool {
        guard input.hasTime, input.value > 0, hasOneReader(input.value) else { return false }
        guard case .item(let text, .identity, _) = network.operations[input.value - 1].kind else { return false }
        return text.hasPrefix("dense ")
    }

    mutating func appendReshape(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let count = input.shape.reduce(1, *)
        if settings.layer.kind == "Flatten" {
            try settings.requireChannelsLast()
            return input.shape.count == 1 && !input.hasTime
                ? append(settings, .same, input)
                : append(settings, .item("flatten"), input, shape: [count], hasTime: false)
        }
        let target = settings.layer.config["target_shape"]?.items?.compactMap(\.wholeNumber) ?? []
        let known = target.filter { $0 != -1 }.reduce(1) { $0.multipliedSaturating(by: $1) }
        guard !target.isEmpty, target.count(where: { $0 == -1 }) <= 1, known > 0, count % known == 0 else {
            throw settings.unsupported("target_shape")
        }
        let shape = target.map { $0 == -1 ? count / known : $0 }
        guard shape.reduce(1, { $0.multipliedSaturating(by: $1) }) == count,
            shape.allSatisfy({ (1...1_000_000).contains($0) })
        else { throw settings.unsupported("target_shape") }
        // One number a step, which is also what a text of ids is.
        let (steps, isOfSteps) = (input.shape[0], input.isRaw && count == input.shape[0])
        if isOfSteps, shape == [steps, 1] || shape == [steps] {
            if shape.count == 2, network.axes == nil { setAxesToTime() }
            let hasTime = input.hasTime || shape.count == 2
            var state = append(settings, .same, input, shape: shape, hasTime: hasTime)
            state.isRaw = true
            return state
        }
        return append(
            settings, .item("reshape \(shape.map(String.init).joined(separator: "x"))"), input, shape: shape,
            hasTime: false)
    }

    // MARK: Normalisations

    mutating func appendBatchNormalization(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State
    {
        let momentum = try settings.number("momentum", usual: 0.99, in: 0..<1)
        try settings.requireOff("renorm")
        return try appendNormalization(
            settings, input, "batch-norm", "momentum=\(momentum)", statistics: ["mean", "variance"])
    }

    mutating func appendLayerNormalization(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State
    {
        try settings.requireOff("rms_scaling")
        return try appendNormalization(settings, input, "layer-norm", "")
    }

    mutating func appendGroupNormalization(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State
    {
        let groups = try settings.integer("groups", usual: 32, in: -1...65536)
        guard groups != 0 else { throw settings.unsupported("groups") }
        return try appendNormalization(settings, input, groups == -1 ? "instance-norm" : "group-norm \(groups)", "")
    }

    private mutating func appendNormalization(
        _ settings: KerasSettings, _ input: State, _ words: String, _ more: String, statistics: [String] = []
    ) throws(ModelImportError) -> State {
        try settings.requireLastAxis(input.shape.count)
        let epsilon = try settings.number("epsilon", usual: 0.001, in: 0..<1e38)
        let (hasScale, hasShift) = (try settings.isOn("scale", usual: true), try settings.isOn("center", usual: true))
        let names = (hasScale ? ["scale"] : []) + (hasShift ? ["shift"] : []) + statistics
        let channels = input.shape[input.shape.count - 1]
        let found = try tensors(settings, [("", names.map { (kerasName(of: $0), [channels]) })])[0]
        let text =
            "\(words) epsilon=\(epsilon) scale=\(hasScale ? "yes" : "no") shift=\(hasShift ? "yes" : "no") \(more)"
        let tensors = Dictionary(uniqueKeysWithValues: zip(names, found))
        return append(settings, .item(text, [tensors]), input)
    }

    private func kerasName(of tensor: String) -> String {
        ["scale": "gamma", "shift": "beta", "mean": "moving_mean", "variance": "moving_variance"][tensor] ?? tensor
    }
}

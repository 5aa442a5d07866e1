import Kernels
import PortableNetworks

/// Layers that move a window.
extension KerasImporter {
    /// Where a window goes.
    private struct Window {
        let size: [Int]
        let stride: [Int]
        var dilation: [Int]
        /// "same", or "valid", "causal" with what is before and after each axis.
        let isSame: Bool
        var pairs: [[Int]]

        var reach: [Int] { zip(size, dilation).map { ($0 - 1) * $1 + 1 } }
        /// As networks in words say it.
        var options: String {
            let isPlain = pairs.allSatisfy { $0 == [0, 0] }
            let pad = isSame ? "same" : isPlain ? "valid" : pairs.joined().map(String.init).joined(separator: ".")
            return "stride=\(text(stride)) pad=\(pad)"
        }
        var dilationOption: String { dilation.allSatisfy { $0 == 1 } ? "" : " dilation=\(text(dilation))" }
        var text: String { text(size) }

        private func text(_ sizes: [Int]) -> String { sizes.map(String.init).joined(separator: "x") }

        /// The sizes of the output; nil if the window is larger than the input.
        func outputs(of sizes: [Int]) -> [Int]? {
            let outputs = sizes.indices.map { axis in
                let room = sizes[axis] + pairs[axis].reduce(0, +) - reach[axis]
                return isSame ? (sizes[axis] + stride[axis] - 1) / stride[axis] : room < 0 ? 0 : room / stride[axis] + 1
            }
            return outputs.allSatisfy { $0 > 0 } ? outputs : nil
        }
    }

    /// The axes of images or sequences that a layer is for.
    private func axes(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> Int {
        try settings.requireChannelsLast()
        let axes = settings.layer.kind.contains("1D") ? 1 : 2
        guard input.shape.count == axes + 1 else {
            throw settings.error(.unsupported(setting: "input_shape", value: "\(input.shape)"))
        }
        return axes
    }

    private func window(
        _ settings: KerasSettings, _ input: State, size: String = "kernel_size"
    ) throws(ModelImportError) -> Window {
        let axes = try axes(settings, input)
        let padding = try settings.text("padding", usual: "valid")
        let sizes = try settings.sizes(size, axes: axes)
        let ones = Array(repeating: 1, count: axes)
        let isPool = size == "pool_size"
        var window = Window(
            size: sizes, stride: try settings.sizes("strides", axes: axes, usual: isPool ? sizes : ones),
            dilation: isPool ? ones : try settings.sizes("dilation_rate", axes: axes, usual: ones),
            isSame: padding == "same", pairs: input.padding ?? ones.map { _ in [0, 0] })
        switch padding {
        case "valid": break
        // Zeros beyond those would be another padding than the word says.
        case "same" where input.padding == nil: break
        case "causal" where axes == 1 && !isPool: window.pairs[0][0] += window.reach[0] - 1
        default: throw settings.unsupported("padding", input.padding == nil ? nil : "\(padding) after ZeroPadding")
        }
        guard window.pairs.joined().allSatisfy({ $0 <= 1000 }) else { throw settings.unsupported("padding") }
        return window
    }

    private mutating func append(
        _ settings: KerasSettings, _ input: State, _ window: Window, _ text: String, channels: Int,
        activation: Activation? = nil, _ tensors: [[String: FloatTensor]] = []
    ) throws(ModelImportError) -> State {
        guard let sizes = window.outputs(of: input.shape.dropLast()) else {
            throw settings.error(.unsupported(setting: "input_shape", value: "\(input.shape)"))
        }
        guard !(activation?.isOfAllValues ?? false) else { throw settings.unsupported("activation") }
        return append(
            settings, .item(text, activation: activation, tensors), input, shape: sizes + [channels])
    }

    mutating func appendConvolution(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let window = try window(settings, input)
        let filters = try settings.integer("filters", in: 1...65536)
        let groups = try settings.integer("groups", usual: 1, in: 1...65536)
        let channels = input.shape[input.shape.count - 1]
        guard channels % groups == 0, filters % groups == 0 else { throw settings.unsupported("groups") }
        let (kernel, bias) = try kernel(settings, window.size + [channels / groups, filters], outputs: filters)
        let order = [window.size.count + 1, window.size.count] + window.size.indices
        return try append(
            settings, input, window,
            "conv \(filters) \(window.text) \(window.options)\(window.dilationOption) groups=\(groups)\(noBias(bias))",
            channels: filters, activation: settings.activation(),
            [["weight": kernel.transposed(order)].merging(bias) { $1 }])
    }

    private func noBias(_ bias: [String: FloatTensor]) -> String { bias.isEmpty ? " bias=no" : "" }

    mutating func appendDepthwise(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let (window, outputs, shape) = try depthwise(settings, input)
        let (kernel, bias) = try kernel(settings, shape, outputs: outputs)
        return try appendDepthwise(settings, input, window, kernel, outputs, bias, settings.activation())
    }

    /// The window, the outputs of all channels, and the shape of the kernel.
    private func depthwise(
        _ settings: KerasSettings, _ input: State
    ) throws(ModelImportError) -> (Window, outputs: Int, shape: [Int]) {
        let window = try window(settings, input)
        let channels = input.shape[input.shape.count - 1]
        let outputs = channels.multipliedSaturating(
            by: try settings.integer("depth_multiplier", usual: 1, in: 1...65536))
        guard outputs <= 65536 else { throw settings.unsupported("depth_multiplier") }
        return (window, outputs, window.size + [channels, outputs / channels])
    }

    private mutating func appendDepthwise(
        _ settings: KerasSettings, _ input: State, _ window: Window, _ kernel: FloatTensor, _ outputs: Int,
        _ bias: [String: FloatTensor], _ activation: Activation
    ) throws(ModelImportError) -> State {
        let channels = input.shape[input.shape.count - 1]
        let words =
            outputs == channels ? "depthwise \(window.text)" : "conv \(outputs) \(window.text) groups=\(channels)"
        let order = [window.size.count, window.size.count + 1] + window.size.indices
        let weight = kernel.transposed(order).reshaped([outputs, 1] + window.size)
        return try append(
            settings, input, window, "\(words) \(window.options)\(window.dilationOption)\(noBias(bias))",
            channels: outputs,
            activation: activation, [["weight": weight].merging(bias) { $1 }])
    }

    /// A depthwise convolution without bias, and one of one place.
    mutating func appendSeparable(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let (window, outputs, shape) = try depthwise(settings, input)
        let filters = try settings.integer("filters", in: 1...65536)
        let hasBias = try settings.isOn("use_bias", usual: true)
        let place = window.size.map { _ in 1 }
        let found = try tensors(
            settings,
            [
                (
                    "",
                    [("depthwise_kernel", shape), ("pointwise_kernel", place + [outputs, filters])]
                        + (hasBias ? [("bias", [filters])] : [])
                )
            ])[0]
        let depthwise = try appendDepthwise(settings, input, window, found[0], outputs, [:], .identity)
        let activation = try settings.activation()
        guard !activation.isOfAllValues else { throw settings.unsupported("activation") }
        var tensors = ["weight": found[1].transposed([place.count + 1, place.count] + place.indices)]
        if hasBias { tensors["bias"] = found[2] }
        return append(
            settings, .item("conv \(filters) 1\(hasBias ? "" : " bias=no")", activation: activation, [tensors]),
            depthwise,
            shape: depthwise.shape.dropLast() + [filters])
    }

    mutating func appendTransposed(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let window = try window(settings, input)
        let filters = try settings.integer("filters", in: 1...65536)
        for name in ["output_padding", "groups"]
        where (settings.layer.config[name]?.wholeNumber ?? 1) != 1
            || name == "output_padding" && settings.layer.config[name] != nil
        {
            throw settings.unsupported(name)
        }
        guard window.dilation.allSatisfy({ $0 == 1 }) else { throw settings.unsupported("dilation_rate") }
        guard input.padding == nil else { throw settings.unsupported("padding", "valid after ZeroPadding") }
        let channels = input.shape[input.shape.count - 1]
        let (kernel, bias) = try kernel(settings, window.size + [filters, channels], outputs: filters)
        let order = [window.size.count, window.size.count + 1] + window.size.indices
        let activation = try settings.activation()
        guard !activation.isOfAllValues else { throw settings.unsupported("activation") }
        let sizes = input.shape.indices.dropLast().map { axis in
            window.isSame
                ? input.shape[axis] * window.stride[axis]
                : (input.shape[axis] - 1) * window.stride[axis] + window.size[axis]
        }
        guard sizes.reduce(filters, { $0.multipliedSaturating(by: $1) }) <= 1 << 31 else {
            throw settings.unsupported("strides")
        }
        let weight = kernel.transposed(order)
        var state = append(
            settings,
            .item(
                "transposed-conv \(filters) \(window.text) \(window.options)\(noBias(bias))", activation: activation,
                [["weight": weight].merging(bias) { $1 }]),
            input, shape: sizes + [filters])
        // Keras gives windows that are smaller than the stride a rest of the stride, too.
        let excess = zip(window.stride, window.size).map { max(0, $0 - $1) }
        if !window.isSame, excess.contains(where: { $0 > 0 }) { state.excess = excess }
        return state
    }

    /// What is cut off after a transposed convolution is its padding.
    mutating func appendCropping(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let axes = try axes(settings, input)
        let cropping = try settings.pairs("cropping", axes: axes)
        let pairs = cropping.indices.map { [cropping[$0][0], cropping[$0][1] - (input.excess?[$0] ?? 0)] }
        guard input.value > 0, hasOneReader(input.value), pairs.joined().allSatisfy({ $0 >= 0 }) else {
            throw settings.error(.unknownOperation(settings.layer.kind))
        }
        let operation = network.operations[input.value - 1]
        guard case .item(let text, let activation, let tensors) = operation.kind, text.hasPrefix("transposed-conv "),
            text.contains(" pad=valid")
        else { throw settings.error(.unknownOperation(settings.layer.kind)) }
        let sizes = zip(input.shape, pairs).map { $0 - $1[0] - $1[1] }
        guard sizes.allSatisfy({ $0 > 0 }) else { throw settings.unsupported("cropping") }
        let pad = pairs.joined().map(String.init).joined(separator: ".")
        setOperation(
            input.value - 1,
            .init(
                name: operation.name,
                kind: .item(text.replacing(" pad=valid", with: " pad=\(pad)"), activation: activation, tensors),
                inputs: operation.inputs))
        return append(settings, .same, input, shape: sizes + [input.shape[axes]])
    }

    /// Zeros, which the layer after it takes as its padding.
    mutating func appendPadding(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let pairs = try settings.pairs("padding", axes: axes(settings, input))
        var state = append(settings, .same, input)
        state.padding = pairs
        return state
    }

    mutating func appendPooling(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let window = try window(settings, input, size: "pool_size")
        let isMaximum = settings.layer.kind.hasPrefix("Max")
        let counted = input.padding != nil ? " padding=counted" : ""
        return try append(
            settings, input, window,
            "\(isMaximum ? "max" : "average")-pool \(window.text) \(window.options)\(counted)",
            channels: input.shape[input.shape.count - 1])
    }

    mutating func appendGlobalPooling(_ settings: KerasSettings, _ input: State) throws(ModelImportError) -> State {
        let axes = try axes(settings, input)
        let channels = input.shape[axes]
        let keeps = try settings.isOn("keepdims", usual: false)
        let isMaximum = settings.layer.kind.contains("Max")
        if let reduced = reduceSteps(settings, input, isMaximum ? "max" : "mean") { return reduced }
        guard !isMaximum || !(input.hasTime && network.hasLengths), !(keeps && input.hasTime) else {
            throw settings.error(.unknownOperation(settings.layer.kind))
        }
        guard input.shape.dropLast().allSatisfy({ $0 <= 1000 }) || !isMaximum else {
            throw settings.unsupported("input_shape", "\(input.shape)")
        }
        let size = input.shape.dropLast().map(String.init).joined(separator: "x")
        let pooled = append(
            settings, .item(isMaximum ? "max-pool \(size)" : "global-average-pool"), input,
            shape: Array(repeating: 1, count: axes) + [channels])
        if keeps { return pooled }
        // The mean of steps is one row already.
        if input.hasTime, !isMaximum { return State(value: pooled.value, shape: [channels]) }
        return append(settings, .item("flatten"), pooled, shape: [channels], hasTime: false)
    }

    /// One row of the steps of a recurrent layer, which its item says.
    private mutating func reduceSteps(_ settings: KerasSettings, _ input: State, _ kind: String) -> State? {
        guard input.value > 0, input.hasTime, hasOneReader(input.value) else { return nil }
        let operation = network.operations[input.value - 1]
        guard case .item(let text, let activation, let tensors) = operation.kind, text.hasSuffix(" returns=sequence")
        else {
            return nil
        }
        setOperation(
            input.value - 1,
            .init(
                name: operation.name,
                kind: .item(
                    text.replacing(" returns=sequence", with: " returns=\(kind)"), activation: activation, tensors),
                inputs: operation.inputs))
        return append(settings, .same, input, shape: [input.shape[1]], hasTime: false)
    }
}

import Kernels
import Reference

/// output [height, width, outputs] = activation(input [height, width, inputs] * weight + bias), of images, or of sequences [time,
/// inputs], which are images of height 1. Weights are [outputs, inputs / groups, height, width], without height for sequences.
package struct Convolution: ItemLayer, ActivatedLayer {
    /// `conv 32 3x3 stride=2 pad=same activation=relu`, and `depthwise 3x3`, a filter for each channel.
    package static let words = [
        ItemKind(
            "conv", numbers: [.init("filters", .integer(1...65536)), .init("window", .sizes)],
            options: options + [.init("groups", .integer(1...65536), usual: "1")]),
        ItemKind("depthwise", numbers: [.init("window", .sizes)], options: options),
    ]
    private static let options =
        WindowItem.options(stride: "1", pad: "same") + [
            .init("dilation", .sizes, usual: "1"), .init("activation", .choice(Activation.allCases.map(\.rawValue))),
            .init("bias", .yesOrNo, usual: "yes"),
        ] + NormalizationItem.ofLinear
    package let shape: ConvolutionShape
    package let isSequence: Bool
    package let activation: Activation
    package let hasBias: Bool
    package let initializer: Initializer
    package let format: OperandFormat

    package init(
        _ shape: ConvolutionShape, isSequence: Bool = false, activation: Activation, hasBias: Bool = true,
        initializer: Initializer, format: OperandFormat = .float32
    ) {
        (self.shape, self.isSequence, self.activation) = (shape, isSequence, activation)
        (self.hasBias, self.initializer, self.format) = (hasBias, initializer, format)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        let isDepthwise = !item.has("filters")
        var shape = try WindowItem.geometry(
            item, window: item.sizes("window"), outputs: isDepthwise ? nil : item.integer("filters"),
            inputShape: place.inputShape)
        shape.groups = isDepthwise ? shape.inputChannels : item.integer("groups")
        guard shape.inputChannels % shape.groups == 0, shape.outputChannels % shape.groups == 0 else {
            throw .groupsDoNotDivide(shape.groups, inputs: shape.inputChannels, outputs: shape.outputChannels)
        }
        let activation = item.choice("activation") ?? place.activation
        self.init(
            shape, isSequence: place.inputShape.count == 2,
            activation: NormalizationItem.activationOfLinear(item, place), hasBias: NormalizationItem.hasBias(item),
            initializer: place.initializer ?? .suited(to: activation), format: place.format)
    }

    package var inputShape: [Int] { shape.inputShape(isSequence: isSequence) }
    package var outputShape: [Int] { shape.outputShape(isSequence: isSequence) }

    package var operations: Int {
        2 * shape.outputSize.height * shape.outputSize.width * shape.weightCount
    }

    package var tensors: [TensorSpecification] {
        let window = isSequence ? [shape.window.width] : [shape.window.height, shape.window.width]
        let taps = window.reduce(1, *)
        // As in PyTorch, whatever the groups.
        let (fanIn, fanOut) = (shape.inputChannels / shape.groups * taps, shape.outputChannels * taps)
        let weight = TensorSpecification(
            name: "weight", shape: [shape.outputChannels, shape.inputChannels / shape.groups] + window, isWeight: true,
            initializer: initializer, fanIn: fanIn, fanOut: fanOut)
        let bias = TensorSpecification(
            name: "bias", shape: [shape.outputChannels], isWeight: false, initializer: .zeros, fanIn: fanIn,
            fanOut: fanOut)
        return hasBias ? [weight, bias] : [weight]
    }

    package var gradients: TensorGradients { .perShard }
    /// Its images have many places each.
    package var shardRows: Int? { 8 }

    package func outputSteps(of steps: Int) -> Int { shape.outputSteps(of: steps) }

    package func makePacker(forInputGradient: Bool) throws -> (any ParameterPacker)? {
        try ConvolutionPacker(
            forward: weights(.output), backward: forInputGradient ? weights(.inputGradient) : nil)
    }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel { try ConvolutionKernel(layer: self, use) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceConvolution(shape.reference, activation: ReferenceActivation(activation), hasBias: hasBias)
    }

    /// The order of the weights in a pass over any rows.
    fileprivate func weights(_ pass: ConvolutionPass) throws -> ConvolutionWeights {
        try ConvolutionWeights(shape, pass, rows: 16, format: format)
    }
}

extension ConvolutionShape {
    /// The output's steps of a sequence with so many.
    func outputSteps(of steps: Int) -> Int {
        var shape = self
        shape.inputSize.width = steps
        return steps > 0 ? shape.outputSize.width : 0
    }

    /// [height, width, channels], or [time, channels].
    func inputShape(isSequence: Bool) -> [Int] {
        (isSequence ? [inputSize.width] : [inputSize.height, inputSize.width]) + [inputChannels]
    }

    func outputShape(isSequence: Bool) -> [Int] {
        (isSequence ? [outputSize.width] : [outputSize.height, outputSize.width]) + [outputChannels]
    }

    var reference: ReferenceConvolution.Geometry {
        func array(_ pair: Pair) -> [Int] { [pair.height, pair.width] }
        return ReferenceConvolution.Geometry(
            inputSize: array(inputSize), outputSize: array(outputSize), inputs: inputChannels, outputs: outputChannels,
            window: array(window), stride: array(stride), dilation: array(dilation),
            paddingBefore: array(paddingBefore),
            groups: groups)
    }
}

/// The weights in the order of the forward pass, and from the next 64-byte line on in that of ∂L/∂input, if it is needed.
struct ConvolutionPacker: ParameterPacker {
    let forward: ConvolutionWeights
    let backward: ConvolutionWeights?

    var count: Int { OperandBuffer.aligned(forward.count) + (backward?.count ?? 0) }

    func pack(_ neurons: Range<Int>, of parameters: FloatView, into packed: OperandView) {
        let perChannel = forward.countPerChannel
        let plain = parameters.slice(neurons.lowerBound * perChannel, neurons.count * perChannel)
        forward.pack(plain, channels: neurons, into: packed.slice(0, forward.count))
        if let backward {
            let place = packed.slice(OperandBuffer.aligned(forward.count), backward.count)
            backward.pack(plain, channels: neurons, into: place)
        }
    }
}

private final class ConvolutionKernel: LayerKernel {
    private let layer: Convolution
    private let forwardCount: Int
    private let biasRange: Range<Int>?
    private let weightRange: Range<Int>
    private let output: ConvolutionPrimitive
    private let inputGradient: ConvolutionPrimitive?
    private let weightGradient: ShardWeightGradient?
    private let activation: AppliedActivation
    let memory: KernelMemory

    init(layer: Convolution, _ use: LayerUse) throws {
        let (shape, ranges) = (layer.shape, layer.tensorRanges)
        self.layer = layer
        weightRange = ranges[0]
        biasRange = layer.hasBias ? ranges[1] : nil
        activation = try AppliedActivation(
            layer.activation, rows: use.rows, columns: shape.outputCount, isInMultiplication: true)
        let forward = try layer.weights(.output)
        forwardCount = forward.count
        output = try ConvolutionPrimitive(
            forward, rows: use.rows, bias: layer.hasBias, activation: activation.fused)
        inputGradient =
            use.givesInputGradient
            ? try ConvolutionPrimitive(layer.weights(.inputGradient), rows: use.rows) : nil
        weightGradient =
            use.givesTensorGradients
            ? try ShardWeightGradient(layer.weights(.weightGradient), rows: use.rows, bias: layer.hasBias) : nil
        let scratchpad = max(
            output.scratchpadCount, inputGradient?.scratchpadCount ?? 0, weightGradient?.scratchpadCount ?? 0)
        let converted = OperandBuffer.aligned(use.rows * shape.inputCount) + use.rows * shape.outputCount
        memory = KernelMemory(
            kept: activation.keptCount, scratchpad: scratchpad, converted: layer.format == .float32 ? 0 : converted)
    }

    func forward(_ arguments: ForwardArguments) throws {
        try output.output(
            layer.format.operand(arguments.input, arguments.converted, at: 0),
            arguments.packed.slice(0, forwardCount), bias: biasRange.map { arguments.parameters.slice($0) },
            into: activation.arguments(output: arguments.output, kept: arguments.kept), scratchpad: arguments.scratchpad
        )
        try activation.forward(output: arguments.output, kept: arguments.kept)
    }

    func backward(_ arguments: BackwardArguments) throws {
        let delta = arguments.outputGradient
        try activation.backward(output: arguments.output, kept: arguments.kept, gradient: delta)
        let gradient = layer.format.operand(
            delta, arguments.converted, at: OperandBuffer.aligned(arguments.input.count))
        if let weightGradient, let tensors = arguments.tensorGradients {
            try weightGradient.run(
                layer.format.operand(arguments.input, arguments.converted, at: 0), gradient,
                into: tensors.slice(weightRange), bias: biasRange.map { tensors.slice($0) },
                scratchpad: arguments.scratchpad)
        }
        if let inputGradient, let result = arguments.inputGradient {
            let start = OperandBuffer.aligned(forwardCount)
            try inputGradient.inputGradient(
                gradient, arguments.packed.slice(start, arguments.packed.count - start), into: result,
                scratchpad: arguments.scratchpad)
        }
    }
}

/// The gradient of a convolution's weights over one shard, in their plain order.
struct ShardWeightGradient {
    private let weights: ConvolutionWeights
    private let primitive: ConvolutionPrimitive
    /// Where the scratchpad has it as oneDNN gives it.
    private let packed: Range<Int>

    init(_ weights: ConvolutionWeights, rows: Int, bias: Bool = false) throws {
        self.weights = weights
        primitive = try ConvolutionPrimitive(weights, rows: rows, bias: bias)
        let start = FloatBuffer.aligned(primitive.scratchpadCount)
        packed = start..<start + weights.count
    }

    /// Floats of scratchpad that a run needs.
    var scratchpadCount: Int { packed.upperBound }

    /// - Parameters:
    ///   - input: of the convolution.
    ///   - gradient: ∂L/∂weight, written.
    ///   - bias: ∂L/∂bias, written; nil without one.
    func run(
        _ input: OperandView, _ outputGradient: OperandView, into gradient: FloatView, bias: FloatView?,
        scratchpad: FloatView
    ) throws {
        let own = scratchpad.slice(packed)
        try primitive.weightGradient(input, outputGradient, into: own, bias: bias, scratchpad: scratchpad)
        weights.unpack(own, into: gradient)
    }
}

extension OperandFormat {
    /// Values as an operand: themselves, or converted at a place of the worker's memory for that.
    func operand(_ values: FloatView, _ converted: OperandView, at offset: Int) -> OperandView {
        guard self != .float32 else { return values.asOperand }
        let own = converted.slice(offset, values.count)
        convert(values, into: own)
        return own
    }
}

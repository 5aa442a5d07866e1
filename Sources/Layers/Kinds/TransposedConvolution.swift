import Kernels
import Reference

/// A convolution's backward pass as a layer: each place of the input [height, width, inputs] times the weights is a window, which
/// is added to the output [height, width, outputs] a stride further than that of the place before it; then output =
/// activation(sum + bias). Images and sequences are those of `Convolution`, and so is the order of the weights, [outputs,
/// inputs / groups, height, width].
package struct TransposedConvolution: ItemLayer, ActivatedLayer {
    /// `transposed-conv 16 3x3 stride=2`
    package static let words = [
        ItemKind(
            "transposed-conv", numbers: [.init("filters", .integer(1...65536)), .init("window", .sizes)],
            options: WindowItem.options(stride: "1", pad: "same") + [
                .init("dilation", .sizes, usual: "1"),
                .init("activation", .choice(Activation.allCases.map(\.rawValue))),
                .init("bias", .yesOrNo, usual: "yes"), .init("groups", .integer(1...65536), usual: "1"),
            ] + NormalizationItem.ofLinear)
    ]
    /// The convolution whose backward pass it is: from this layer's output to its input.
    package let convolution: ConvolutionShape
    package let isSequence: Bool
    package let activation: Activation
    package let hasBias: Bool
    package let initializer: Initializer
    package let format: OperandFormat

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        var convolution = try WindowItem.transposedGeometry(
            item, window: item.sizes("window"), outputs: item.integer("filters"), inputShape: place.inputShape)
        convolution.groups = item.integer("groups")
        let (inputs, outputs) = (convolution.outputChannels, convolution.inputChannels)
        guard inputs % convolution.groups == 0, outputs % convolution.groups == 0 else {
            throw .groupsDoNotDivide(convolution.groups, inputs: inputs, outputs: outputs)
        }
        self.convolution = convolution
        isSequence = place.inputShape.count == 2
        activation = NormalizationItem.activationOfLinear(item, place)
        hasBias = NormalizationItem.hasBias(item)
        initializer = place.initializer ?? .suited(to: item.choice("activation") ?? place.activation)
        format = place.format
    }

    package var inputShape: [Int] { convolution.outputShape(isSequence: isSequence) }
    package var outputShape: [Int] { convolution.inputShape(isSequence: isSequence) }

    package var operations: Int {
        2 * convolution.outputSize.height * convolution.outputSize.width * convolution.weightCount
    }

    package var tensors: [TensorSpecification] {
        let window =
            isSequence ? [convolution.window.width] : [convolution.window.height, convolution.window.width]
        let taps = window.reduce(1, *)
        let (inputs, outputs) = (convolution.outputChannels, convolution.inputChannels)
        // With strides an output is in fewer windows. Groups count as in `Convolution`.
        let windows = convolution.stride.height * convolution.stride.width
        let (fanIn, fanOut) = (max(inputs / convolution.groups * taps / windows, 1), outputs * taps)
        let weight = TensorSpecification(
            name: "weight", shape: [outputs, inputs / convolution.groups] + window, isWeight: true,
            initializer: initializer, fanIn: fanIn, fanOut: fanOut)
        let bias = TensorSpecification(
            name: "bias", shape: [outputs], isWeight: false, initializer: .zeros, fanIn: fanIn, fanOut: fanOut)
        return hasBias ? [weight, bias] : [weight]
    }

    package var gradients: TensorGradients { .perShard }
    package var shardRows: Int? { 8 }

    package func makePacker(forInputGradient: Bool) throws -> (any ParameterPacker)? {
        try ConvolutionPacker(
            forward: weights(.inputGradient), backward: forInputGradient ? weights(.output) : nil)
    }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel {
        try TransposedConvolutionKernel(layer: self, use)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceTransposedConvolution(
            from: convolution.reference, activation: ReferenceActivation(activation), hasBias: hasBias)
    }

    /// The order of the weights in a pass of the convolution over any rows.
    fileprivate func weights(_ pass: ConvolutionPass) throws -> ConvolutionWeights {
        try ConvolutionWeights(convolution, pass, rows: 16, format: format, by: .inputs)
    }
}

private final class TransposedConvolutionKernel: LayerKernel {
    private let layer: TransposedConvolution
    private let forwardCount: Int
    private let biasRange: Range<Int>?
    private let weightRange: Range<Int>
    private let output: ConvolutionPrimitive
    private let inputGradient: ConvolutionPrimitive?
    private let weightGradient: ShardWeightGradient?
    private let activation: AppliedActivation
    let memory: KernelMemory

    init(layer: TransposedConvolution, _ use: LayerUse) throws {
        let (shape, ranges) = (layer.convolution, layer.tensorRanges)
        self.layer = layer
        weightRange = ranges[0]
        biasRange = layer.hasBias ? ranges[1] : nil
        activation = try AppliedActivation(layer.activation, rows: use.rows, columns: shape.inputCount)
        let forward = try layer.weights(.inputGradient)
        forwardCount = forward.count
        output = try ConvolutionPrimitive(forward, rows: use.rows)
        inputGradient =
            use.givesInputGradient ? try ConvolutionPrimitive(layer.weights(.output), rows: use.rows) : nil
        weightGradient =
            use.givesTensorGradients
            ? try ShardWeightGradient(layer.weights(.weightGradient), rows: use.rows) : nil
        let scratchpad = max(
            output.scratchpadCount, inputGradient?.scratchpadCount ?? 0, weightGradient?.scratchpadCount ?? 0)
        let converted = OperandBuffer.aligned(use.rows * shape.outputCount) + use.rows * shape.inputCount
        memory = KernelMemory(
            kept: activation.keptCount, scratchpad: scratchpad, converted: layer.format == .float32 ? 0 : converted)
    }

    func forward(_ arguments: ForwardArguments) throws {
        let sums = activation.arguments(output: arguments.output, kept: arguments.kept)
        try output.inputGradient(
            layer.format.operand(arguments.input, arguments.converted, at: 0),
            arguments.packed.slice(0, forwardCount), into: sums, scratchpad: arguments.scratchpad)
        if let biasRange { add(row: arguments.parameters.slice(biasRange), toRowsOf: sums) }
        try activation.forward(output: arguments.output, kept: arguments.kept)
    }

    func backward(_ arguments: BackwardArguments) throws {
        let delta = arguments.outputGradient
        try activation.backward(output: arguments.output, kept: arguments.kept, gradient: delta)
        let gradient = layer.format.operand(
            delta, arguments.converted, at: OperandBuffer.aligned(arguments.input.count))
        if let weightGradient, let tensors = arguments.tensorGradients {
            // What the convolution reads is this layer's output.
            try weightGradient.run(
                gradient, layer.format.operand(arguments.input, arguments.converted, at: 0),
                into: tensors.slice(weightRange), bias: nil, scratchpad: arguments.scratchpad)
            if let biasRange { sumEachColumn(of: delta, into: tensors.slice(biasRange)) }
        }
        if let inputGradient, let result = arguments.inputGradient {
            let start = OperandBuffer.aligned(forwardCount)
            try inputGradient.output(
                gradient, arguments.packed.slice(start, arguments.packed.count - start), bias: nil, into: result,
                scratchpad: arguments.scratchpad)
        }
    }
}

import Kernels
import Reference

/// A fully connected layer: output [rows, outputs] = activation(input [rows, inputs] · weightᵀ + bias), with weight
/// [outputs, inputs] and bias [outputs]. A sample of several dimensions is flattened to one row, row-major; of a sequence [time,
/// inputs] each step is a row.
package struct Dense: ItemLayer, ActivatedLayer {
    /// `dense 256 activation=tanh bias=no`, or `256` alone. The usual activation is that of the whole network.
    package static let word = ItemKind(
        "dense", numbers: [.init("outputs", .integer(1...1_000_000))],
        options: [
            .init("activation", .choice(Activation.allCases.map(\.rawValue))), .init("bias", .yesOrNo, usual: "yes"),
        ] + NormalizationItem.ofLinear)
    package static let words = [word]
    package let inputShape: [Int]
    /// Whether each step of a sequence is a row.
    package let isPerStep: Bool
    package let outputs: Int
    package let activation: Activation
    package let hasBias: Bool
    package let initializer: Initializer
    package let format: OperandFormat

    package init(
        inputShape: [Int], isPerStep: Bool = false, outputs: Int, activation: Activation, hasBias: Bool = true,
        initializer: Initializer, format: OperandFormat = .float32
    ) {
        precondition(!isPerStep || inputShape.count == 2)
        self.isPerStep = isPerStep
        (self.inputShape, self.outputs, self.activation) = (inputShape, outputs, activation)
        (self.hasBias, self.initializer, self.format) = (hasBias, initializer, format)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) {
        let activation = item.choice("activation") ?? place.activation
        self.init(
            inputShape: place.inputShape, isPerStep: place.hasTime, outputs: item.integer("outputs"),
            activation: NormalizationItem.activationOfLinear(item, place), hasBias: NormalizationItem.hasBias(item),
            initializer: place.initializer ?? .suited(to: activation),
            format: place.format)
    }

    /// Rows of a sample.
    fileprivate var steps: Int { isPerStep ? inputShape[0] : 1 }
    package var inputs: Int { isPerStep ? inputShape[1] : inputShape.reduce(1, *) }
    package var outputShape: [Int] { isPerStep ? [steps, outputs] : [outputs] }
    package var operations: Int { 2 * steps * inputs * outputs }
    package var shardRows: Int? { max(1, 64 / steps) }

    package var tensors: [TensorSpecification] {
        let weight = TensorSpecification(
            name: "weight", shape: [outputs, inputs], isWeight: true, initializer: initializer, fanIn: inputs,
            fanOut: outputs)
        let bias = TensorSpecification(
            name: "bias", shape: [outputs], isWeight: false, initializer: .zeros, fanIn: inputs, fanOut: outputs)
        return hasBias ? [weight, bias] : [weight]
    }

    package var gradients: TensorGradients { .overRows(self) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        let row = ReferenceDense(
            inputs: inputs, outputs: outputs, activation: ReferenceActivation(activation), hasBias: hasBias)
        return isPerStep ? ReferenceEachStep(row, steps: steps) : row
    }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel { try DenseKernel(layer: self, use) }
}

// MARK: Operands of its multiplications

extension Dense {
    /// weightᵀ [inputs, outputs], the right operand of the forward pass.
    fileprivate var forwardOperand: RightOperand { RightOperand(inner: inputs, columns: outputs, format: format) }
    /// weight [outputs, inputs], the right operand of ∂L/∂input.
    fileprivate var backwardOperand: RightOperand { RightOperand(inner: outputs, columns: inputs, format: format) }

    package func makePacker(forInputGradient: Bool) -> (any ParameterPacker)? {
        DensePacker(inputs: inputs, forward: forwardOperand, backward: forInputGradient ? backwardOperand : nil)
    }
}

/// weightᵀ, and from the next 64-byte line on weight, if the backward pass needs it.
private struct DensePacker: ParameterPacker {
    let inputs: Int
    let forward: RightOperand
    let backward: RightOperand?

    var count: Int { OperandBuffer.aligned(forward.count) + (backward?.count ?? 0) }

    func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView) {
        let weight = parameters.slice(outputs.lowerBound * inputs, outputs.count * inputs)
        forward.pack(columns: outputs, weight, into: packed.slice(0, forward.count))
        if let backward {
            backward.pack(
                rows: outputs, weight, into: packed.slice(OperandBuffer.aligned(forward.count), backward.count))
        }
    }
}

extension Dense: RowGradients {
    /// The inputs [rows, inputs], and from the next 64-byte line on (∂L/∂z)ᵀ [outputs, rows], which multiplies them.
    package func operandCount(rows samples: Int) -> Int {
        let rows = samples * steps
        return OperandBuffer.aligned(inputOperand(rows: rows).count) + outputs * rows
    }

    fileprivate func inputOperand(rows: Int) -> RightOperand {
        RightOperand(inner: rows, columns: inputs, format: format, keepsRows: true)
    }

    package func makeGradientKernel(neurons: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        try DenseGradientKernel(layer: self, neurons: neurons, rows: rows * steps, accumulates: accumulates)
    }
}

// MARK: Kernels

private final class DenseKernel: LayerKernel {
    private let layer: Dense
    private let microbatchRows: Int
    /// The layer's inputs as the right operand of its gradients; nil if these are not computed.
    private let inputOperand: RightOperand?
    private let output: MatrixMultiply
    private let inputGradient: MatrixMultiply?
    private let activation: AppliedActivation
    private let biasRange: Range<Int>?
    let memory: KernelMemory

    init(layer: Dense, _ use: LayerUse) throws {
        self.layer = layer
        let rows = use.rows * layer.steps
        microbatchRows = (use.microbatchRows ?? 0) * layer.steps
        biasRange = layer.hasBias ? layer.tensorRanges[1] : nil
        activation = try AppliedActivation(
            layer.activation, rows: rows, columns: layer.outputs, isInMultiplication: true)
        output = try MatrixMultiply(
            rows: rows, right: layer.forwardOperand, bias: layer.hasBias, activation: activation.fused)
        inputGradient =
            use.givesInputGradient ? try MatrixMultiply(rows: rows, right: layer.backwardOperand) : nil
        inputOperand = use.givesTensorGradients ? layer.inputOperand(rows: microbatchRows) : nil
        let widest = max(layer.inputs, inputGradient == nil ? 0 : layer.outputs)
        memory = KernelMemory(
            kept: activation.keptCount, scratchpad: max(output.scratchpadCount, inputGradient?.scratchpadCount ?? 0),
            converted: layer.format == .float32 ? 0 : rows * widest)
    }

    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView? {
        inputOperand?.floatRows(steps(of: rowsInMicrobatch), in: gradientOperands)
    }

    /// The rows of samples among those of the microbatch.
    private func steps(of samples: Range<Int>) -> Range<Int> {
        samples.lowerBound * layer.steps..<samples.upperBound * layer.steps
    }

    func forward(_ arguments: ForwardArguments) throws {
        if let operands = arguments.gradientOperands {
            inputOperand?.pack(rows: steps(of: arguments.rowsInMicrobatch), arguments.input, into: operands)
        }
        try output.run(
            leftOperand(arguments.input, arguments.converted), arguments.packed,
            bias: biasRange.map { arguments.parameters.slice($0) },
            into: activation.arguments(output: arguments.output, kept: arguments.kept),
            scratchpad: arguments.scratchpad)
        try activation.forward(output: arguments.output, kept: arguments.kept)
    }

    func backward(_ arguments: BackwardArguments) throws {
        let gradient = arguments.outputGradient
        try activation.backward(output: arguments.output, kept: arguments.kept, gradient: gradient)
        if let operands = arguments.gradientOperands, let inputOperand {
            let rows = operands.slice(OperandBuffer.aligned(inputOperand.count), layer.outputs * microbatchRows)
            transpose(gradient, into: rows, width: microbatchRows, columns: steps(of: arguments.rowsInMicrobatch))
        }
        if let inputGradient, let destination = arguments.inputGradient {
            let offset = OperandBuffer.aligned(output.right.count)
            try inputGradient.run(
                leftOperand(gradient, arguments.converted),
                arguments.packed.slice(offset, arguments.packed.count - offset), into: destination,
                scratchpad: arguments.scratchpad)
        }
    }

    /// `values` as a left operand: as they are, or converted.
    private func leftOperand(_ values: FloatView, _ converted: OperandView) -> OperandView {
        if layer.format == .float32 { return values.asOperand }
        let operand = converted.slice(0, values.count)
        convert(values, into: operand)
        return operand
    }
}

/// For some neurons: ∂L/∂weight = (∂L/∂z)ᵀ · input, and ∂L/∂bias = Σ_rows ∂L/∂z.
private final class DenseGradientKernel: GradientKernel {
    private let layer: Dense
    private let rows: Int
    private let accumulates: Bool
    private let input: RightOperand
    private let weight: MatrixMultiply

    init(layer: Dense, neurons: Int, rows: Int, accumulates: Bool) throws {
        self.layer = layer
        self.rows = rows
        self.accumulates = accumulates
        input = layer.inputOperand(rows: rows)
        weight = try MatrixMultiply(rows: neurons, right: input, accumulates: accumulates)
    }

    var scratchpadCount: Int { weight.scratchpadCount }

    func run(_ arguments: GradientArguments) throws {
        let count = arguments.neurons.count * layer.inputs
        let gradient = arguments.gradientOperands.slice(
            OperandBuffer.aligned(input.count) + arguments.neurons.lowerBound * rows, arguments.neurons.count * rows)
        try weight.run(
            gradient, arguments.gradientOperands, into: arguments.gradients.slice(0, count),
            scratchpad: arguments.scratchpad)
        if layer.hasBias {
            sumEachRow(
                of: gradient, into: arguments.gradients.slice(FloatBuffer.aligned(count), arguments.neurons.count),
                accumulates: accumulates)
        }
    }
}

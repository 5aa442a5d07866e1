import Kernels
import Reference

/// A fully connected layer: output [rows, outputs] = activation(input [rows, inputs] · weightᵀ + bias), with weight
/// [outputs, inputs] and bias [outputs]. A sample of several dimensions is flattened to one row, row-major.
package struct Dense: Layer {
    package static let kind = "dense"
    package let inputShape: [Int]
    package let outputs: Int
    package let activation: Activation
    package let initializer: Initializer
    package let format: OperandFormat
    /// Whether ∂L/∂input is computed, which every layer but the first passes on.
    package let givesInputGradient: Bool

    package init(
        inputShape: [Int], outputs: Int, activation: Activation, initializer: Initializer,
        format: OperandFormat = .float32, givesInputGradient: Bool
    ) {
        self.inputShape = inputShape
        self.outputs = outputs
        self.activation = activation
        self.initializer = initializer
        self.format = format
        self.givesInputGradient = givesInputGradient
    }

    package var inputs: Int { inputShape.reduce(1, *) }
    package var outputShape: [Int] { [outputs] }
    package var operations: Int { 2 * inputs * outputs }

    package var parameters: [ParameterSpecification] {
        [
            ParameterSpecification(
                name: "weight", shape: [outputs, inputs], isWeight: true, initializer: initializer,
                fanIn: inputs, fanOut: outputs),
            ParameterSpecification(
                name: "bias", shape: [outputs], isWeight: false, initializer: .zeros, fanIn: inputs, fanOut: outputs),
        ]
    }

    /// A fourth of the outputs each, in whole vectors of 16, and at most 64.
    package var parts: [Range<Int>] {
        let vector = 16
        let height = min(max((outputs + 4 * vector - 1) / (4 * vector), 1), 4) * vector
        return stride(from: 0, to: outputs, by: height).map { $0..<min($0 + height, outputs) }
    }

    package func ranges(of outputs: Range<Int>) -> [Range<Int>] {
        [outputs.lowerBound * inputs..<outputs.upperBound * inputs, outputs]
    }

    package var reference: ReferenceForm {
        .layer(
            ReferenceNetwork.Layer(inputs: inputs, outputs: outputs, activation: ReferenceActivation(activation)))
    }

    package func makeKernel(rows: Int, microbatchRows: Int?) throws -> any LayerKernel {
        try DenseKernel(layer: self, rows: rows, microbatchRows: microbatchRows)
    }

    package func makeGradientKernel(outputs: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        try DenseGradientKernel(layer: self, partOutputs: outputs, rows: rows, accumulates: accumulates)
    }
}

// MARK: Operands of its multiplications

extension Dense {
    /// weightᵀ [inputs, outputs], the right operand of the forward pass.
    fileprivate var forwardOperand: RightOperand { RightOperand(inner: inputs, columns: outputs, format: format) }
    /// weight [outputs, inputs], the right operand of ∂L/∂input.
    fileprivate var backwardOperand: RightOperand { RightOperand(inner: outputs, columns: inputs, format: format) }

    package func packedCount(training: Bool) -> Int {
        let forward = OperandBuffer.aligned(forwardOperand.count)
        return training && givesInputGradient ? forward + backwardOperand.count : forward
    }

    package func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView, training: Bool) {
        let weight = parameters.slice(outputs.lowerBound * inputs, outputs.count * inputs)
        let forward = forwardOperand
        forward.pack(columns: outputs, weight, into: packed.slice(0, forward.count))
        if training && givesInputGradient {
            let backward = backwardOperand
            backward.pack(
                rows: outputs, weight, into: packed.slice(OperandBuffer.aligned(forward.count), backward.count))
        }
    }

    /// The inputs [rows, inputs], and from the next 64-byte line on (∂L/∂z)ᵀ [outputs, rows], which multiplies them.
    package func gradientOperandCount(rows: Int) -> Int {
        OperandBuffer.aligned(inputOperand(rows: rows).count) + outputs * rows
    }

    fileprivate func inputOperand(rows: Int) -> RightOperand {
        RightOperand(inner: rows, columns: inputs, format: format, keepsRows: true)
    }
}

// MARK: Kernels

private final class DenseKernel: LayerKernel {
    private let layer: Dense
    private let microbatchRows: Int
    private let inputOperand: RightOperand?
    private let output: MatrixMultiply
    private let inputGradient: MatrixMultiply?
    /// Of an activation whose slope is no function of its output: its z [rows, outputs] is kept for the backward pass.
    private let activation: ActivationPrimitive?
    let keptForBackwardCount: Int
    let scratchpadCount: Int
    let conversionScratchCount: Int

    init(layer: Dense, rows: Int, microbatchRows: Int?) throws {
        self.layer = layer
        self.microbatchRows = microbatchRows ?? 0
        output = try MatrixMultiply(
            rows: rows, right: layer.forwardOperand, bias: true,
            activation: layer.activation.isFused ? layer.activation : .identity)
        inputGradient =
            microbatchRows != nil && layer.givesInputGradient
            ? try MatrixMultiply(rows: rows, right: layer.backwardOperand) : nil
        let needsInput = layer.activation.needsInput
        activation = needsInput ? try ActivationPrimitive(layer.activation, count: rows * layer.outputs) : nil
        keptForBackwardCount = needsInput ? rows * layer.outputs : 0
        inputOperand = microbatchRows.map { layer.inputOperand(rows: $0) }
        scratchpadCount = max(output.scratchpadCount, inputGradient?.scratchpadCount ?? 0)
        conversionScratchCount =
            layer.format == .float32 ? 0 : rows * max(layer.inputs, inputGradient == nil ? 0 : layer.outputs)
    }

    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView? {
        inputOperand?.floatRows(rowsInMicrobatch, in: gradientOperands)
    }

    func forward(_ arguments: ForwardArguments) throws {
        if let operands = arguments.gradientOperands {
            inputOperand?.pack(rows: arguments.rowsInMicrobatch, arguments.input, into: operands)
        }
        let bias = arguments.parameters.slice(FloatBuffer.aligned(layer.outputs * layer.inputs), layer.outputs)
        try output.run(
            leftOperand(arguments.input, scratch: arguments.conversionScratch), arguments.packed, bias: bias,
            into: activation == nil ? arguments.output : arguments.keptForBackward, scratchpad: arguments.scratchpad)
        if let activation {
            try activation.forward(arguments.keptForBackward, into: arguments.output)
        } else if !layer.activation.isFused {
            layer.activation.apply(to: arguments.output, columns: layer.outputs)
        }
    }

    func backward(_ arguments: BackwardArguments) throws {
        if let activation {
            try activation.backward(inputs: arguments.keptForBackward, gradient: arguments.outputGradient)
        } else {
            layer.activation.backward(
                outputs: arguments.output, gradient: arguments.outputGradient, columns: layer.outputs)
        }
        let outputGradientOperand = arguments.gradientOperands.slice(
            OperandBuffer.aligned(inputOperand?.count ?? 0), layer.outputs * microbatchRows)
        transpose(
            arguments.outputGradient, into: outputGradientOperand, width: microbatchRows,
            columns: arguments.rowsInMicrobatch)
        if let inputGradient, let destination = arguments.inputGradient {
            let offset = OperandBuffer.aligned(output.right.count)
            try inputGradient.run(
                leftOperand(arguments.outputGradient, scratch: arguments.conversionScratch),
                arguments.packed.slice(offset, arguments.packed.count - offset), into: destination,
                scratchpad: arguments.scratchpad)
        }
    }

    /// `values` as a left operand: as they are, or converted in `scratch`.
    private func leftOperand(_ values: FloatView, scratch: OperandView) -> OperandView {
        if layer.format == .float32 { return values.asOperand }
        let operand = scratch.slice(0, values.count)
        convert(values, into: operand)
        return operand
    }
}

/// For one part: ∂L/∂weight = (∂L/∂z)ᵀ · input, and ∂L/∂bias = Σ_rows ∂L/∂z.
private final class DenseGradientKernel: GradientKernel {
    private let layer: Dense
    private let rows: Int
    private let accumulates: Bool
    private let input: RightOperand
    private let weight: MatrixMultiply

    init(layer: Dense, partOutputs: Int, rows: Int, accumulates: Bool) throws {
        self.layer = layer
        self.rows = rows
        self.accumulates = accumulates
        input = layer.inputOperand(rows: rows)
        weight = try MatrixMultiply(rows: partOutputs, right: input, accumulates: accumulates)
    }

    var scratchpadCount: Int { weight.scratchpadCount }

    func run(_ arguments: GradientArguments) throws {
        let count = arguments.outputs.count * layer.inputs
        let gradient = arguments.gradientOperands.slice(
            OperandBuffer.aligned(input.count) + arguments.outputs.lowerBound * rows, arguments.outputs.count * rows)
        try weight.run(
            gradient, arguments.gradientOperands, into: arguments.gradients.slice(0, count),
            scratchpad: arguments.scratchpad)
        sumEachRow(
            of: gradient, into: arguments.gradients.slice(FloatBuffer.aligned(count), arguments.outputs.count),
            accumulates: accumulates)
    }
}

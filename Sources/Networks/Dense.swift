import Kernels

/// A fully connected layer: output [rows, outputs] = activation(input [rows, inputs] · weightᵀ + bias), with weight
/// [outputs, inputs] and bias [outputs]. A sample of several dimensions is taken as one row of its elements.
public struct Dense: Layer {
    public static let kind = "dense"
    public let inputShape: [Int]
    public let outputs: Int
    public let activation: Activation
    public let initializer: Initializer

    public init(inputShape: [Int], outputs: Int, activation: Activation, initializer: Initializer) {
        self.inputShape = inputShape
        self.outputs = outputs
        self.activation = activation
        self.initializer = initializer
    }

    public var inputs: Int { inputShape.reduce(1, *) }
    public var outputShape: [Int] { [outputs] }
    public var operations: Int { 2 * inputs * outputs }

    public var parameters: [ParameterSpecification] {
        [
            ParameterSpecification(
                name: "weight", shape: [outputs, inputs], isWeight: true, initializer: initializer,
                fanIn: inputs, fanOut: outputs),
            ParameterSpecification(
                name: "bias", shape: [outputs], isWeight: false, initializer: .zeros, fanIn: inputs, fanOut: outputs),
        ]
    }

    /// Some 32,768 weights each, 128 KiB: their gradients, their parameters and a slot fit the second-level cache.
    public var parts: [Range<Int>] {
        let vector = 16
        let most = max(vector, 32_768 / inputs / vector * vector)
        let count = (outputs + most - 1) / most
        let height = ((outputs + count - 1) / count + vector - 1) / vector * vector
        return stride(from: 0, to: outputs, by: height).map { $0..<min($0 + height, outputs) }
    }

    public func ranges(of outputs: Range<Int>) -> [Range<Int>] {
        [outputs.lowerBound * inputs..<outputs.upperBound * inputs, outputs]
    }

    public func makeKernel(rows: Int, training: Bool, needsInputGradient: Bool) throws -> any LayerKernel {
        try DenseKernel(layer: self, rows: rows, needsInputGradient: training && needsInputGradient)
    }

    public func makeGradientKernel(outputs: Int, rows: Int) throws -> any GradientKernel {
        try DenseGradientKernel(layer: self, partOutputs: outputs, rows: rows)
    }

    /// A layer's range of a flat buffer, as its weight and bias.
    fileprivate func split(_ range: FloatView) -> (weight: FloatView, bias: FloatView) {
        let count = outputs * inputs
        return (range.slice(0, count), range.slice(FloatBuffer.aligned(count), outputs))
    }
}

private final class DenseKernel: LayerKernel {
    private let layer: Dense
    private let output: MatrixMultiply
    private let inputGradient: MatrixMultiply?
    let scratchpadCount: Int

    init(layer: Dense, rows: Int, needsInputGradient: Bool) throws {
        let (inputs, outputs) = (layer.inputs, layer.outputs)
        self.layer = layer
        output = try MatrixMultiply(
            rows: rows, columns: outputs, inner: inputs, transposed: .right, bias: true,
            activation: layer.activation.fused ?? .identity)
        inputGradient = needsInputGradient ? try MatrixMultiply(rows: rows, columns: inputs, inner: outputs) : nil
        scratchpadCount = max(output.scratchpadCount, inputGradient?.scratchpadCount ?? 0)
    }

    func forward(_ pass: ForwardPass) throws {
        let (weight, bias) = layer.split(pass.parameters)
        try output.run(pass.input, weight, bias: bias, into: pass.output, scratchpad: pass.scratchpad)
        if layer.activation.fused == nil {
            layer.activation.elementwise.apply(to: pass.output, columns: layer.outputs)
        }
    }

    func backward(_ pass: BackwardPass) throws {
        layer.activation.elementwise.backward(
            outputs: pass.output, gradient: pass.outputGradient, columns: layer.outputs)
        if let destination = pass.inputGradient {
            let (weight, _) = layer.split(pass.parameters)
            try inputGradient?.run(pass.outputGradient, weight, into: destination, scratchpad: pass.scratchpad)
        }
    }
}

/// ∂L/∂weight = ∂L/∂zᵀ · input and ∂L/∂bias = the sum of ∂L/∂z, for some outputs.
private final class DenseGradientKernel: GradientKernel {
    private let layer: Dense
    private let rows: Int
    private let weight: MatrixMultiply

    init(layer: Dense, partOutputs: Int, rows: Int) throws {
        self.layer = layer
        self.rows = rows
        weight = try MatrixMultiply(
            rows: partOutputs, columns: layer.inputs, inner: rows, transposed: .left, leftStride: layer.outputs)
    }

    var scratchpadCount: Int { weight.scratchpadCount }

    func run(_ pass: GradientPass) throws {
        let (weightGradient, biasGradient) = layer.split(pass.gradients)
        let (outputs, inputs) = (pass.outputs, layer.inputs)
        // The part's columns of ∂L/∂z, from the first to the last row.
        let gradient = pass.outputGradient.slice(
            outputs.lowerBound, (rows - 1) * layer.outputs + outputs.count)
        try weight.run(
            gradient, pass.input, into: weightGradient.slice(outputs.lowerBound * inputs, outputs.count * inputs),
            scratchpad: pass.scratchpad)
        sumRows(
            of: gradient, stride: layer.outputs, rows: rows,
            into: biasGradient.slice(outputs.lowerBound, outputs.count))
    }
}

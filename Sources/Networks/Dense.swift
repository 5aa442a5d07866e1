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

    public var parameters: [ParameterSpecification] {
        [
            ParameterSpecification(
                name: "weight", shape: [outputs, inputs], isWeight: true, initializer: initializer,
                fanIn: inputs, fanOut: outputs),
            ParameterSpecification(
                name: "bias", shape: [outputs], isWeight: false, initializer: .zeros, fanIn: inputs, fanOut: outputs),
        ]
    }

    public func makeKernel(rows: Int, training: Bool, needsInputGradient: Bool) throws -> any LayerKernel {
        try DenseKernel(layer: self, rows: rows, training: training, needsInputGradient: needsInputGradient)
    }
}

private final class DenseKernel: LayerKernel {
    private let layer: Dense
    private let output: MatrixMultiply
    private let weightGradient: MatrixMultiply?
    private let inputGradient: MatrixMultiply?
    let scratchpadCount: Int

    init(layer: Dense, rows: Int, training: Bool, needsInputGradient: Bool) throws {
        let (inputs, outputs) = (layer.inputs, layer.outputs)
        self.layer = layer
        output = try MatrixMultiply(
            rows: rows, columns: outputs, inner: inputs, transposed: .right, bias: true,
            activation: layer.activation.fused ?? .identity)
        weightGradient =
            training ? try MatrixMultiply(rows: outputs, columns: inputs, inner: rows, transposed: .left) : nil
        inputGradient =
            training && needsInputGradient
            ? try MatrixMultiply(rows: rows, columns: inputs, inner: outputs) : nil
        scratchpadCount = [output, weightGradient, inputGradient].map { $0?.scratchpadCount ?? 0 }.reduce(0, max)
    }

    func forward(_ pass: ForwardPass) throws {
        let (weight, bias) = split(pass.parameters)
        try output.run(pass.input, weight, bias: bias, into: pass.output, scratchpad: pass.scratchpad)
        if layer.activation.fused == nil {
            layer.activation.elementwise.apply(to: pass.output, columns: layer.outputs)
        }
    }

    func backward(_ pass: BackwardPass) throws {
        let (weight, _) = split(pass.parameters)
        let (weightSum, biasSum) = split(pass.gradients)
        layer.activation.elementwise.backward(
            outputs: pass.output, gradient: pass.outputGradient, columns: layer.outputs)
        sumRows(of: pass.outputGradient, into: biasSum)
        try weightGradient?.run(pass.outputGradient, pass.input, into: weightSum, scratchpad: pass.scratchpad)
        if let destination = pass.inputGradient {
            try inputGradient?.run(pass.outputGradient, weight, into: destination, scratchpad: pass.scratchpad)
        }
    }

    /// A layer's range of a flat buffer, as its weight and bias.
    private func split(_ range: FloatView) -> (weight: FloatView, bias: FloatView) {
        let count = layer.outputs * layer.inputs
        return (range.slice(0, count), range.slice(FloatBuffer.aligned(count), layer.outputs))
    }
}

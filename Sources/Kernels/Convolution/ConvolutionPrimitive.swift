import COneDNN

/// One pass of a convolution, compiled for a number of rows. An instance belongs to one worker and is not thread-safe.
package final class ConvolutionPrimitive {
    private let weights: ConvolutionWeights
    private let rows: Int
    private let hasBias: Bool
    private let handle: OpaquePointer

    /// - Parameters:
    ///   - weights: the order of its weights or of their gradients; it also says what is computed.
    ///   - activation: a fused one, of the output.
    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    package init(
        _ weights: ConvolutionWeights, rows: Int, bias: Bool = false, activation: Activation = .identity
    ) throws(KernelError) {
        guard activation.isFused, let primitive = activation.primitive else {
            preconditionFailure("\(activation) is not fused")
        }
        (self.weights, self.rows, hasBias) = (weights, rows, bias)
        var code = weights.shape.code(rows: rows, format: weights.format, bias: bias, activation: primitive)
        var created: OpaquePointer?
        let status = conednn_convolution_create(&code, weights.pass.code, weights.handle, &created)
        guard status == 0, let created else {
            throw KernelError(operation: weights.shape.description, status: status)
        }
        handle = created
    }

    deinit { conednn_convolution_destroy(handle) }

    /// Floats of scratchpad that a run needs.
    package var scratchpadCount: Int {
        (conednn_convolution_scratchpad_bytes(handle) + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride
    }

    /// output [rows, output] = activation(input [rows, input] * weights + bias)
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func output(
        _ input: OperandView, _ packed: OperandView, bias: FloatView?, into output: FloatView, scratchpad: FloatView
    ) throws(KernelError) {
        precondition(weights.pass == .output && input.format == weights.format && packed.format == weights.format)
        precondition(input.count == rows * weights.shape.inputCount && output.count == rows * weights.shape.outputCount)
        precondition(packed.count >= weights.count && (bias != nil) == hasBias)
        try run(
            input.base, packed.base, bias?.base, UnsafeMutableRawPointer(output.base), scratchpad)
    }

    /// ∂L/∂input [rows, input]
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func inputGradient(
        _ outputGradient: OperandView, _ packed: OperandView, into inputGradient: FloatView, scratchpad: FloatView
    ) throws(KernelError) {
        precondition(weights.pass == .inputGradient && outputGradient.format == weights.format)
        precondition(packed.format == weights.format && packed.count >= weights.count)
        precondition(outputGradient.count == rows * weights.shape.outputCount)
        precondition(inputGradient.count == rows * weights.shape.inputCount)
        try run(UnsafeMutableRawPointer(inputGradient.base), packed.base, nil, outputGradient.base, scratchpad)
    }

    /// ∂L/∂weight, in the order of `weights`, and ∂L/∂bias, over all rows.
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func weightGradient(
        _ input: OperandView, _ outputGradient: OperandView, into gradient: FloatView, bias: FloatView?,
        scratchpad: FloatView
    ) throws(KernelError) {
        precondition(weights.pass == .weightGradient && input.format == weights.format)
        precondition(outputGradient.format == weights.format && (bias != nil) == hasBias)
        precondition(input.count == rows * weights.shape.inputCount && gradient.count >= weights.count)
        precondition(outputGradient.count == rows * weights.shape.outputCount)
        try run(
            input.base, UnsafeMutableRawPointer(gradient.base), bias?.base, outputGradient.base, scratchpad)
    }

    private func run(
        _ source: UnsafeMutableRawPointer, _ packed: UnsafeMutableRawPointer, _ bias: UnsafeMutablePointer<Float>?,
        _ destination: UnsafeMutableRawPointer, _ scratchpad: FloatView
    ) throws(KernelError) {
        precondition(scratchpad.count >= scratchpadCount)
        let status = conednn_convolution_execute(
            handle, source, packed, bias, destination, UnsafeMutableRawPointer(scratchpad.base))
        guard status == 0 else { throw KernelError(operation: weights.shape.description, status: status) }
    }
}

import COneDNN

/// The order in which a pass wants a convolution's weights in memory, or gives their gradients.
///
/// Invariant: the handle is not changed after `init`, so that workers may share it.
package final class ConvolutionWeights: @unchecked Sendable {
    package let shape: ConvolutionShape
    package let pass: ConvolutionPass
    package let format: OperandFormat
    let handle: OpaquePointer

    /// - Parameters:
    ///   - rows: of a typical shard. The order depends on them hardly, and passes over any rows take it.
    ///   - format: of the operands; gradients are Float32.
    /// - Throws: `KernelError` when oneDNN cannot compute such a convolution.
    package init(
        _ shape: ConvolutionShape, _ pass: ConvolutionPass, rows: Int, format: OperandFormat = .float32
    ) throws(KernelError) {
        (self.shape, self.pass, self.format) = (shape, pass, format)
        var code = shape.code(rows: rows, format: format, bias: false, activation: CONEDNN_IDENTITY)
        var created: OpaquePointer?
        let status = conednn_weights_create(&code, pass.code, &created)
        guard status == 0, let created else { throw KernelError(operation: shape.description, status: status) }
        handle = created
    }

    deinit { conednn_weights_destroy(handle) }

    /// Elements of the packed weights, with what pads channels.
    package var count: Int {
        let size = pass == .weightGradient ? 4 : format.size
        return (conednn_weights_bytes(handle) + size - 1) / size
    }
}

/// Brings the weights of some output channels into the order of a pass, or gradients back.
///
/// Invariant: the handle is not changed after `init`, so that workers may share it.
package final class WeightPacking: @unchecked Sendable {
    private let weights: ConvolutionWeights
    private let plainCount: Int
    private let handle: OpaquePointer

    /// - Parameter channels: of the output: whole groups, if there are several, and whole multiples of 16 but for the last ones.
    /// - Throws: `KernelError` when oneDNN cannot do it.
    package init(_ weights: ConvolutionWeights, channels: Range<Int>) throws(KernelError) {
        var created: OpaquePointer?
        let status = conednn_packing_create(
            weights.handle, Int64(channels.lowerBound), Int64(channels.count), weights.pass == .weightGradient, &created
        )
        guard status == 0, let created else {
            throw KernelError(operation: "weights of \(weights.shape.description)", status: status)
        }
        self.weights = weights
        plainCount = weights.shape.weightCount / weights.shape.outputChannels * channels.count
        handle = created
    }

    deinit { conednn_packing_destroy(handle) }

    /// - Parameters:
    ///   - plain: those of the channels, [channels, input channels / groups, height, width].
    ///   - packed: those of all channels, zero where nothing has been packed.
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func pack(_ plain: FloatView, into packed: OperandView) throws(KernelError) {
        precondition(weights.pass != .weightGradient && packed.format == weights.format)
        precondition(plain.count == plainCount && packed.count >= weights.count)
        try run(plain.base, packed.base)
    }

    /// - Throws: `KernelError` when oneDNN fails to run.
    package func unpack(_ packed: FloatView, into plain: FloatView) throws(KernelError) {
        precondition(weights.pass == .weightGradient && plain.count == plainCount && packed.count >= weights.count)
        try run(plain.base, UnsafeMutableRawPointer(packed.base))
    }

    private func run(_ plain: UnsafeMutablePointer<Float>, _ packed: UnsafeMutableRawPointer) throws(KernelError) {
        let status = conednn_packing_execute(handle, plain, packed)
        guard status == 0 else {
            throw KernelError(operation: "weights of \(weights.shape.description)", status: status)
        }
    }
}

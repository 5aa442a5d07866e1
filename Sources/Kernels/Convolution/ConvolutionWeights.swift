import COneDNN
import CVector

/// The order in which a pass wants a convolution's weights in memory, or gives their gradients.
///
/// Invariant: the handle is not changed after `init`, so that workers may share it.
package final class ConvolutionWeights: @unchecked Sendable {
    /// The channels that the plain order begins with.
    package enum Channels: Sendable {
        /// [output channels, input channels / groups, height, width]
        case outputs
        /// [input channels, output channels / groups, height, width]: of a layer that is a convolution's backward pass.
        case inputs
    }

    package let shape: ConvolutionShape
    package let pass: ConvolutionPass
    package let format: OperandFormat
    let handle: OpaquePointer
    /// Weight [channel, tap], with the taps over inputs, height and width, is packed at the sum of the two places.
    private let channelPlaces: AlignedBuffer<Int64>
    private let tapPlaces: AlignedBuffer<Int64>

    /// - Parameters:
    ///   - rows: of a typical shard. The order depends on them hardly, and passes over any rows take it.
    ///   - format: of the operands; gradients are Float32.
    ///   - channels: those that the plain order begins with.
    /// - Throws: `KernelError` when oneDNN cannot compute such a convolution.
    package init(
        _ shape: ConvolutionShape, _ pass: ConvolutionPass, rows: Int, format: OperandFormat = .float32,
        by channels: Channels = .outputs
    ) throws(KernelError) {
        (self.shape, self.pass, self.format) = (shape, pass, format)
        var code = shape.code(rows: rows, format: format, bias: false, activation: CONEDNN_IDENTITY)
        var created: OpaquePointer?
        let status = conednn_weights_create(&code, pass.code, &created)
        guard status == 0, let created else { throw KernelError(operation: shape.description, status: status) }
        handle = created
        let channelCount = channels == .outputs ? shape.outputChannels : shape.inputChannels
        channelPlaces = AlignedBuffer(count: channelCount)
        tapPlaces = AlignedBuffer(count: shape.weightCount / channelCount)
        let found = conednn_weights_places(
            handle, channels == .inputs, channelPlaces.view.base, tapPlaces.view.base)
        guard found == 0 else { throw KernelError(operation: "weights of \(shape.description)", status: found) }
    }

    deinit { conednn_weights_destroy(handle) }

    /// Elements of the packed weights, with what pads channels.
    package var count: Int {
        let size = pass == .weightGradient ? 4 : format.size
        return (conednn_weights_bytes(handle) + size - 1) / size
    }

    /// Weights of one of the channels that the plain order begins with.
    package var countPerChannel: Int { tapPlaces.count }

    /// Brings the weights of some channels into the order of the pass.
    /// - Parameters:
    ///   - plain: those of the channels, [channels, other channels / groups, height, width].
    ///   - packed: those of all channels, zero where nothing has been packed.
    package func pack(_ plain: FloatView, channels: Range<Int>, into packed: OperandView) {
        precondition(pass != .weightGradient && packed.format == format && packed.count >= count)
        precondition(plain.count == channels.count * tapPlaces.count)
        cvector_scatter(
            format.code, plain.base, channels.count, tapPlaces.count,
            channelPlaces.view.slice(channels.lowerBound, channels.count).base, tapPlaces.view.base, packed.base)
    }

    /// Brings gradients of all weights back into their plain order.
    package func unpack(_ packed: FloatView, into plain: FloatView) {
        precondition(pass == .weightGradient && packed.count >= count && plain.count == shape.weightCount)
        cvector_collect(
            packed.base, channelPlaces.view.base, tapPlaces.view.base, channelPlaces.count, tapPlaces.count, plain.base)
    }
}

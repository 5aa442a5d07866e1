import COneDNN

/// Pooling of images [rows, height, width, channels]: each output is the maximum or the mean of a window of the same channel. A
/// sequence is an image of height 1.
package struct PoolingShape: Sendable, Equatable {
    package enum Kind: Sendable {
        case maximum
        /// The mean of the window's part within the image.
        case average
        /// The mean of the whole window, which is 0 outside the image.
        case averageWithPadding
    }

    package var kind: Kind
    /// Input and output size, window, stride and padding, as a convolution's; the number of channels stays.
    package var geometry: ConvolutionShape
    /// How far the last windows hang over the padding, which a mean does not count.
    package let overhang: ConvolutionShape.Pair

    /// - Parameter isRoundedUp: whether a window may hang over the end.
    package init(_ kind: Kind, _ geometry: ConvolutionShape, isRoundedUp: Bool = false) {
        precondition(geometry.inputChannels == geometry.outputChannels && geometry.dilation == .init(1, 1))
        overhang = isRoundedUp ? geometry.overhang : .init(0, 0)
        (self.kind, self.geometry) = (kind, geometry)
        self.geometry.paddingAfter.height += overhang.height
        self.geometry.paddingAfter.width += overhang.width
    }

    /// Divides the means of the last windows, or their gradients, [rows, output], by what is within the padding, where oneDNN divides
    /// by the whole window.
    fileprivate func countPadding(_ values: FloatView, rows: Int) {
        guard kind == .averageWithPadding, overhang != .init(0, 0) else { return }
        let (size, window, channels) = (geometry.outputSize, geometry.window, geometry.outputChannels)
        for row in 0..<rows {
            for place in 0..<size.height * size.width {
                let (y, x) = place.quotientAndRemainder(dividingBy: size.width)
                let height = window.height - (y == size.height - 1 ? overhang.height : 0)
                let width = window.width - (x == size.width - 1 ? overhang.width : 0)
                guard height * width < window.height * window.width else { continue }
                let own = values.slice((row * size.height * size.width + place) * channels, channels)
                scale(own, by: Float(window.height * window.width) / Float(height * width), offset: 0, into: own)
            }
        }
    }

    /// "pool 2×2, 28×28×32 to 14×14×32"
    var description: String { geometry.description.replacing("conv", with: "pool") }
}

/// The forward or the backward pass of a pooling, compiled for a number of rows. An instance belongs to one worker and is not
/// thread-safe.
package final class PoolingPrimitive {
    private let shape: PoolingShape
    private let rows: Int
    private let isBackward: Bool
    private let handle: OpaquePointer

    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    package init(_ shape: PoolingShape, rows: Int, backward: Bool = false) throws(KernelError) {
        (self.shape, self.rows, isBackward) = (shape, rows, backward)
        let g = shape.geometry.code(rows: rows, format: .float32, bias: false, activation: CONEDNN_IDENTITY)
        let kind: conednn_pooling_kind =
            switch shape.kind {
            case .maximum: CONEDNN_MAXIMUM
            case .average: CONEDNN_AVERAGE
            case .averageWithPadding: CONEDNN_AVERAGE_WITH_PADDING
            }
        var code = conednn_pooling_shape(
            kind: kind, rows: g.rows, input_size: g.input_size, output_size: g.output_size, channels: g.input_channels,
            window: g.window, stride: g.stride, padding_before: g.padding_before, padding_after: g.padding_after)
        var created: OpaquePointer?
        let status = conednn_pooling_create(&code, backward, &created)
        guard status == 0, let created else { throw KernelError(operation: shape.description, status: status) }
        handle = created
    }

    deinit { conednn_pooling_destroy(handle) }

    /// Floats that the forward pass keeps for the backward pass.
    package var workspaceCount: Int { floats(conednn_pooling_workspace_bytes(handle)) }

    /// Floats of scratchpad that `run` needs.
    package var scratchpadCount: Int { floats(conednn_pooling_scratchpad_bytes(handle)) }

    private func floats(_ bytes: Int) -> Int { (bytes + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride }

    /// Forward: output [rows, output] of input [rows, input]. Backward: ∂L/∂input of ∂L/∂output, which may be overwritten.
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func run(
        input: FloatView, output: FloatView, workspace: FloatView, scratchpad: FloatView
    ) throws(KernelError) {
        precondition(input.count == rows * shape.geometry.inputCount)
        precondition(output.count == rows * shape.geometry.outputCount)
        precondition(workspace.count >= workspaceCount && scratchpad.count >= scratchpadCount)
        if isBackward { shape.countPadding(output, rows: rows) }
        let status = conednn_pooling_execute(
            handle, input.base, output.base, UnsafeMutableRawPointer(workspace.base),
            UnsafeMutableRawPointer(scratchpad.base))
        guard status == 0 else { throw KernelError(operation: shape.description, status: status) }
        if !isBackward { shape.countPadding(output, rows: rows) }
    }
}

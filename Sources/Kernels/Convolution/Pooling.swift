import COneDNN
import CVector

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

/// Maxima.
extension PoolingShape {
    private func windows(rows: Int) -> cvector_windows {
        precondition(kind == .maximum)
        func code(_ pair: ConvolutionShape.Pair) -> (Int, Int) { (pair.height, pair.width) }
        let g = geometry
        return cvector_windows(
            rows: rows, channels: g.inputChannels, input: code(g.inputSize), output: code(g.outputSize),
            window: code(g.window), stride: code(g.stride), padding: code(g.paddingBefore))
    }

    /// Output [rows, output] of input [rows, input], and which value of its window each is, as many whole numbers in the memory of floats.
    package func maxima(of input: FloatView, into output: FloatView, taps: FloatView, rows: Int) {
        precondition(input.count == rows * geometry.inputCount && output.count == rows * geometry.outputCount)
        precondition(taps.count >= output.count)
        var windows = windows(rows: rows)
        taps.base.withMemoryRebound(to: UInt32.self, capacity: output.count) {
            cvector_max_pool(input.base, &windows, output.base, $0)
        }
    }

    /// ∂L/∂input of ∂L/∂output and of what `maxima` has written.
    package func inputGradient(
        ofMaxima outputGradient: FloatView, taps: FloatView, into inputGradient: FloatView, rows: Int
    ) {
        precondition(inputGradient.count == rows * geometry.inputCount)
        precondition(outputGradient.count == rows * geometry.outputCount && taps.count >= outputGradient.count)
        var windows = windows(rows: rows)
        taps.base.withMemoryRebound(to: UInt32.self, capacity: outputGradient.count) {
            cvector_max_pool_backward(outputGradient.base, $0, &windows, inputGradient.base)
        }
    }
}

/// The forward or the backward pass of a pooling by means, compiled for a number of rows. An instance belongs to one worker and is
/// not thread-safe.
package final class AveragePooling {
    private let shape: PoolingShape
    private let rows: Int
    private let isBackward: Bool
    private let handle: OpaquePointer

    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    package init(_ shape: PoolingShape, rows: Int, backward: Bool = false) throws(KernelError) {
        (self.shape, self.rows, isBackward) = (shape, rows, backward)
        let g = shape.geometry.code(rows: rows, format: .float32, bias: false, activation: CONEDNN_IDENTITY)
        precondition(shape.kind != .maximum)
        var code = conednn_pooling_shape(
            counts_padding: shape.kind == .averageWithPadding, rows: g.rows, input_size: g.input_size,
            output_size: g.output_size, channels: g.input_channels,
            window: g.window, stride: g.stride, padding_before: g.padding_before, padding_after: g.padding_after)
        var created: OpaquePointer?
        let status = conednn_pooling_create(&code, backward, &created)
        guard status == 0, let created else { throw KernelError(operation: shape.description, status: status) }
        handle = created
    }

    deinit { conednn_pooling_destroy(handle) }

    /// Floats of scratchpad that `run` needs.
    package var scratchpadCount: Int {
        let bytes = conednn_pooling_scratchpad_bytes(handle)
        return (bytes + MemoryLayout<Float>.stride - 1) / MemoryLayout<Float>.stride
    }

    /// Forward: output [rows, output] of input [rows, input]. Backward: ∂L/∂input of ∂L/∂output, which may be overwritten.
    /// - Throws: `KernelError` when oneDNN fails to run.
    package func run(input: FloatView, output: FloatView, scratchpad: FloatView) throws(KernelError) {
        precondition(input.count == rows * shape.geometry.inputCount)
        precondition(output.count == rows * shape.geometry.outputCount)
        precondition(scratchpad.count >= scratchpadCount)
        if isBackward { shape.countPadding(output, rows: rows) }
        let status = conednn_pooling_execute(
            handle, input.base, output.base, UnsafeMutableRawPointer(scratchpad.base))
        guard status == 0 else { throw KernelError(operation: shape.description, status: status) }
        if !isBackward { shape.countPadding(output, rows: rows) }
    }
}

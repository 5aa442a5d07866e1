import Kernels

/// The trained scale and shift of each channel after a normalisation, either of which may be left out.
package struct ChannelAffine: Sendable {
    package let channels: Int
    package let hasScale: Bool
    package let hasShift: Bool

    /// Scale, then shift; weight decay applies to neither.
    var tensors: [TensorSpecification] {
        func tensor(_ name: String, _ initial: Double) -> TensorSpecification {
            TensorSpecification(
                name: name, shape: [channels], isWeight: false, initializer: .constant(initial), fanIn: 1, fanOut: 1)
        }
        return (hasScale ? [tensor("scale", 1)] : []) + (hasShift ? [tensor("shift", 0)] : [])
    }

    /// Those of a layer that begins with these tensors; nil where it has none.
    /// - Parameter flat: the layer's parameters, or their gradients.
    func values(in flat: FloatView) -> (scale: FloatView?, shift: FloatView?) {
        let start = hasScale ? FloatBuffer.aligned(channels) : 0
        return (hasScale ? flat.slice(0, channels) : nil, hasShift ? flat.slice(start, channels) : nil)
    }

    /// Writes gradients, from sums in Double.
    func write(scale: BufferView<Double>, shift: BufferView<Double>, into gradients: FloatView) {
        let own = values(in: gradients)
        for channel in 0..<channels {
            own.scale?[channel] = Float(scale[channel])
            own.shift?[channel] = Float(shift[channel])
        }
    }
}

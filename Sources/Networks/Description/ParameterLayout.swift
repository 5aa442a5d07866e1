import Kernels

/// The offset of each tensor of a network in one flat buffer. Parameters and every optimizer slot share it, so that the
/// optimizer, the checkpoint and the digest are one loop each.
package struct ParameterLayout: Sendable {
    package struct Tensor: Sendable {
        /// `dense1`
        package let layer: String
        /// `weight`, `bias`
        package let name: String
        package let shape: [Int]
        /// Floats from the start of the buffer; a whole number of 64-byte lines.
        package let offset: Int
        package let count: Int
        package let isWeight: Bool
    }

    package let tensors: [Tensor]
    /// The range of the flat buffer that each layer owns, in the order of the layers.
    package let layerRanges: [Range<Int>]
    /// Floats of a whole buffer, with the gaps that alignment leaves, which stay zero.
    package let bufferCount: Int
    /// Trainable parameters, without the gaps.
    package let parameterCount: Int

    init(layers: [(name: String, parameters: [ParameterSpecification])]) {
        var tensors: [Tensor] = []
        var ranges: [Range<Int>] = []
        var offset = 0
        for layer in layers {
            let start = offset
            for parameter in layer.parameters {
                tensors.append(
                    Tensor(
                        layer: layer.name, name: parameter.name, shape: parameter.shape, offset: offset,
                        count: parameter.count, isWeight: parameter.isWeight))
                offset += FloatBuffer.aligned(parameter.count)
            }
            ranges.append(start..<offset)
        }
        self.tensors = tensors
        layerRanges = ranges
        bufferCount = offset
        parameterCount = tensors.reduce(0) { $0 + $1.count }
    }
}

extension ParameterLayout {
    /// The name of the layer whose parameters lie at `offset`.
    package func layer(at offset: Int) -> String? {
        tensors.last { $0.offset <= offset }?.layer
    }
}

extension FloatView {
    /// The range of a flat buffer that holds `tensor`.
    package func slice(_ tensor: ParameterLayout.Tensor) -> FloatView {
        slice(tensor.offset, tensor.count)
    }
}

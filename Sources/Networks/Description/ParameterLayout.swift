import Kernels

/// Where each tensor of a network lies in one flat buffer. Parameters and every optimizer slot share it, so
/// that the optimizer, the checkpoint and the digest are one loop each.
public struct ParameterLayout: Sendable {
    public struct Tensor: Sendable {
        /// `dense1`
        public let layer: String
        /// `weight`, `bias`
        public let name: String
        public let shape: [Int]
        /// Floats from the start of the buffer, a whole number of 64-byte lines.
        public let offset: Int
        public let count: Int
        public let isWeight: Bool
    }

    public let tensors: [Tensor]
    /// The range of the flat buffer that each layer owns, in the order of the layers.
    public let layerRanges: [Range<Int>]
    /// Floats of a whole buffer, with the gaps that alignment leaves; those stay zero.
    public let bufferCount: Int
    /// Trainable numbers.
    public let parameterCount: Int

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
    /// The layer whose parameters lie at `offset`.
    public func layer(at offset: Int) -> String? {
        tensors.last { $0.offset <= offset }?.layer
    }
}

extension FloatView {
    /// The part of a flat buffer that holds `tensor`.
    public func slice(_ tensor: ParameterLayout.Tensor) -> FloatView {
        slice(tensor.offset, tensor.count)
    }
}

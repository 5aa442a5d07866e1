import Kernels

/// A range of the flat parameters within one tensor.
package struct ParameterRange: Sendable {
    package let offset: Int
    package let count: Int
    package let isWeight: Bool
    /// Offset of its gradients from the first of its part, in floats.
    package let gradientOffset: Int
    /// Elements of one neuron, which lie together.
    package let countPerNeuron: Int
    /// The factor of its learning rate.
    package let rate: Double

    package init(
        offset: Int, count: Int, isWeight: Bool, gradientOffset: Int, countPerNeuron: Int, rate: Double = 1
    ) {
        (self.offset, self.count, self.isWeight) = (offset, count, isWeight)
        (self.gradientOffset, self.countPerNeuron, self.rate) = (gradientOffset, countPerNeuron, rate)
    }
}

extension BufferView {
    /// The elements of a range of the parameters.
    package func slice(_ range: ParameterRange) -> BufferView { slice(range.offset, range.count) }
}

/// The parameters of some neurons of one layer: one worker computes their gradients over a whole microbatch, and updates
/// them while these are in cache.
package struct ParameterPart: Sendable {
    package let node: Int
    package let neurons: Range<Int>
    /// One of each tensor, which may be empty.
    package let ranges: [ParameterRange]
    /// Whether training changes them.
    package let isTrainable: Bool
    /// Floats of its gradients, each range from a 64-byte line on.
    package let gradientCount: Int
    /// Offset of its gradients in a `GradientBuffer`, in floats, if training changes them.
    package let gradientOffset: Int
}

extension Network {
    /// The parts of all layers, which have every parameter once: a function of the network alone.
    package var parts: [ParameterPart] {
        var offset = 0
        return nodes.enumerated().flatMap { index, node in
            let tensors = layout.tensors[layout.tensorsOfNodes[index]]
            return Self.neuronRanges(tensors.first?.shape[0] ?? 0).map { neurons in
                var count = 0
                let ranges = tensors.map { tensor in
                    let perNeuron = tensor.count / tensor.shape[0]
                    let own = neurons.clamped(to: tensor.firstNeuron..<tensor.firstNeuron + tensor.shape[0])
                    defer { count += FloatBuffer.aligned(own.count * perNeuron) }
                    return ParameterRange(
                        offset: tensor.offset + (own.lowerBound - tensor.firstNeuron) * perNeuron,
                        count: own.count * perNeuron,
                        isWeight: tensor.isWeight, gradientOffset: count, countPerNeuron: perNeuron, rate: node.rate)
                }
                defer { offset += node.isTrainable ? count : 0 }
                return ParameterPart(
                    node: index, neurons: neurons, ranges: ranges, isTrainable: node.isTrainable,
                    gradientCount: count, gradientOffset: offset)
            }
        }
    }

    /// The neurons of each part: each part is large enough to be worth a multiplication of its own, and small enough to stay
    /// in cache. It has a fourth of the neurons, in whole vectors of 16, and at most 64.
    private static func neuronRanges(_ neurons: Int) -> [Range<Int>] {
        let vector = 16
        let height = min(max((neurons + 4 * vector - 1) / (4 * vector), 1), 4) * vector
        return stride(from: 0, to: neurons, by: height).map { $0..<min($0 + height, neurons) }
    }
}

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
        /// Which of the layer's neurons is its first.
        let firstNeuron: Int
        package let isWeight: Bool
        /// Whether training changes it.
        package let isTrainable: Bool
        /// The factor of its learning rate.
        package let rate: Double
    }

    package let tensors: [Tensor]
    /// What training keeps beside the tensors, in the same buffer.
    package let statistics: [Tensor]
    /// The range of the flat buffer that each node owns, in the order of the nodes.
    package let nodeRanges: [Range<Int>]
    /// The tensors of each node.
    let tensorsOfNodes: [Range<Int>]
    /// Floats of a whole buffer, with the gaps that alignment leaves, which stay zero.
    package let bufferCount: Int
    /// Parameters, without the gaps.
    package let parameterCount: Int

    init(_ nodes: [Node]) {
        var (tensors, statistics): ([Tensor], [Tensor]) = ([], [])
        var (ranges, tensorRanges): ([Range<Int>], [Range<Int>]) = ([], [])
        var offset = 0
        for node in nodes {
            let (start, firstTensor) = (offset, tensors.count)
            for (tensor, range) in zip(node.layer.tensors, node.layer.tensorRanges) {
                precondition(
                    tensor.firstNeuron + tensor.shape[0] <= node.layer.tensors[0].shape[0], "the first has all neurons")
                tensors.append(
                    Tensor(
                        layer: node.name, name: tensor.name, shape: tensor.shape, offset: start + range.lowerBound,
                        count: tensor.count, firstNeuron: tensor.firstNeuron, isWeight: tensor.isWeight,
                        isTrainable: node.isTrainable,
                        rate: node.rate))
                offset = start + FloatBuffer.aligned(range.upperBound)
            }
            for (statistic, range) in zip(node.layer.statistics, node.layer.statisticRanges) {
                statistics.append(
                    Tensor(
                        layer: node.name, name: statistic.name, shape: [statistic.count],
                        offset: start + range.lowerBound, count: statistic.count, firstNeuron: 0, isWeight: false,
                        isTrainable: node.isTrainable, rate: node.rate))
                offset = start + FloatBuffer.aligned(range.upperBound)
            }
            ranges.append(start..<offset)
            tensorRanges.append(firstTensor..<tensors.count)
        }
        (self.tensors, self.statistics) = (tensors, statistics)
        (nodeRanges, tensorsOfNodes) = (ranges, tensorRanges)
        bufferCount = offset
        parameterCount = tensors.reduce(0) { $0 + $1.count }
    }
}

extension ParameterLayout {
    /// The tensors, then the statistics.
    package var all: [Tensor] { tensors + statistics }

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

import Kernels

/// The values of one shard in a pass, which grow to what the largest shard needs. Without meetings one is a worker's, and
/// stays in its cache; with meetings each shard has its own, since another worker may go on with it.
///
/// Invariant: one thread at a time uses it. It is a worker's, or a shard's, whose work items have barriers between them.
package final class ShardValues: @unchecked Sendable {
    /// [rows, width] of the input and of each node's output.
    fileprivate(set) var values: [FloatBuffer] = []
    /// ∂L/∂value [rows, width]; empty where it is not needed.
    fileprivate(set) var gradients: [FloatBuffer] = []
    /// What each node's `forward` keeps for its `backward`.
    fileprivate(set) var kept: [FloatBuffer] = []

    package init() {}

    /// Makes room for a shard, whose values then hold anything.
    /// - Parameter counts: the elements of each value.
    func require(counts: [Int], kept keptCounts: [Int], gradients needs: [Bool]) {
        values.grow(to: counts)
        // The loss writes the last gradient at inference, too.
        gradients.grow(to: counts.indices.map { needs[$0] || $0 == counts.count - 1 ? counts[$0] : 0 })
        kept.grow(to: keptCounts)
    }
}

extension [FloatBuffer] {
    /// Replaces those that are too small.
    fileprivate mutating func grow(to counts: [Int]) {
        for (index, count) in counts.enumerated() {
            if index == self.count {
                append(FloatBuffer(count: count))
            } else if self[index].count < count {
                self[index] = FloatBuffer(count: count)
            }
        }
    }
}

/// One worker's memory while a kernel runs.
package final class PassScratch {
    /// For operands that are converted to a layer's format.
    private(set) var converted: OperandBuffer
    private(set) var scratchpad = FloatBuffer(count: 0)
    /// ∂L/∂value of a further reader, before it is added to that of the first.
    private(set) var gradient = FloatBuffer(count: 0)

    package init(network: Network) {
        converted = OperandBuffer(count: 0, format: OperandFormat(network.precision))
    }

    func require(scratchpad floats: Int, converted elements: Int, gradient gradientFloats: Int) {
        if floats > scratchpad.count { scratchpad = FloatBuffer(count: floats) }
        if elements > converted.count { converted = OperandBuffer(count: elements, format: converted.format) }
        if gradientFloats > gradient.count { gradient = FloatBuffer(count: gradientFloats) }
    }
}

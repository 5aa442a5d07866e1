import Kernels

/// The values of one shard in a pass, which grow to what the largest shard needs. Without meetings one is a worker's, and
/// stays in its cache; with meetings each shard has its own, since another worker may go on with it.
///
/// Invariant: one thread at a time uses it. It is a worker's, or a shard's, whose work items have barriers between them.
package final class ShardValues: @unchecked Sendable {
    /// Rows of the largest shard so far.
    private var rows = 0
    /// [rows, width] of the input and of each node's output.
    fileprivate(set) var values: [FloatBuffer] = []
    /// ∂L/∂value [rows, width]; empty where it is not needed.
    fileprivate(set) var gradients: [FloatBuffer] = []
    /// What each node's `forward` keeps for its `backward`.
    fileprivate(set) var kept: [FloatBuffer] = []

    package init() {}

    /// - Parameter counts: the elements of each value in a shard of so many rows.
    func require(rows: Int, counts: [Int], kept keptCounts: [Int], gradients needs: [Bool]) {
        guard rows > self.rows else { return }
        self.rows = rows
        values = counts.map { FloatBuffer(count: $0) }
        // The loss writes the last gradient at inference, too.
        gradients = counts.indices.map { value in
            FloatBuffer(count: needs[value] || value == counts.count - 1 ? counts[value] : 0)
        }
        kept = keptCounts.map { FloatBuffer(count: $0) }
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

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

    func require(rows: Int, widths: [Int], kept counts: [Int], gradients needs: [Bool]) {
        guard rows > self.rows else { return }
        self.rows = rows
        values = widths.map { FloatBuffer(count: rows * $0) }
        // The loss writes the last gradient at inference, too.
        gradients = widths.indices.map { value in
            FloatBuffer(count: needs[value] || value == widths.count - 1 ? rows * widths[value] : 0)
        }
        kept = counts.map { FloatBuffer(count: $0) }
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

/// The partial sums and totals of a network's meetings, over the shards that are computed together.
package struct MeetingSums: Sendable {
    private let meetings: [Meeting]
    private let partials: [AlignedBuffer<Double>]
    private let totals: [AlignedBuffer<Double>]

    package init(network: Network, shardCount: Int) {
        meetings = network.order.meetings
        partials = meetings.map { AlignedBuffer(count: shardCount * $0.count) }
        totals = meetings.map { AlignedBuffer(count: $0.count) }
    }

    func partial(_ meeting: Int, shard: Int) -> BufferView<Double> {
        let count = meetings[meeting].count
        return partials[meeting].view.slice(shard * count, count)
    }

    func total(_ meeting: Int) -> BufferView<Double> { totals[meeting].view }

    /// Adds the shards' sums: those of a leaf in shard order, then the leaves in a tree.
    /// - Parameter leaves: the shards of each leaf, from the first on.
    package func reduce(_ meeting: Int, leaves: [Range<Int>]) {
        for leaf in leaves {
            for shard in leaf.dropFirst() {
                meetings[meeting].merge(partial(meeting, shard: leaf.lowerBound), partial(meeting, shard: shard))
            }
        }
        var distance = 1
        while distance < leaves.count {
            for leaf in stride(from: 0, to: leaves.count - distance, by: 2 * distance) {
                meetings[meeting].merge(
                    partial(meeting, shard: leaves[leaf].lowerBound),
                    partial(meeting, shard: leaves[leaf + distance].lowerBound))
            }
            distance *= 2
        }
        totals[meeting].view.copy(from: partial(meeting, shard: leaves[0].lowerBound))
    }
}

import Kernels
import Layers

/// The sums of a network's meetings over a group: of its shards, of its leaves, and the totals.
package final class MeetingSums: Sendable {
    private let meetings: [Meeting]
    private let shards: [AlignedBuffer<Double>]
    private let leaves: [AlignedBuffer<Double>]
    private let totals: [AlignedBuffer<Double>]
    /// Totals, merged over the groups of a minibatch so far.
    private let merged: [AlignedBuffer<Double>]

    /// - Parameters:
    ///   - shardCount: of the largest group.
    ///   - leafCount: of the largest group.
    package init(network: Network, shardCount: Int, leafCount: Int) {
        meetings = network.order.meetings
        shards = meetings.map { AlignedBuffer(count: shardCount * $0.count) }
        leaves = meetings.map { AlignedBuffer(count: leafCount * $0.count) }
        totals = meetings.map { AlignedBuffer(count: $0.count) }
        merged = meetings.map { AlignedBuffer(count: $0.count) }
    }

    func shard(_ meeting: Int, _ shard: Int) -> BufferView<Double> { part(shards[meeting], shard, meeting) }
    func total(_ meeting: Int) -> BufferView<Double> { totals[meeting].view }

    /// The sums of a group's leaves, [leaves, count].
    package func leafSums(_ meeting: Int) -> (sums: BufferView<Double>, count: Int) {
        (leaves[meeting].view, meetings[meeting].count)
    }

    private func part(_ sums: AlignedBuffer<Double>, _ index: Int, _ meeting: Int) -> BufferView<Double> {
        sums.view.slice(index * meetings[meeting].count, meetings[meeting].count)
    }

    /// Adds the sums of a leaf's shards, in their order.
    package func addShards(_ meeting: Int, _ shards: Range<Int>, leaf: Int) {
        let sum = part(leaves[meeting], leaf, meeting)
        sum.copy(from: shard(meeting, shards.lowerBound))
        for shard in shards.dropFirst() { meetings[meeting].merge(sum, self.shard(meeting, shard)) }
    }

    /// Adds the leaves' sums in their tree, and the group's total to that of the minibatch.
    /// - Parameter isFirstGroup: whether a minibatch begins with the group.
    package func addLeaves(_ meeting: Int, leafCount: Int, isFirstGroup: Bool) {
        func sum(_ leaf: Int) -> BufferView<Double> { part(leaves[meeting], leaf, meeting) }
        LeafTree.reduce(leafCount) { meetings[meeting].merge(sum($0), sum($1)) }
        total(meeting).copy(from: sum(0))
        if isFirstGroup {
            merged[meeting].view.copy(from: sum(0))
        } else {
            meetings[meeting].merge(merged[meeting].view, sum(0))
        }
    }

    /// Updates the running statistics of a network that has gone through all groups of a minibatch.
    /// - Parameter parameters: all of them, in the network's layout.
    package func updateStatistics(of network: Network, in parameters: FloatView) {
        for (node, meeting) in network.order.statistics {
            network.nodes[node].layer.update(
                parameters.slice(network.layout.nodeRanges[node]), from: merged[meeting].view)
        }
    }
}

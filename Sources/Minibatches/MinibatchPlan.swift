/// The division of samples into minibatches, of minibatches into leaves, of leaves into microbatches, and of microbatches
/// into shards. It depends on no machine.
///
/// Leaf i has the rows i · `leafRows` up to (i + 1) · `leafRows`. Leaves are the units of the sums of a step, which are added
/// in a tree; microbatches limit the memory. Microbatches of several leaves are computed together, as a group, if they are
/// small.
public struct MinibatchPlan: Sendable, Equatable {
    /// The rows of a full minibatch.
    public let batchSize: Int
    /// A power of two.
    public let leafCount: Int
    /// The maximum number of rows of a group of microbatches.
    public let microbatchSize: Int
    /// The number of shards of a microbatch.
    public let shardCount: Int

    public init(batchSize: Int, leafCount: Int = 1, microbatchSize: Int, shardCount: Int) {
        precondition(batchSize > 0 && microbatchSize > 0 && leafCount > 0 && leafCount.nonzeroBitCount == 1)
        self.batchSize = batchSize
        self.leafCount = leafCount
        self.microbatchSize = microbatchSize
        self.shardCount = shardCount
    }

    /// The rows of a leaf of a full minibatch: a multiple of 32, as multiplications like them, unless it is the only one.
    public var leafRows: Int {
        guard leafCount > 1 else { return batchSize }
        let rows = (batchSize + leafCount - 1) / leafCount
        return (rows + 31) / 32 * 32
    }

    /// The number of leaves that have rows, in a minibatch of so many.
    public func leaves(rows: Int) -> Int { (rows + leafRows - 1) / leafRows }

    /// The number of microbatches of the largest group: a power of two, so that a group is a subtree.
    public var groupSize: Int {
        var size = 1
        while 2 * size <= leafCount && 2 * size * leafRows <= microbatchSize { size *= 2 }
        return size
    }

    /// The number of rows of the largest microbatch of so many samples.
    public func capacity(sampleCount: Int) -> Int { min(leafRows, sampleCount, microbatchSize) }

    /// The number of rows of the largest group, whose activations are in memory together.
    public func groupCapacity(sampleCount: Int) -> Int { min(groupSize * leafRows, sampleCount, microbatchSize) }

    /// A microbatch's place in its minibatch.
    public struct Place: Sendable, Equatable {
        public let leaf: Int
        public let rows: Range<Int>
        /// Whether it is the first, and the last, microbatch of its leaf.
        public let beginsLeaf: Bool
        public let endsLeaf: Bool
    }

    /// Divides a minibatch into groups of microbatches. A leaf is cut into as few microbatches as possible, of nearly equal
    /// size.
    public func groups(rows: Int) -> [[Place]] {
        let places = (0..<leaves(rows: rows)).flatMap { leaf in
            let start = leaf * leafRows
            let count = min(leafRows, rows - start)
            let cut = ShardPlan(rows: count, shardCount: (count + microbatchSize - 1) / microbatchSize)
            return (0..<cut.count).map { index in
                Place(
                    leaf: leaf, rows: start + cut[index].lowerBound..<start + cut[index].upperBound,
                    beginsLeaf: index == 0, endsLeaf: index == cut.count - 1)
            }
        }
        return stride(from: 0, to: places.count, by: groupSize).map {
            Array(places[$0..<min($0 + groupSize, places.count)])
        }
    }
}

/// How rows are cut into shards, or into microbatches: a function of their number and of the count alone, never of the
/// workers.
public struct ShardPlan: Sendable, Equatable {
    public let rows: Int
    /// Shards with at least one row: the shard count, or the rows where those are fewer.
    public let count: Int

    public init(rows: Int, shardCount: Int) {
        precondition(rows >= 0 && shardCount >= 1)
        self.rows = rows
        count = min(rows, shardCount)
    }

    /// The rows of a shard. The first `rows mod count` shards have one row more than the others.
    public subscript(shard: Int) -> Range<Int> {
        precondition(shard >= 0 && shard < count)
        let (size, longer) = rows.quotientAndRemainder(dividingBy: count)
        let start = shard * size + min(shard, longer)
        return start..<start + size + (shard < longer ? 1 : 0)
    }
}

/// How samples become minibatches, these microbatches, and those shards.
public struct MinibatchPlan: Sendable, Equatable {
    /// Rows of a full minibatch.
    public let batchSize: Int
    /// Rows of a microbatch at the most.
    public let microbatchSize: Int
    /// Shards of a microbatch.
    public let shardCount: Int

    public init(batchSize: Int, microbatchSize: Int, shardCount: Int) {
        precondition(batchSize > 0 && microbatchSize > 0)
        self.batchSize = batchSize
        self.microbatchSize = microbatchSize
        self.shardCount = shardCount
    }

    /// No microbatch of so many samples has more rows.
    public func capacity(sampleCount: Int) -> Int { min(batchSize, sampleCount, microbatchSize) }

    /// The rows of each microbatch: as few of them as can be, as equal as can be.
    public func microbatches(rows: Int) -> ShardPlan {
        ShardPlan(rows: rows, shardCount: (rows + microbatchSize - 1) / microbatchSize)
    }
}

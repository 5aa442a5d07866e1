/// The division of rows into shards, or into microbatches. It depends only on the number of rows and the shard count, not
/// on the number of workers.
public struct ShardPlan: Sendable, Equatable {
    public let rows: Int
    /// The number of shards: the shard count, or the number of rows if that is less.
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

/// The division of samples into minibatches, of minibatches into microbatches, and of microbatches into shards.
public struct MinibatchPlan: Sendable, Equatable {
    /// The rows of a full minibatch.
    public let batchSize: Int
    /// The maximum number of rows of a microbatch.
    public let microbatchSize: Int
    /// The number of shards of a microbatch.
    public let shardCount: Int

    public init(batchSize: Int, microbatchSize: Int, shardCount: Int) {
        precondition(batchSize > 0 && microbatchSize > 0)
        self.batchSize = batchSize
        self.microbatchSize = microbatchSize
        self.shardCount = shardCount
    }

    /// The number of rows of the largest microbatch of so many samples.
    public func capacity(sampleCount: Int) -> Int { min(batchSize, sampleCount, microbatchSize) }

    /// Divides a minibatch into as few microbatches as possible, of nearly equal size.
    public func microbatches(rows: Int) -> ShardPlan {
        ShardPlan(rows: rows, shardCount: (rows + microbatchSize - 1) / microbatchSize)
    }
}

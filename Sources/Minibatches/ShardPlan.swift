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

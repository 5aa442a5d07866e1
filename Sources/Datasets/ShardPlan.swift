/// How a minibatch is cut into shards: a function of its rows and of the shard count alone, never of the workers.
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

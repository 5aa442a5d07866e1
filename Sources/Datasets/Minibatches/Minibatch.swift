import Kernels

/// The samples of one update of the parameters.
public struct Minibatch: Sendable {
    /// One after another; their gradients are added up.
    public let microbatches: [Microbatch]

    init(of samples: Samples, indices: ArraySlice<Int>, plan: MinibatchPlan) {
        let rows = plan.microbatches(rows: indices.count)
        var firstShard = 0
        microbatches = (0..<rows.count).map { number in
            let (start, own) = (indices.startIndex, rows[number])
            let shards = ShardPlan(rows: own.count, shardCount: plan.shardCount)
            defer { firstShard += shards.count }
            return Microbatch(
                samples: samples, indices: indices[start + own.lowerBound..<start + own.upperBound],
                firstRow: own.lowerBound, shards: shards, firstShard: firstShard)
        }
    }

    public var rows: Int { microbatches.reduce(0) { $0 + $1.rows } }
    public var shardCount: Int { microbatches.reduce(0) { $0 + $1.shards.count } }
}

/// As many samples of a minibatch as are in memory at a time, and how they are cut into shards.
public struct Microbatch: Sendable {
    public let samples: Samples
    private let indices: ArraySlice<Int>
    /// Where in the minibatch its rows begin.
    public let firstRow: Int
    public let shards: ShardPlan
    /// Its number among those of the minibatch.
    public let firstShard: Int

    fileprivate init(samples: Samples, indices: ArraySlice<Int>, firstRow: Int, shards: ShardPlan, firstShard: Int) {
        self.samples = samples
        self.indices = indices
        self.firstRow = firstRow
        self.shards = shards
        self.firstShard = firstShard
    }

    public var rows: Int { indices.count }

    /// Brings a shard's samples together.
    /// - Parameter features: [rows, features], written.
    public func gather(shard: Int, features: FloatView, targets: TargetView) {
        let rows = shards[shard]
        let wanted = indices[indices.startIndex + rows.lowerBound..<indices.startIndex + rows.upperBound]
        samples.features.gather(wanted, into: features)
        samples.targets.gather(wanted, into: targets)
    }
}

/// Memory for the samples of one shard, which stay in cache for those who compute on them.
public struct ShardMemory: Sendable {
    private let width: Int
    private let gatheredFeatures: FloatBuffer
    private let gatheredTargets: Targets

    /// - Parameter capacity: rows at the most.
    public init(for samples: Samples, capacity: Int) {
        width = samples.features.width
        gatheredFeatures = FloatBuffer(count: capacity * width)
        gatheredTargets = samples.targets.buffer(rows: capacity)
    }

    /// [rows, features]
    public func features(rows: Int) -> FloatView { gatheredFeatures.view.slice(0, rows * width) }

    public func targets(rows: Int) -> TargetView { gatheredTargets.view(of: 0..<rows) }
}

import Kernels

/// Which samples a minibatch has, and how it is cut into shards.
public struct Minibatch: Sendable {
    public let samples: Samples
    private let indices: ArraySlice<Int>
    public let shards: ShardPlan

    init(of samples: Samples, indices: ArraySlice<Int>, shardCount: Int) {
        self.samples = samples
        self.indices = indices
        shards = ShardPlan(rows: indices.count, shardCount: shardCount)
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

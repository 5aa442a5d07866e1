import Kernels

/// The samples of one update of the parameters.
public struct Minibatch: Sendable {
    /// Computed one after another; their gradients accumulate.
    public let microbatches: [Microbatch]
    /// The sum of the samples' weights, by which loss and gradient are divided; without weights, the number of samples.
    public let totalWeight: Double

    init(of samples: Samples, indices: ArraySlice<Int>, plan: MinibatchPlan) {
        let rows = plan.microbatches(rows: indices.count)
        totalWeight = samples.totalWeight(of: indices)
        var firstShard = 0
        microbatches = (0..<rows.count).map { index in
            let (start, own) = (indices.startIndex, rows[index])
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

/// A part of a minibatch that is computed at once, and its shards. Its size bounds the memory of a step.
public struct Microbatch: Sendable {
    public let samples: Samples
    private let indices: ArraySlice<Int>
    /// The row of the minibatch at which it begins.
    public let firstRow: Int
    public let shards: ShardPlan
    /// The index of its first shard in the minibatch.
    public let firstShard: Int

    fileprivate init(samples: Samples, indices: ArraySlice<Int>, firstRow: Int, shards: ShardPlan, firstShard: Int) {
        self.samples = samples
        self.indices = indices
        self.firstRow = firstRow
        self.shards = shards
        self.firstShard = firstShard
    }

    public var rows: Int { indices.count }

    /// Gathers a shard's samples.
    /// - Parameters:
    ///   - features: [rows, features], written.
    ///   - targets: written.
    ///   - weights: [rows], written; nil if the samples have none.
    public func gather(shard: Int, features: FloatView, targets: TargetView, weights: FloatView?) {
        let rows = shards[shard]
        let shardIndices = indices[indices.startIndex + rows.lowerBound..<indices.startIndex + rows.upperBound]
        samples.features.gather(shardIndices, into: features)
        samples.targets.gather(shardIndices, into: targets)
        if let all = samples.weights, let weights {
            for (index, row) in shardIndices.enumerated() { weights[index] = all.view[row] }
        }
    }
}

/// A worker's buffers for the gathered samples of one shard, small enough to stay in cache.
public struct ShardMemory: Sendable {
    private let width: Int
    private let gatheredFeatures: FloatBuffer
    private let gatheredTargets: Targets
    private let gatheredWeights: FloatBuffer?

    /// - Parameter capacity: the maximum number of rows.
    public init(for samples: Samples, capacity: Int) {
        width = samples.features.width
        gatheredFeatures = FloatBuffer(count: capacity * width)
        gatheredTargets = samples.targets.buffer(rows: capacity)
        gatheredWeights = samples.weights.map { _ in FloatBuffer(count: capacity) }
    }

    /// The gathered features [rows, features].
    public func features(rows: Int) -> FloatView { gatheredFeatures.view.slice(0, rows * width) }

    /// The gathered targets of the rows.
    public func targets(rows: Int) -> TargetView { gatheredTargets.view(of: 0..<rows) }

    /// The gathered weights of the rows; nil if the samples have none.
    public func weights(rows: Int) -> FloatView? { gatheredWeights?.view.slice(0, rows) }
}

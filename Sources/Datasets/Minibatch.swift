import Kernels

/// The memory of one minibatch: gathered features and targets, and the shards it is cut into.
///
/// Invariant: `begin` is called by one thread while no shard is gathered or read; each shard is gathered by one
/// worker, and read only after every shard is gathered.
public final class Minibatch: @unchecked Sendable {
    /// Samples at the most.
    public let capacity: Int
    private let samples: Samples
    private let features: FloatBuffer
    private let classIDs: AlignedBuffer<Int32>
    private let values: FloatBuffer
    private var indices: ArraySlice<Int> = []
    public private(set) var shards: ShardPlan

    public init(of samples: Samples, capacity: Int) {
        self.capacity = capacity
        self.samples = samples
        features = FloatBuffer(count: capacity * samples.features.width)
        switch samples.targets {
        case .classes:
            classIDs = AlignedBuffer(count: capacity)
            values = FloatBuffer(count: 0)
        case .values(_, let width):
            classIDs = AlignedBuffer(count: 0)
            values = FloatBuffer(count: capacity * width)
        }
        shards = ShardPlan(rows: 0, shardCount: 1)
    }

    public var rows: Int { indices.count }

    /// Says which samples the minibatch is to hold; `gather` brings them, shard by shard.
    public func begin(_ indices: ArraySlice<Int>, shardCount: Int) {
        precondition(indices.count <= capacity)
        self.indices = indices
        shards = ShardPlan(rows: indices.count, shardCount: shardCount)
    }

    public func gather(shard: Int) {
        let rows = shards[shard]
        let wanted = indices[indices.startIndex + rows.lowerBound..<indices.startIndex + rows.upperBound]
        samples.features.gather(wanted, into: features(of: shard))
        samples.targets.gather(wanted, into: targets(of: shard))
    }

    /// [rows, features]
    public var allFeatures: FloatView { features.view.slice(0, rows * samples.features.width) }

    /// [rows of the shard, features]
    public func features(of shard: Int) -> FloatView {
        let (rows, width) = (shards[shard], samples.features.width)
        return features.view.slice(rows.lowerBound * width, rows.count * width)
    }

    public func targets(of shard: Int) -> TargetView {
        let rows = shards[shard]
        switch samples.targets {
        case .classes:
            return .classes(classIDs.view.slice(rows.lowerBound, rows.count))
        case .values(_, let width):
            return .values(values.view.slice(rows.lowerBound * width, rows.count * width))
        }
    }
}

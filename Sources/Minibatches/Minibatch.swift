import Datasets
import Kernels

/// The samples of one update of the parameters.
public struct Minibatch: Sendable {
    /// Groups of microbatches, computed one group after another. Their gradients are added in the order of the leaves.
    public let groups: [[Microbatch]]
    /// The number of leaves that have rows.
    public let leafCount: Int
    /// The sum of the targets' weights, by which loss and gradient are divided; without weights, the number of targets: of samples, or
    /// of their valid steps.
    public let totalWeight: Double
    /// The steps of its longest sequence; nil if samples do not differ in length.
    public let longest: Int?

    init(of samples: Samples, indices: ArraySlice<Int>, plan: MinibatchPlan, changes: StepChanges) {
        totalWeight = samples.totalWeight(of: indices)
        longest = samples.features.sequences.map { sequences in indices.reduce(0) { max($0, sequences.length(of: $1)) }
        }
        leafCount = plan.leaves(rows: indices.count)
        var firstShard = 0
        groups = plan.groups(rows: indices.count).map { places in
            let firstOfGroup = firstShard
            return places.map { place in
                let shards = ShardPlan(rows: place.rows.count, shardCount: plan.shardCount)
                defer { firstShard += shards.count }
                let (start, rows) = (indices.startIndex, place.rows)
                return Microbatch(
                    samples: samples, indices: indices[start + rows.lowerBound..<start + rows.upperBound],
                    place: place, shards: shards, firstShard: firstShard,
                    firstShardInGroup: firstShard - firstOfGroup, changes: changes)
            }
        }
    }

    public var microbatches: [Microbatch] { Array(groups.joined()) }
    public var rows: Int { microbatches.reduce(0) { $0 + $1.rows } }
}

/// A part of a minibatch that is computed at once, and its shards. Its size bounds the memory of a step.
public struct Microbatch: Sendable {
    public let samples: Samples
    private let indices: ArraySlice<Int>
    private let changes: StepChanges
    public let place: MinibatchPlan.Place
    public let shards: ShardPlan
    /// The index of its first shard in the minibatch, and in its group.
    public let firstShard: Int
    public let firstShardInGroup: Int

    fileprivate init(
        samples: Samples, indices: ArraySlice<Int>, place: MinibatchPlan.Place, shards: ShardPlan, firstShard: Int,
        firstShardInGroup: Int, changes: StepChanges
    ) {
        (self.samples, self.indices, self.place, self.shards) = (samples, indices, place, shards)
        (self.firstShard, self.firstShardInGroup, self.changes) = (firstShard, firstShardInGroup, changes)
    }

    public var rows: Int { indices.count }

    /// Gathers the features of a shard's samples, [rows, features], and changes their images as the step says.
    /// - Parameter steps: that sequences of different lengths are padded to; nil if they do not differ.
    public func gather(featuresOfShard shard: Int, steps: Int? = nil, into features: FloatView) {
        let indices = indices(shard)
        if let steps { return samples.features.gather(indices, steps: steps, into: features) }
        guard !changes.changes.isEmpty else { return samples.features.gather(indices, into: features) }
        let (shape, width) = (samples.features.sampleShape, samples.features.width)
        let firstRow = place.rows.lowerBound + shards[shard].lowerBound
        // An image is changed while it is in the cache.
        for (row, index) in indices.indices.enumerated() {
            let values = features.slice(row * width, width)
            samples.features.gather(indices[index...index], into: values)
            changes.apply(to: ChangingImage(values, shape: shape), row: firstRow + row)
        }
    }

    /// The number of targets of a shard's samples.
    public func targetCount(ofShard shard: Int) -> Int {
        guard let steps = samples.targetSteps else { return shards[shard].count }
        return indices(shard).reduce(0) { $0 + steps.length(of: $1) }
    }

    /// Gathers the targets of a shard's samples, and their weights [rows] if they have any.
    public func gather(targetsOfShard shard: Int, into targets: TargetView, weights: FloatView?) {
        let shardIndices = indices(shard)
        samples.gatherTargets(of: shardIndices, into: targets)
        if let all = samples.weights, let weights {
            for (index, row) in shardIndices.enumerated() { weights[index] = all.view[row] }
        }
    }

    /// Gathers the lengths of a shard's sequences, [rows].
    public func gather(lengthsOfShard shard: Int, into lengths: BufferView<Int32>) {
        guard let sequences = samples.features.sequences else { preconditionFailure("samples of one length") }
        for (place, row) in indices(shard).enumerated() { lengths[place] = Int32(sequences.length(of: row)) }
    }

    private func indices(_ shard: Int) -> ArraySlice<Int> {
        let rows = shards[shard]
        return indices[indices.startIndex + rows.lowerBound..<indices.startIndex + rows.upperBound]
    }
}

/// A worker's buffers for the gathered targets of one shard, small enough to stay in cache.
public struct ShardTargets: Sendable {
    private let gatheredTargets: Targets
    private let gatheredWeights: FloatBuffer?
    private let gatheredLengths: AlignedBuffer<Int32>?

    /// - Parameter capacity: the maximum number of samples.
    public init(for samples: Samples, capacity: Int) {
        let steps = samples.targetSteps.map { $0.lengths.max() ?? 0 }
        gatheredTargets = samples.targets.buffer(rows: capacity * (steps ?? 1))
        gatheredWeights = samples.weights.map { _ in FloatBuffer(count: capacity) }
        gatheredLengths = samples.features.sequences.map { _ in AlignedBuffer(count: capacity) }
    }

    /// The gathered targets, so many of them.
    public func targets(count: Int) -> TargetView { gatheredTargets.view(of: 0..<count) }

    /// The gathered lengths of the rows' sequences; nil if samples do not differ in length.
    public func lengths(rows: Int) -> BufferView<Int32>? { gatheredLengths?.view.slice(0, rows) }

    /// The gathered weights of the rows; nil if the samples have none.
    public func weights(rows: Int) -> FloatView? { gatheredWeights?.view.slice(0, rows) }
}

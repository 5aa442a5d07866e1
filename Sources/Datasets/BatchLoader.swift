/// Where training is: which epoch, and how many of its samples have been used.
public struct Position: Sendable, Equatable {
    /// From 0.
    public var epoch: Int
    /// Samples, always a whole number of minibatches.
    public var offset: Int

    public init(epoch: Int = 0, offset: Int = 0) {
        self.epoch = epoch
        self.offset = offset
    }
}

/// The minibatches of a run, one after another. Two lie in memory: workers compute on one while the shards of the
/// next are gathered between them.
public final class BatchLoader {
    private let sampler: Sampler
    private let batchSize: Int
    private let shardCount: Int
    private var buffers: (current: Minibatch, upcoming: Minibatch)
    /// Where `upcoming` begins.
    private var position: Position
    private var order: [Int]

    /// - Parameter position: where the first minibatch begins.
    public init(samples: Samples, sampler: Sampler, batchSize: Int, shardCount: Int, position: Position) {
        precondition(position.offset < sampler.sampleCount)
        self.sampler = sampler
        self.batchSize = batchSize
        self.shardCount = shardCount
        self.position = position
        let capacity = min(batchSize, samples.count)
        buffers = (Minibatch(of: samples, capacity: capacity), Minibatch(of: samples, capacity: capacity))
        order = sampler.order(ofEpoch: position.epoch)
        begin()
    }

    /// The minibatch that `advance` will hand out, to be gathered before.
    public var upcoming: Minibatch { buffers.upcoming }

    /// The next minibatch, all of it gathered. Its successor becomes `upcoming`.
    public func advance() -> Minibatch {
        buffers = (buffers.upcoming, buffers.current)
        position.offset += buffers.current.rows
        if position.offset == sampler.sampleCount {
            position = Position(epoch: position.epoch + 1)
            order = sampler.order(ofEpoch: position.epoch)
        }
        begin()
        return buffers.current
    }

    private func begin() {
        let end = min(position.offset + batchSize, sampler.sampleCount)
        upcoming.begin(order[position.offset..<end], shardCount: shardCount)
    }
}

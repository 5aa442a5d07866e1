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

/// The minibatches of a run, one after another, without end.
public struct BatchLoader {
    private let samples: Samples
    private let sampler: Sampler
    private let plan: MinibatchPlan
    /// Where the next minibatch begins.
    private var position: Position
    private var order: [Int]

    /// - Parameter position: where the first minibatch begins.
    public init(samples: Samples, sampler: Sampler, plan: MinibatchPlan, position: Position) {
        precondition(position.offset < sampler.sampleCount)
        self.samples = samples
        self.sampler = sampler
        self.plan = plan
        self.position = position
        order = sampler.order(ofEpoch: position.epoch)
    }

    /// So many minibatches, or as many as are left of the epoch. The last one of an epoch may be smaller.
    public mutating func next(_ most: Int) -> [Minibatch] {
        if position.offset == sampler.sampleCount {
            position = Position(epoch: position.epoch + 1)
            order = sampler.order(ofEpoch: position.epoch)
        }
        let starts = stride(from: position.offset, to: sampler.sampleCount, by: plan.batchSize).prefix(most)
        return starts.map { start in
            position.offset = min(start + plan.batchSize, sampler.sampleCount)
            return Minibatch(of: samples, indices: order[start..<position.offset], plan: plan)
        }
    }
}

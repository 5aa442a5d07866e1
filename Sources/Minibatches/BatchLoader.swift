import Datasets

/// A position in the training data: the epoch, and the number of its samples that have been used.
public struct Position: Sendable, Equatable {
    /// The epoch, counted from 0.
    public var epoch: Int
    /// The number of samples used, a multiple of the minibatch size.
    public var offset: Int

    public init(epoch: Int = 0, offset: Int = 0) {
        self.epoch = epoch
        self.offset = offset
    }
}

/// An endless sequence of minibatches, epoch after epoch.
public struct BatchLoader {
    private let samples: Samples
    private let sampler: Sampler
    private let plan: MinibatchPlan
    private let imageChanges: [ImageChange]
    /// The step of the next minibatch.
    private var step: Int
    /// The beginning of the next minibatch.
    private var position: Position
    private var order: [Int]

    /// - Parameters:
    ///   - position: the beginning of the first minibatch.
    ///   - imageChanges: of samples that are images, in their order.
    ///   - firstStep: the step that the first minibatch is for; from 1.
    public init(
        samples: Samples, sampler: Sampler, plan: MinibatchPlan, position: Position,
        imageChanges: [ImageChange] = [], firstStep: Int = 1
    ) {
        precondition(position.offset < sampler.sampleCount)
        (self.imageChanges, step) = (imageChanges, firstStep)
        self.samples = samples
        self.sampler = sampler
        self.plan = plan
        self.position = position
        order = sampler.order(ofEpoch: position.epoch)
    }

    /// The next `count` minibatches, or fewer at the end of an epoch. The last one of an epoch may be smaller.
    public mutating func next(_ count: Int) -> [Minibatch] {
        if position.offset == sampler.sampleCount {
            position = Position(epoch: position.epoch + 1)
            order = sampler.order(ofEpoch: position.epoch)
        }
        let starts = stride(from: position.offset, to: sampler.sampleCount, by: plan.batchSize).prefix(count)
        return starts.map { start in
            position.offset = min(start + plan.batchSize, sampler.sampleCount)
            defer { step += 1 }
            return Minibatch(
                of: samples, indices: order[start..<position.offset], plan: plan,
                changes: StepChanges(changes: imageChanges, seed: sampler.seed, step: step))
        }
    }
}

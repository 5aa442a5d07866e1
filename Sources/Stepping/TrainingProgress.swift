import Datasets
import Minibatches
import Networks

/// The progress of a run: what exact resume needs beside parameters, slots and history.
package struct TrainingProgress: Sendable, Equatable {
    /// Updates of the parameters so far.
    package var step = 0
    package var position = Position()
    /// The summed training loss of the epoch so far; of the whole epoch after its last step.
    package var epochSum = LossSum()

    /// How often the run diverged and went back to a checkpoint; each time halves the learning rate.
    package var rollbacks = 0

    package init() {}

    /// The factor of the learning rate after the rollbacks.
    var rateFactor: Double { 1 / Double(1 << rollbacks) }

    /// Whether the next step begins an epoch.
    package var isAtEpochStart: Bool { position.offset == 0 }

    mutating func advance(by samples: Int, of sampleCount: Int, _ sum: LossSum) {
        if isAtEpochStart { epochSum = LossSum() }
        step += 1
        epochSum += sum
        position.offset += samples
        if position.offset == sampleCount { position = Position(epoch: position.epoch + 1) }
    }
}

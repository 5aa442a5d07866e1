import Datasets
import Networks

/// How far a run has come, and all that exact resume needs beside parameters, slots and history.
package struct TrainingProgress: Sendable, Equatable {
    /// Updates of the parameters so far.
    package var step = 0
    package var position = Position()
    /// The training loss of the epoch so far; of the whole epoch after its last step.
    package var epochSum = LossSum()

    /// How often the run went back to a checkpoint because it diverged; each time halves the learning rate.
    package var rollbacks = 0

    package init() {}

    /// The factor that rollbacks have brought the learning rate down by.
    var rateFactor: Double { 1 / Double(1 << rollbacks) }

    /// Whether the last step, if any, ended an epoch.
    package var isAtEpochStart: Bool { position.offset == 0 }

    mutating func advance(by samples: Int, of sampleCount: Int, _ sum: LossSum) {
        if isAtEpochStart { epochSum = LossSum() }
        step += 1
        epochSum += sum
        position.offset += samples
        if position.offset == sampleCount { position = Position(epoch: position.epoch + 1) }
    }
}

import Foundation
import Models
import Runs
import Stepping

/// How fast a run goes, and how its loss goes, since it began or was resumed.
struct Pace {
    private let summary: TrainingRun.Summary
    private let start = ContinuousClock.now
    private let firstStep: Int
    private var epochStart = ContinuousClock.now
    /// The samples, of all epochs, before this one's clock began.
    private var samplesBefore: Int
    private var samples: Int
    private var loss: Double?
    private var progress = TrainingProgress()

    /// What the loss of a step before counts beside that of the next.
    private static let weightOfFormerStep = 0.98

    init(_ summary: TrainingRun.Summary, fromStep step: Int) {
        (self.summary, firstStep) = (summary, step)
        let (epochs, steps) = step.quotientAndRemainder(dividingBy: summary.stepsPerEpoch)
        samples = epochs * summary.trainCount + steps * summary.model.configuration.minibatchSize
        samplesBefore = samples
        progress.step = step
    }

    mutating func advance(to new: TrainingProgress, loss last: Double) {
        let weight = pow(Self.weightOfFormerStep, Double(max(1, new.step - progress.step)))
        loss = loss.map { $0 * weight + last * (1 - weight) } ?? last
        progress = new
        samples = new.position.epoch * summary.trainCount + new.position.offset
    }

    /// Begins anew to count samples and time, after an epoch and its evaluation.
    mutating func beginEpoch() { (epochStart, samplesBefore) = (.now, samples) }

    /// nil before the first step.
    var bar: TrainingBar? {
        guard let loss, progress.step > firstStep else { return nil }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let seconds = (ContinuousClock.now - epochStart) / .seconds(1)
        return TrainingBar(
            epoch: progress.position.epoch + (progress.isAtEpochStart ? 0 : 1),
            epochs: (summary.totalSteps + summary.stepsPerEpoch - 1) / summary.stepsPerEpoch,
            step: progress.step, totalSteps: summary.totalSteps, loss: loss, accuracy: accuracy,
            samplesPerSecond: samples > samplesBefore ? Double(samples - samplesBefore) / seconds : nil,
            secondsLeft: elapsed / Double(progress.step - firstStep) * Double(summary.totalSteps - progress.step))
    }

    /// Of the epoch so far; nil for measurements, and for labels one a step, whose number so far nobody has counted.
    private var accuracy: Double? {
        guard !summary.model.schema.labels.areOfSteps, let counted = summary.model.network.objective.countedPerTarget
        else { return nil }
        let samples = progress.isAtEpochStart ? summary.trainCount : progress.position.offset
        return Double(progress.epochSum.correct) / Double(samples * counted)
    }
}

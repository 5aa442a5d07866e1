import Kernels
import RunSettings

/// The steps at which a run saves a checkpoint, in addition to the first and the last.
struct CheckpointSchedule: Sendable {
    /// Steps between checkpoints; nil if they are due by time alone.
    private let steps: Int?
    private let minutes: Int?
    /// Steps between checkpoints that a rollback may return to; nil if rollbacks are off. The cadence, which a user may
    /// change, does not affect it, because the bits after a rollback depend on it.
    private let rollbackSteps: Int?

    /// - Parameters:
    ///   - cadence: nil for the automatic one: at the end of an epoch after at least 1,000 steps, or 10,000 small steps,
    ///     and every ten minutes.
    ///   - areStepsSmall: whether a step takes far less time than a save.
    init(_ cadence: CheckpointCadence?, stepsPerEpoch: Int, areStepsSmall: Bool, canRollBack: Bool) {
        let minimumSteps = areStepsSmall ? 10_000 : 1000
        let automaticSteps = (minimumSteps + stepsPerEpoch - 1) / stepsPerEpoch * stepsPerEpoch
        rollbackSteps = canRollBack ? automaticSteps : nil
        switch cadence?.unit {
        case .steps: (steps, minutes) = (cadence?.count, nil)
        case .epochs: (steps, minutes) = (cadence.map { $0.count.multipliedSaturating(by: stepsPerEpoch) }, nil)
        case .minutes: (steps, minutes) = (nil, cadence?.count)
        case nil: (steps, minutes) = (automaticSteps, 10)
        }
    }

    /// Whether a checkpoint is due at this step, regardless of time.
    func isDue(step: Int) -> Bool {
        step == 0 || steps.map { step % $0 == 0 } ?? false || isForRollback(step: step)
    }

    /// Whether a rollback may return to this step. Step 0 is always one.
    func isForRollback(step: Int) -> Bool {
        rollbackSteps.map { step % $0 == 0 } ?? false
    }

    /// Steps until the next checkpoint is due, regardless of time.
    func stepsUntilDue(after step: Int) -> Int {
        [steps, rollbackSteps].compactMap { $0.map { $0 - step % $0 } }.min() ?? .max
    }

    /// Whether a checkpoint is due by time.
    func isOverdue(since last: ContinuousClock.Instant) -> Bool {
        minutes.map { ContinuousClock.now - last >= .seconds(60 * Double($0)) } ?? false
    }
}

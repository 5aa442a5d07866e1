import Kernels
import RunSettings

/// When a run saves, beside the first and the last step.
struct CheckpointSchedule: Sendable {
    /// Steps from one checkpoint to the next; nil where only time counts.
    private let steps: Int?
    private let minutes: Int?
    /// Steps from one checkpoint that a rollback may go back to, to the next; nil where none will. Whatever the cadence,
    /// which a user may change, these are the same: the bits after a rollback depend on them.
    private let rollbackSteps: Int?

    /// - Parameters:
    ///   - cadence: nil for every so many epochs that a thousand steps or more lie between, ten thousand small ones, since
    ///     short epochs would otherwise make more checkpoints than progress; and every ten minutes, since long ones make
    ///     too few.
    ///   - areStepsSmall: whether a save takes as long as very many of them.
    init(_ cadence: CheckpointCadence?, stepsPerEpoch: Int, areStepsSmall: Bool, canRollBack: Bool) {
        let least = areStepsSmall ? 10_000 : 1000
        let automaticSteps = (least + stepsPerEpoch - 1) / stepsPerEpoch * stepsPerEpoch
        rollbackSteps = canRollBack ? automaticSteps : nil
        switch cadence?.unit {
        case .steps: (steps, minutes) = (cadence?.count, nil)
        case .epochs: (steps, minutes) = (cadence.map { $0.count.multipliedSaturating(by: stepsPerEpoch) }, nil)
        case .minutes: (steps, minutes) = (nil, cadence?.count)
        case nil: (steps, minutes) = (automaticSteps, 10)
        }
    }

    /// Whether a run saves at this step, however long it took to get there.
    func isDue(step: Int) -> Bool {
        step == 0 || steps.map { step % $0 == 0 } ?? false || isForRollback(step: step)
    }

    /// Whether a rollback may go back to this step. Step 0 counts, so that there always is such a step behind a run.
    func isForRollback(step: Int) -> Bool {
        rollbackSteps.map { step % $0 == 0 } ?? false
    }

    /// Steps to take until one where a save is due, however long they take.
    func stepsUntilDue(after step: Int) -> Int {
        [steps, rollbackSteps].compactMap { $0.map { $0 - step % $0 } }.min() ?? .max
    }

    func isOverdue(since last: ContinuousClock.Instant) -> Bool {
        minutes.map { ContinuousClock.now - last >= .seconds(60 * Double($0)) } ?? false
    }
}

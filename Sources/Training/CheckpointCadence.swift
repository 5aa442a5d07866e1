/// How often checkpoints are saved, as a user says it.
public struct CheckpointCadence: Sendable, Equatable, CustomStringConvertible {
    enum Unit: Sendable, Equatable {
        case steps, epochs, minutes
    }

    let count: Int
    let unit: Unit
    static let most = 1_000_000_000

    /// `500`, `1epoch`, `5epochs`, `10min`
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), (1...Self.most).contains(count) else { return nil }
        switch text.dropFirst(digits.count) {
        case "", "step", "steps": unit = .steps
        case "epoch", "epochs": unit = .epochs
        case "min", "minute", "minutes": unit = .minutes
        default: return nil
        }
        self.count = count
    }

    public var description: String {
        switch unit {
        case .steps: "\(count)"
        case .epochs: count == 1 ? "1epoch" : "\(count)epochs"
        case .minutes: "\(count)min"
        }
    }
}

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

extension Int {
    /// The sum, or `Int.max` where it is larger than that.
    func addingSaturating(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    /// The product, or `Int.max` where it is larger than that.
    func multipliedSaturating(by other: Int) -> Int {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }
}

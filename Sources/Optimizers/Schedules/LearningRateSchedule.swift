import Foundation

/// A learning-rate schedule: the factor of the base rate in step t of T, a function of the step alone, so that a
/// resumed run continues exactly.
package enum LearningRateSchedule: Sendable, Equatable {
    case constant
    /// factor^⌊t / every⌋
    case step(every: TrainingSpan, factor: Double)
    /// factor^n after n of the milestones
    case multiStep(at: [TrainingSpan], factor: Double)
    /// factor^(t / every)
    case exponential(factor: Double, every: TrainingSpan)
    /// end + (1 − end) (1 + cos(π t / T)) / 2 (Loshchilov and Hutter 2017)
    case cosine(end: Double)
    /// From 1/25 up to 1 over the first `peak` of the steps (a fraction), then down to 1/250,000, both by cosine
    /// annealing (Smith and Topin 2019, in PyTorch's form)
    case oneCycle(peak: Double)
    /// end + (1 − end) (1 − t / T)^power
    case polynomial(power: Double, end: Double)

    /// Whether it depends on T, the last step.
    package var hasEnd: Bool {
        switch self {
        case .constant, .step, .multiStep, .exponential: false
        case .cosine, .oneCycle, .polynomial: true
        }
    }

    /// - Parameters:
    ///   - step: t, from 0.
    ///   - total: T; after it the factor stays.
    func factor(step: Int, total: Int, stepsPerEpoch: Int) -> Double {
        let (t, fraction) = (Double(step), Double(min(step, total)) / Double(max(1, total)))
        switch self {
        case .constant: return 1
        case .step(let every, let factor): return pow(factor, Double(step / every.steps(perEpoch: stepsPerEpoch)))
        case .multiStep(let milestones, let factor):
            return pow(factor, Double(milestones.count { $0.steps(perEpoch: stepsPerEpoch) <= step }))
        case .exponential(let factor, let every): return pow(factor, t / Double(every.steps(perEpoch: stepsPerEpoch)))
        case .cosine(let end): return end + (1 - end) * (1 + cos(.pi * fraction)) / 2
        case .oneCycle(let peak):
            let (top, last) = (peak * Double(total) - 1, Double(total - 1))
            let (start, end) = (1.0 / 25, 1.0 / 250_000)
            return t <= top
                ? Self.cosineAnneal(from: start, to: 1, t / max(top, 1))
                : Self.cosineAnneal(from: 1, to: end, min(1, (t - top) / max(last - top, 1)))
        case .polynomial(let power, let end): return end + (1 - end) * pow(1 - fraction, power)
        }
    }

    private static func cosineAnneal(from start: Double, to end: Double, _ fraction: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(.pi * fraction))
    }
}

// MARK: Text

/// On the command line and in files: `cosine`, `step:10epochs,0.1`.
extension LearningRateSchedule: CustomStringConvertible {
    /// The forms a user may write.
    package static let forms = [
        "constant", "step:EVERY,FACTOR", "multi-step:AT,…,FACTOR", "exponential:FACTOR,EVERY", "cosine[:END]",
        "one-cycle[:PEAK]", "polynomial:POWER[,END]",
    ]

    /// The names of the schedules with an end.
    package static let formsWithEnd = ["cosine", "one-cycle", "polynomial"]

    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let values =
            parts.count < 2 ? [] : parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 1 || !values.contains("") else { return nil }
        func number(_ index: Int, _ bounds: ClosedRange<Double>, default standard: Double? = nil) -> Double? {
            guard index < values.count else { return standard }
            return Double(values[index]).flatMap { bounds.contains($0) ? $0 : nil }
        }
        let factor = 1e-6...1.0
        switch (String(parts[0]), values.count) {
        case ("constant", 0): self = .constant
        case ("step", 2):
            guard let every = TrainingSpan(values[0]), let factor = number(1, factor) else { return nil }
            self = .step(every: every, factor: factor)
        case ("multi-step", 2...):
            let milestones = values.dropLast().compactMap { TrainingSpan($0) }
            guard milestones.count == values.count - 1, let factor = number(values.count - 1, factor) else {
                return nil
            }
            self = .multiStep(at: milestones, factor: factor)
        case ("exponential", 2):
            guard let factor = number(0, factor), let every = TrainingSpan(values[1]) else { return nil }
            self = .exponential(factor: factor, every: every)
        case ("cosine", 0...1):
            guard let end = number(0, 0...1, default: 0) else { return nil }
            self = .cosine(end: end)
        case ("one-cycle", 0...1):
            guard let peak = number(0, 0.01...0.99, default: 0.3) else { return nil }
            self = .oneCycle(peak: peak)
        case ("polynomial", 1...2):
            guard let power = number(0, 0.01...100), let end = number(1, 0...1, default: 0) else { return nil }
            self = .polynomial(power: power, end: end)
        default: return nil
        }
    }

    package var description: String {
        switch self {
        case .constant: "constant"
        case .step(let every, let factor): "step:\(every),\(factor)"
        case .multiStep(let milestones, let factor):
            "multi-step:" + (milestones.map(\.description) + ["\(factor)"]).joined(separator: ",")
        case .exponential(let factor, let every): "exponential:\(factor),\(every)"
        case .cosine(let end): end == 0 ? "cosine" : "cosine:\(end)"
        case .oneCycle(let peak): "one-cycle:\(peak)"
        case .polynomial(let power, let end): "polynomial:\(power),\(end)"
        }
    }
}

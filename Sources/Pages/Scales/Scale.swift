import Foundation

/// How values lie along an axis.
package enum AxisKind: Sendable {
    /// At equal distances for equal differences, or for equal ratios.
    case linear, logarithmic

    /// Whether a value has a place on such an axis. The bound keeps differences of two values finite.
    func canShow(_ value: Double) -> Bool {
        abs(value) < 1e300 && (self == .linear || value > 1e-300)
    }
}

/// An axis: its ends, its ticks, and the position of a value between the ends.
struct Scale: Sendable {
    struct Tick: Sendable, Equatable {
        var value: Double
        var text: String
    }

    let kind: AxisKind
    let low: Double
    let high: Double
    let ticks: [Tick]

    /// The most intervals between the ticks of an axis that ends with ticks.
    private static let mostIntervals = 6.0
    /// The width of the narrowest plot on a phone, in characters of a tick's text.
    private static let narrowestWidth = 30

    /// From 0 at the low end to 1 at the high end.
    func position(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - low) / (high - low)
        case .logarithmic: (log10(value) - log10(low)) / (log10(high) - log10(low))
        }
    }

    /// An axis whose ends are ticks, with all of `range` between them, which is positive on a logarithmic axis.
    static func rounded(_ kind: AxisKind, covering range: ClosedRange<Double>) -> Scale {
        let range = widened(range, kind)
        let isNarrow = range.upperBound / range.lowerBound < 5
        if kind == .logarithmic && !isNarrow { return decades(covering: range) }
        let step = niceStep(range.upperBound - range.lowerBound, intervals: mostIntervals)
        let (first, last) = ((range.lowerBound / step).rounded(.down), (range.upperBound / step).rounded(.up))
        let values = stride(from: first, through: last, by: 1).map { $0 * step }
        // Less than a decade has too few powers of ten, so its ticks are those of a linear axis.
        let shown = kind == .linear ? values : values.filter { $0 > 0 }
        let low = shown.first.map { min($0, range.lowerBound) } ?? range.lowerBound
        let high = shown.last.map { max($0, range.upperBound) } ?? range.upperBound
        return Scale(kind: kind, low: low, high: high, ticks: texts(shown, step: step))
    }

    /// A linear axis that ends where `range` ends, with ticks between; `areWhole` asks for ticks at whole numbers only.
    static func tight(_ range: ClosedRange<Double>, areWhole: Bool) -> Scale {
        let range =
            areWhole && range.lowerBound == range.upperBound
            ? range.lowerBound - 0.5...range.upperBound + 0.5 : widened(range, .linear)
        // Long texts need more room, so they have fewer ticks.
        let choices = [8, 6, 4, 3, 2].map { ticks(within: range, intervals: $0, areWhole: areWhole) }
        let fitting = choices.first { ticks in
            ticks.reduce(0) { $0 + $1.text.count + 1 } <= narrowestWidth
        }
        return Scale(
            kind: .linear, low: range.lowerBound, high: range.upperBound, ticks: fitting ?? choices.last ?? [])
    }

    private static func ticks(within range: ClosedRange<Double>, intervals: Double, areWhole: Bool) -> [Tick] {
        let span = range.upperBound - range.lowerBound
        let step = max(niceStep(span, intervals: intervals), areWhole ? 1 : 0)
        let tolerance = 1e-9 * span / step
        let first = (range.lowerBound / step - tolerance).rounded(.up)
        let last = (range.upperBound / step + tolerance).rounded(.down)
        return texts(stride(from: first, through: last, by: 1).map { $0 * step }, step: step)
    }

    /// The values that the marks of a chart cover, or nothing where there are none.
    static func range(of values: some Sequence<Double>) -> ClosedRange<Double>? {
        var range: ClosedRange<Double>?
        for value in values {
            range = range.map { min($0.lowerBound, value)...max($0.upperBound, value) } ?? value...value
        }
        return range
    }

    /// Powers of ten, also twice and five times them where there are few.
    private static func decades(covering range: ClosedRange<Double>) -> Scale {
        let (low, high) = (log10(range.lowerBound), log10(range.upperBound))
        let multiples: [Double] = high - low < 2.5 ? [1, 2, 5] : [1]
        let every = max(1, Int(((high - low) / 6).rounded(.up)))
        let (first, last) = (Int(low.rounded(.down)) - every, Int(high.rounded(.up)) + every)
        let powers = (first...last).filter { $0.isMultiple(of: every) }
        let values = powers.flatMap { power in multiples.map { $0 * pow(10, Double(power)) } }
            .filter { $0 > 0 && $0.isFinite }
        let start = values.last { $0 <= range.lowerBound } ?? range.lowerBound
        let end = values.first { $0 >= range.upperBound } ?? range.upperBound
        let ticks = values.filter { $0 >= start && $0 <= end }.map { Tick(value: $0, text: Numeral.short($0)) }
        return Scale(kind: .logarithmic, low: start, high: end, ticks: ticks)
    }

    private static func texts(_ values: [Double], step: Double) -> [Tick] {
        let largest = values.map(abs).max() ?? 0
        return values.map { Tick(value: $0, text: Numeral.tick($0, step: step, largest: largest)) }
    }

    /// The range, or one around it where it is so narrow that its ticks would be the same number.
    private static func widened(_ range: ClosedRange<Double>, _ kind: AxisKind) -> ClosedRange<Double> {
        let largest = max(abs(range.lowerBound), abs(range.upperBound))
        guard range.upperBound - range.lowerBound <= max(1e-9 * largest, 1e-290) else { return range }
        let margin = largest < 1e-290 && kind == .linear ? 1 : largest / 4
        return range.lowerBound - margin...range.upperBound + margin
    }

    /// Once, twice or five times a power of ten, of which at most `intervals` make up the span.
    private static func niceStep(_ span: Double, intervals: Double) -> Double {
        let raw = span / intervals
        let power = pow(10, log10(raw).rounded(.down))
        let multiple = raw / power * (1 - 1e-9)
        return power * (multiple <= 1 ? 1 : multiple <= 2 ? 2 : multiple <= 5 ? 5 : 10)
    }
}

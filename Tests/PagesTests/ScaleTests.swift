import Foundation
import Testing

@testable import Pages

/// Axes: where they end, and which numbers stand along them.
@Suite struct ScaleTests {
    /// Ranges from tiny to huge, around zero and far from it.
    private static let ranges: [ClosedRange<Double>] = {
        var generator = Chance(state: 1)
        let random = (0..<400).map { _ -> ClosedRange<Double> in
            let size = pow(10, 30 * generator.next() - 15)
            let start = (2 * generator.next() - 1) * size * pow(10, 3 * generator.next())
            return start...start + size
        }
        return random + [0...1, 0...0, 5...5, -3 ... -3, -1e280...1e280, 0...1e-280, 1...1.000_000_000_000_1, 1...1000]
    }()

    @Test func roundedAxesCoverTheRangeBetweenTicks() throws {
        for range in Self.ranges {
            let scale = Scale.rounded(.linear, covering: range)
            let (first, last) = (try #require(scale.ticks.first), try #require(scale.ticks.last))
            #expect(scale.low <= range.lowerBound && scale.high >= range.upperBound, "\(range)")
            #expect(first.value == scale.low && last.value == scale.high, "\(range)")
            #expect((3...9).contains(scale.ticks.count), "\(range): \(scale.ticks.map(\.text))")
        }
    }

    @Test func stepsAreOneTwoOrFiveTimesAPowerOfTen() throws {
        for range in Self.ranges {
            let values = Scale.rounded(.linear, covering: range).ticks.map(\.value)
            let step = (values[values.count - 1] - values[0]) / Double(values.count - 1)
            let leading = step / pow(10, log10(step * 1.000_001).rounded(.down))
            #expect([1, 2, 5].contains { abs(leading - $0) < 1e-3 }, "\(range): \(values)")
        }
    }

    @Test func ticksAreWrittenAsDifferentNumbersThatReadBack() throws {
        for range in Self.ranges {
            let ticks = Scale.rounded(.linear, covering: range).ticks
            #expect(Set(ticks.map(\.text)).count == ticks.count, "\(ticks)")
            for tick in ticks {
                let value = try #require(number(tick.text), "\(tick)")
                #expect(
                    abs(value - tick.value) <= 1e-6 * (ticks[1].value - ticks[0].value) + 1e-12 * abs(value), "\(tick)")
            }
        }
    }

    @Test func tightAxesEndWithTheRangeAndHaveTicksInside() {
        for range in Self.ranges where range.lowerBound < range.upperBound {
            let scale = Scale.tight(range, areWhole: false)
            #expect(scale.low <= range.lowerBound && scale.high >= range.upperBound)
            #expect(!scale.ticks.isEmpty)
            for tick in scale.ticks { #expect((-1e-6...1.000_001).contains(scale.position(tick.value))) }
        }
    }

    @Test func wholeNumbersHaveWholeTicks() {
        #expect(Scale.tight(1...3, areWhole: true).ticks.map(\.text) == ["1", "2", "3"])
        #expect(Scale.tight(1...1, areWhole: true).ticks.map(\.text) == ["1"])
        #expect(Scale.tight(1...60, areWhole: true).ticks.map(\.text) == ["10", "20", "30", "40", "50", "60"])
    }

    @Test func longTextsHaveFewerTicks() {
        let ticks = Scale.tight(0...1_000_000, areWhole: true).ticks
        #expect(ticks.count >= 2 && ticks.reduce(0) { $0 + $1.text.count } < 30)
    }

    @Test func logarithmicAxesCoverTheRangeAndKeepOrder() {
        for range in [0.02...2.3, 1e-9...1, 0.3...0.31, 1e-300...1e300, 0.5...0.5, 0.9...11] as [ClosedRange<Double>] {
            let scale = Scale.rounded(.logarithmic, covering: range)
            #expect(scale.low > 0 && scale.low <= range.lowerBound && scale.high >= range.upperBound, "\(range)")
            let positions = scale.ticks.map { scale.position($0.value) }
            #expect(positions == positions.sorted() && (2...10).contains(positions.count), "\(scale.ticks.map(\.text))")
        }
    }

    @Test func logarithmicPositionsHaveEqualRatiosAtEqualDistances() {
        let scale = Scale.rounded(.logarithmic, covering: 0.001...1000)
        #expect(abs(scale.position(0.1) - scale.position(0.01) - (scale.position(100) - scale.position(10))) < 1e-12)
    }
}

/// Numbers as text.
@Suite struct NumeralTests {
    @Test func numbersKeepFourDigits() {
        let texts: [(Double, String)] = [
            (0, "0"), (1, "1"), (-2.5, "−2.5"), (0.12345, "0.1235"), (99_999.7, "100,000"), (1_234_567, "1.235×10⁶"),
            (0.000_012_34, "1.234×10⁻⁵"), (1e-5, "10⁻⁵"), (9.9999, "10"), (-1e9, "−10⁹"), (.nan, "NaN"),
            (-.infinity, "−∞"), (.leastNonzeroMagnitude, "4.941×10⁻³²⁴"),
        ]
        for (value, text) in texts { #expect(Numeral.short(value) == text) }
    }

    @Test func wholeNumbersHaveCommas() {
        #expect([0, 999, 1000, -1_234_567].map(Numeral.whole) == ["0", "999", "1,000", "−1,234,567"])
        #expect(Numeral.whole(.min) == "−9,223,372,036,854,775,808")
    }

    @Test func sharesArePercentages() {
        #expect(Numeral.percent(0.98234) == "98.2 %" && Numeral.percent(.nan) == "NaN")
    }
}

/// A number as the page writes it, read by plain rules.
private func number(_ text: String) -> Double? {
    let plain = text.replacing("−", with: "-").replacing(",", with: "")
    guard let ten = plain.range(of: "10", options: .backwards), plain.contains(where: { "⁰¹²³⁴⁵⁶⁷⁸⁹".contains($0) })
    else {
        return Double(plain)
    }
    let digits = "⁰¹²³⁴⁵⁶⁷⁸⁹".map(String.init)
    let exponent = plain[ten.upperBound...].map { character in
        character == "⁻" ? "-" : digits.firstIndex(of: String(character)).map(String.init) ?? "?"
    }
    let mantissa = plain[..<ten.lowerBound].replacing("×", with: "")
    return Double((mantissa.isEmpty || mantissa == "-" ? "\(mantissa)1" : String(mantissa)) + "e" + exponent.joined())
}

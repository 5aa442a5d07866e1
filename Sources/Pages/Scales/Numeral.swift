import Foundation

/// Numbers as text, the same in every locale.
package enum Numeral {
    /// A whole number with commas between thousands.
    package static func whole(_ number: Int) -> String {
        (number < 0 ? "−" : "") + grouped(String(number.magnitude))
    }

    /// A number with `digits` significant digits or all of its whole part, and no zeros at the end.
    package static func short(_ value: Double, digits: Int = 4) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
        guard value != 0 else { return "0" }
        // The exponent after rounding: 9.9999 is 10 here.
        let rounded = String(format: "%.\(digits - 1)e", abs(value))
        guard let exponent = rounded.split(separator: "e").last.flatMap({ Int($0) }) else { return rounded }
        if (-4..<6).contains(exponent) {
            return fixed(value, decimals: max(0, digits - 1 - exponent), keepsZeros: false)
        }
        return scientific(value, decimals: digits - 1, exponent: exponent, keepsZeros: false)
    }

    /// A share of one as a percentage.
    package static func percent(_ share: Double) -> String {
        share.isFinite ? "\(fixed(100 * share, decimals: 1, keepsZeros: true)) %" : short(share)
    }

    /// The value of a tick, with the digits that tell it from the ticks a `step` away; `largest` is the axis' largest
    /// magnitude, so that all ticks of an axis are written alike.
    static func tick(_ value: Double, step: Double, largest: Double) -> String {
        let unit = Int((log10(step) + 1e-9).rounded(.down))
        if largest < 1e6 && unit >= -4 { return fixed(value, decimals: max(0, -unit), keepsZeros: true) }
        guard abs(value) > step / 2 else { return "0" }
        let exponent = Int((log10(abs(value)) + 1e-9).rounded(.down))
        return scientific(value, decimals: max(0, exponent - unit), exponent: exponent, keepsZeros: false)
    }

    /// A coordinate of a drawing, to a hundredth.
    static func coordinate(_ value: Double) -> String {
        let hundredths = Int((100 * value).rounded())
        return hundredths.isMultiple(of: 100) ? String(hundredths / 100) : "\(Double(hundredths) / 100)"
    }

    /// A position from 0 to 1 as a share of a drawing's width or height.
    static func share(_ position: Double) -> String { coordinate(100 * position) + "%" }

    private static func fixed(_ value: Double, decimals: Int, keepsZeros: Bool) -> String {
        let parts = String(format: "%.\(decimals)f", abs(value)).split(separator: ".")
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        if !keepsZeros { while fraction.hasSuffix("0") { fraction.removeLast() } }
        let whole = grouped(String(parts.first ?? "0"))
        let isZero = !parts.joined().contains { $0 != "0" }
        return (value < 0 && !isZero ? "−" : "") + whole + (fraction.isEmpty ? "" : ".\(fraction)")
    }

    private static func scientific(_ value: Double, decimals: Int, exponent: Int, keepsZeros: Bool) -> String {
        // In two steps, since ten to the power of an exponent below −308 is not a normal number.
        let half = exponent / 2
        let mantissa = value / pow(10, Double(half)) / pow(10, Double(exponent - half))
        let digits = fixed(mantissa, decimals: decimals, keepsZeros: keepsZeros)
        let power = "10" + superscript(exponent)
        return digits == "1" ? power : digits == "−1" ? "−\(power)" : "\(digits)×\(power)"
    }

    private static func superscript(_ number: Int) -> String {
        let digits: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
        let raised = String(number.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } }
        return (number < 0 ? "⁻" : "") + String(raised)
    }

    private static func grouped(_ digits: String) -> String {
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0 && (digits.count - place).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }
}

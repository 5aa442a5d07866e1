extension Float {
    /// Parses all of `bytes[start..<end]` with the same result as `strtof` in the C locale; nil if it is not a number.
    ///
    /// Common decimal numbers are parsed here. Rare forms (very long, very large, hexadecimal, "nan") go through the
    /// standard library, which is much slower.
    init?(decimal bytes: [UInt8], from start: Int, to end: Int) {
        guard let value = Self.quickDecimal(bytes, from: start, to: end) ?? Float(spelled: bytes[start..<end]) else {
            return nil
        }
        self = value
    }

    private init?(spelled bytes: ArraySlice<UInt8>) {
        self.init(String(decoding: bytes, as: UTF8.self))
    }

    /// The value of a decimal number if Double arithmetic determines it; nil otherwise.
    private static func quickDecimal(_ bytes: [UInt8], from start: Int, to end: Int) -> Float? {
        var index = start
        let isNegative = index < end && bytes[index] == UInt8(ascii: "-")
        if isNegative || (index < end && bytes[index] == UInt8(ascii: "+")) { index += 1 }

        // Fifteen digits are exact in a Double. Later digits only matter by whether one of them is not 0.
        var mantissa: UInt64 = 0
        var exponent = 0
        var isTruncated = false
        var hasDigits = false
        var hasPoint = false
        while index < end {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit < 10 {
                hasDigits = true
                if mantissa < 100_000_000_000_000 {
                    mantissa = mantissa &* 10 &+ UInt64(digit)
                    if hasPoint { exponent -= 1 }
                } else {
                    if digit != 0 { isTruncated = true }
                    if !hasPoint { exponent += 1 }
                }
            } else if bytes[index] == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else {
                break
            }
            index += 1
        }
        guard hasDigits else { return nil }
        if index < end {
            guard let written = writtenExponent(bytes, from: index, to: end) else { return nil }
            exponent += written
        }

        guard let low = rounded(mantissa, timesTenTo: exponent) else { return nil }
        // The number lies between the truncated mantissa and the next one. If both round alike, it does, too.
        if isTruncated, rounded(mantissa + 1, timesTenTo: exponent) != low { return nil }
        return isNegative ? -low : low
    }

    /// Parses an exponent, beginning with its "e"; nil if it is invalid or very large.
    private static func writtenExponent(_ bytes: [UInt8], from start: Int, to end: Int) -> Int? {
        guard bytes[start] | 0x20 == UInt8(ascii: "e") else { return nil }
        var index = start + 1
        let isNegative = index < end && bytes[index] == UInt8(ascii: "-")
        if isNegative || (index < end && bytes[index] == UInt8(ascii: "+")) { index += 1 }
        guard index < end, end - index <= 4 else { return nil }
        var value = 0
        for byte in bytes[index..<end] {
            let digit = byte &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return isNegative ? -value : value
    }

    /// The Float nearest to `mantissa` · 10^`exponent`; nil if Double arithmetic does not determine it.
    ///
    /// Mantissa and power are exact Doubles, so one operation gives the Double nearest to the true value. Both are then
    /// on the same side of every midpoint between two Floats, unless that Double is itself a midpoint. All such values
    /// are 0 or normal Floats, whose midpoints have the bits tested here.
    private static func rounded(_ mantissa: UInt64, timesTenTo exponent: Int) -> Float? {
        var value = Double(mantissa)
        if exponent != 0 {
            guard exponent.magnitude < powersOfTen.count else { return nil }
            let power = powersOfTen[Int(exponent.magnitude)]
            value = exponent < 0 ? value / power : value * power
        }
        return value.bitPattern & 0x1FFF_FFFF == 0x1000_0000 ? nil : Float(value)
    }
}

/// The powers of ten that are exact in a Double.
private let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]

extension Double {
    /// Parses all of `bytes` with the same result as `strtod` in the C locale, but that hexadecimal numbers are none.
    /// - Parameter mark: the decimal mark.
    /// - Returns: nil if it is not a number.
    init?(decimal bytes: UnsafeBufferPointer<UInt8>, mark: UInt8) {
        var index = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { index = 1 }

        // Up to 19 digits fit into 64 bits.
        var mantissa: UInt64 = 0
        var exponent = 0
        let start = index
        index = appendDigits(bytes, from: index, to: &mantissa)
        var digitCount = index - start
        if index < bytes.count, bytes[index] == mark {
            let end = appendDigits(bytes, from: index + 1, to: &mantissa)
            exponent = index + 1 - end
            digitCount -= exponent
            index = end
        }
        guard digitCount > 0 else {
            self.init(word: bytes[start...], isNegative: isNegative)
            return
        }
        if index < bytes.count {
            guard let written = writtenExponent(bytes[index...]) else { return nil }
            exponent += written
        }
        guard digitCount <= 19 else {
            self.init(longDecimal: bytes, mark: mark)
            return
        }
        guard let value = nearestDouble(mantissa, timesTenTo: exponent) else {
            self.init(longDecimal: bytes, mark: mark)
            return
        }
        self = isNegative ? -value : value
    }

    /// Parses a decimal number of any length and size by the standard library, which is much slower.
    private init?(longDecimal bytes: UnsafeBufferPointer<UInt8>, mark: UInt8) {
        self.init(String(decoding: bytes.map { $0 == mark ? UInt8(ascii: ".") : $0 }, as: UTF8.self))
    }

    /// Parses "inf", "infinity" and "nan", in any case.
    private init?(word: Slice<UnsafeBufferPointer<UInt8>>, isNegative: Bool) {
        guard [3, 8].contains(word.count) else { return nil }
        switch String(decoding: word, as: UTF8.self).lowercased() {
        case "inf", "infinity": self = isNegative ? -.infinity : .infinity
        case "nan": self = .nan
        default: return nil
        }
    }
}

/// Appends the decimal digits from `start` on to `mantissa`, and returns where they end.
@inline(__always)
private func appendDigits(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to mantissa: inout UInt64) -> Int {
    var index = start
    while index + 8 <= bytes.count, let number = number(inEightDigits: word(of: bytes, at: index)) {
        mantissa = mantissa &* 100_000_000 &+ number
        index += 8
    }
    let rest = bytes.count - index
    if rest > 0, rest < 8, bytes.count >= 8, let number = number(inLastDigits: rest, of: bytes) {
        mantissa = mantissa &* integerPowers[rest] &+ number
        return bytes.count
    }
    while index < bytes.count {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        mantissa = mantissa &* 10 &+ UInt64(digit)
        index += 1
    }
    return index
}

/// The number in the last 1 to 7 bytes, if all are digits; nil if not.
@inline(__always)
private func number(inLastDigits count: Int, of bytes: UnsafeBufferPointer<UInt8>) -> UInt64? {
    let before = UInt64.max >> UInt64(8 * count)
    let last = word(of: bytes, at: bytes.count - 8)
    return number(inEightDigits: last & ~before | eightTimes(UInt8(ascii: "0")) & before)
}

/// Parses an exponent, beginning with its "e"; nil if it is invalid. An exponent beyond all Doubles may be another such.
private func writtenExponent(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    guard let e = bytes.first, e | 0x20 == UInt8(ascii: "e") else { return nil }
    var digits = bytes.dropFirst()
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = min(value * 10 + Int(digit), 1 << 40)
    }
    return isNegative ? -value : value
}

/// The Double nearest to `mantissa` · 10^`exponent`; nil if it takes more than 128 bits to tell.
private func nearestDouble(_ mantissa: UInt64, timesTenTo exponent: Int) -> Double? {
    // Clinger's case: both are exact Doubles, so that one operation rounds once.
    if mantissa <= 1 << 53, exponent.magnitude < exactPowers.count {
        let power = exactPowers[Int(exponent.magnitude)]
        return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    }
    guard mantissa > 0 else { return 0 }
    return PowerOfTen(exponent)?.nearestDouble(times: mantissa)
}

/// The powers of ten that are exact in a Double.
private let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
]

private let integerPowers: [UInt64] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]

/// A power of ten to 128 bits: at least `bits` · 2^`exponent`, and less than (`bits` + 1) · 2^`exponent`.
///
/// This is the idea of Eisel and Lemire (Number Parsing at a Gigabyte per Second, 2021) without its last refinements: a
/// product that is too close to the midpoint of two Doubles is left to a slower way.
struct PowerOfTen {
    /// The highest bit is 1.
    private let bits: UInt128
    private let exponent: Int

    /// Enough for numbers of 19 digits in everyday units. The power of five of each fits into 128 bits.
    private static let range = -55...55
    private static let table = range.map { PowerOfTen(computing: $0) }

    /// 10^`power`; nil if it is not in the table.
    init?(_ power: Int) {
        guard Self.range.contains(power) else { return nil }
        self = Self.table[power - Self.range.lowerBound]
    }

    private init(computing power: Int) {
        let five = (0..<power.magnitude).reduce(1 as UInt128) { product, _ in product * 5 }
        let shift = five.leadingZeroBitCount
        if power >= 0 {
            bits = five << shift
            exponent = power - shift
        } else {
            // No power of five but 1 is a power of two, so that the quotient has 128 bits.
            bits = (five << shift).dividingFullWidth((high: 1 << 127, low: 0)).quotient
            exponent = power - 255 + shift
        }
    }

    /// The Double nearest to `mantissa`, which is not 0, times this power; nil if 128 bits of the product do not tell it.
    func nearestDouble(times mantissa: UInt64) -> Double? {
        let zeros = mantissa.leadingZeroBitCount
        let factor = UInt128(mantissa << zeros)
        // The upper 128 of the product's 192 bits. The bits that are cut off, here and from the power, make less than 2.
        let product = (bits >> 64) * factor + ((bits & UInt128(UInt64.max)) * factor) >> 64
        let shift = 128 - 53 - product.leadingZeroBitCount
        // Rounded half up, the product cannot overflow: it is far from 2^128.
        let low = (product >> (shift - 1) + 1) >> 1
        let high = ((product + 2) >> (shift - 1) + 1) >> 1
        // Both ends of the interval round alike, and its lower end is no midpoint, where the even neighbour would count.
        let half = UInt128(1) << (shift - 1)
        guard low == high, product & (half << 1 - 1) != half else { return nil }
        let scale = exponent + 64 - zeros + shift
        // All of these are normal: 10^±55 · 2^64 is far from the limits.
        return Double(UInt64(low)) * Double(bitPattern: UInt64(scale + 1023) << 52)
    }
}

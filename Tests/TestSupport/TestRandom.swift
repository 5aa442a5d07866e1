/// A seeded random number generator for tests (SplitMix64, Steele et al. 2014), independent of the library's.
public struct TestRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }

    /// Uniform in −1 ..< 1, with 24 bits.
    public mutating func float() -> Float {
        Float(next() >> 40) * 0x1p-23 - 1
    }

    /// Uniform in −`limit` ..< `limit`.
    public mutating func floats(_ count: Int, limit: Float = 1) -> [Float] {
        (0..<count).map { _ in float() * limit }
    }

    /// Uniform in 0 ..< `bound`.
    public mutating func integer(below bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }
}

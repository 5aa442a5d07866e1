#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Counter-based random numbers: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011). A number is a pure function of seed, purpose, stream and index, so there is no generator state that an
/// interruption could lose or a worker could advance.
public struct Philox: Sendable {
    /// The use of a stream; part of its key, so that no two uses share random numbers.
    public enum Purpose: UInt32, Sendable {
        case initialParameters = 1
        case shuffle = 2
        case dropout = 3
        case gradientCheck = 4
        case split = 5
        case augmentation = 6
        case channelDropout = 7
    }

    let key: SIMD2<UInt32>
    let stream: SIMD2<UInt32>

    /// - Parameters:
    ///   - stream: the purpose's stream: index of the tensor, epoch, or step.
    ///   - layer: index of the layer, for purposes with a stream for each.
    public init(seed: UInt64, purpose: Purpose, stream: UInt32, layer: Int = 0) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        self.stream = SIMD2(stream, purpose.rawValue | UInt32(layer) << 8)
    }

    /// The 128 random bits at `index` of the stream.
    public func block(_ index: UInt64) -> SIMD4<UInt32> {
        let counter = SIMD4(
            UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), stream.x, stream.y)
        return Self.generate(counter: counter, key: key)
    }

    /// Uniform in [0, 1), of 53 bits.
    public func uniform(_ index: UInt64) -> Double {
        Self.unit(block(index).lowHalf)
    }

    /// Normal with mean 0 and standard deviation 1 (Box and Muller 1958).
    public func normal(_ index: UInt64) -> Double {
        let bits = block(index)
        let radius = (-2 * log(1 - Self.unit(bits.lowHalf))).squareRoot()
        return radius * cos(2 * .pi * Self.unit(bits.highHalf))
    }

    /// An integer in 0 ..< bound; its bias is below bound / 2⁶⁴.
    public func integer(_ index: UInt64, below bound: Int) -> Int {
        Self.integer(block(index).lowHalf, below: bound)
    }

    /// Two integers, in 0 ..< first and in 0 ..< second.
    public func integers(_ index: UInt64, below first: Int, _ second: Int) -> (Int, Int) {
        let bits = block(index)
        return (Self.integer(bits.lowHalf, below: first), Self.integer(bits.highHalf, below: second))
    }

    /// Brings items into a random order (Fisher and Yates 1938, in Durstenfeld's form).
    public func shuffle<Item>(_ items: inout [Item]) {
        for index in stride(from: items.count - 1, to: 0, by: -1) {
            items.swapAt(index, integer(UInt64(index), below: index + 1))
        }
    }

    /// The ten rounds of Philox 4x32-10.
    public static func generate(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (counter, key) = (counter, key)
        for _ in 0..<10 {
            let even = counter.x.multipliedFullWidth(by: 0xD251_1F53)
            let odd = counter.z.multipliedFullWidth(by: 0xCD9E_8D57)
            counter = SIMD4(odd.high ^ counter.y ^ key.x, odd.low, even.high ^ counter.w ^ key.y, even.low)
            key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return counter
    }

    private static func integer(_ bits: SIMD2<UInt32>, below bound: Int) -> Int {
        Int((UInt64(bits.y) << 32 | UInt64(bits.x)).multipliedFullWidth(by: UInt64(bound)).high)
    }

    private static func unit(_ bits: SIMD2<UInt32>) -> Double {
        Double((UInt64(bits.y) << 32 | UInt64(bits.x)) >> 11) * 0x1p-53
    }
}

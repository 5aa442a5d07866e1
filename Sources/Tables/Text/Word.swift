// Eight bytes at a time, as a word: the first byte is the lowest.

/// The eight bytes from `index` on.
@inline(__always)
func word(of bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt64 {
    UInt64(littleEndian: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: index, as: UInt64.self))
}

@inline(__always)
func eightTimes(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

/// The highest bit of the first byte that is 0, and perhaps of others after it.
@inline(__always)
func zeroBytes(of word: UInt64) -> UInt64 { (word &- eightTimes(1)) & ~word & eightTimes(0x80) }

/// The number in eight decimal digits; nil if one is no digit.
@inline(__always)
func number(inEightDigits word: UInt64) -> UInt64? {
    // A digit has 3 in its upper half, and with 6 more it still has.
    let upper = eightTimes(0xF0)
    guard word & upper | ((word &+ eightTimes(6)) & upper) >> 4 == eightTimes(0x33) else { return nil }
    // Neighbours are added up: two digits, then four, then eight.
    let pairs = ((word & eightTimes(0x0F)) &* (10 << 8 + 1)) >> 8
    let fours = ((pairs & 0x00FF_00FF_00FF_00FF) &* (100 << 16 + 1)) >> 16
    return ((fours & 0x0000_FFFF_0000_FFFF) &* (10_000 << 32 + 1)) >> 32
}

extension ArraySlice<UInt8> {
    /// The number whose first byte is at `index`, which counts like the slice's indices; nil if it ends outside.
    func littleEndian<Bits: FixedWidthInteger>(at index: Int, as: Bits.Type) -> Bits? {
        guard index >= startIndex, index <= endIndex, endIndex - index >= MemoryLayout<Bits>.size else { return nil }
        let bytes = self[index..<index + MemoryLayout<Bits>.size]
        return bytes.reversed().reduce(0) { $0 << 8 | Bits(truncatingIfNeeded: $1) }
    }

    /// All bytes as numbers; a rest that is shorter than a number is left out.
    func littleEndian<Bits: FixedWidthInteger & BitwiseCopyable>(_: Bits.Type) -> [Bits] {
        let size = MemoryLayout<Bits>.size
        return withUnsafeBytes { buffer in
            (0..<buffer.count / size).map {
                Bits(littleEndian: buffer.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self))
            }
        }
    }
}

extension [UInt8] {
    /// The bytes of numbers, the lowest byte of each first.
    init<Bits: FixedWidthInteger & BitwiseCopyable>(littleEndian values: [Bits]) {
        self = values.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }

    /// Appends the bytes of a number, the lowest first.
    mutating func append<Bits: FixedWidthInteger>(littleEndian value: Bits) {
        for shift in stride(from: 0, to: Bits.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}

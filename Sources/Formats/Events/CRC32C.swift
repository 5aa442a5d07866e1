/// The cyclic redundancy check of RFC 3720, appendix B.4, with Castagnoli's polynomial.
enum CRC32C {
    /// Castagnoli's polynomial, the highest power in the lowest bit.
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// The remainders of all bytes.
    private static let remainders: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? polynomial : 0) }
    }

    static func checksum(of bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { rest, byte in rest >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: rest) ^ byte)] }
    }

    /// The checksum as TensorFlow's record files have it: rotated and moved, because a checksum of bytes that contain their own
    /// checksum says little (tensorflow/core/lib/hash/crc32c.h).
    static func maskedChecksum(of bytes: [UInt8]) -> UInt32 {
        let checksum = checksum(of: bytes)
        return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
}

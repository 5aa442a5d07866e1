internal import CZlib

/// The records of zip archives (PKWARE's APPNOTE.TXT 6.3, section 4.3), as far as a reader or writer needs them.
enum ZipRecord {
    static let localSignature: UInt32 = 0x0403_4B50
    static let directorySignature: UInt32 = 0x0201_4B50
    static let endSignature: UInt32 = 0x0605_4B50

    /// The sizes of records without names, extra fields and comments.
    static let (localSize, directorySize, endSize) = (30, 46, 22)

    static let (stored, deflated) = (UInt16(0), UInt16(8))

    /// The checksum of an entry's content.
    static func checksum(of bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBytes { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    }
}

/// What the directory of an archive says about one entry.
struct ZipEntry {
    let name: String
    let isEncrypted: Bool
    let method: UInt16
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    /// Where the entry's local header begins.
    let headerStart: Int
    /// Where the next record of the directory begins.
    let next: Int

    /// Reads the directory's record that begins at `start`.
    init(at start: Int, in directory: ArraySlice<UInt8>) throws(ZipError) {
        func short(_ offset: Int) throws(ZipError) -> Int {
            guard let value = directory.littleEndian(at: start + offset, as: UInt16.self) else {
                throw .damagedDirectory
            }
            return Int(value)
        }
        func long(_ offset: Int) throws(ZipError) -> UInt32 {
            guard let value = directory.littleEndian(at: start + offset, as: UInt32.self) else {
                throw .damagedDirectory
            }
            return value
        }
        /// A size or position, which is all ones if the extra field has it in 64 bits.
        func position(_ offset: Int) throws(ZipError) -> Int {
            let value = try long(offset)
            guard value < .max else { throw .zip64 }
            return Int(value)
        }
        guard try long(0) == ZipRecord.directorySignature else { throw .damagedDirectory }
        isEncrypted = try short(8) & 1 == 1
        method = UInt16(try short(10))
        checksum = try long(16)
        compressedSize = try position(20)
        size = try position(24)
        headerStart = try position(42)
        let nameStart = start + ZipRecord.directorySize
        let nameEnd = nameStart + (try short(28))
        next = nameEnd + (try short(30)) + (try short(32))
        guard next <= directory.endIndex else { throw .damagedDirectory }
        name = String(decoding: directory[nameStart..<nameEnd], as: UTF8.self)
    }

    /// Where the entry's data lie, which its local header says by the lengths of its name and extra field.
    /// - Parameter bytes: The archive up to its directory.
    func data(in bytes: ArraySlice<UInt8>) throws(ZipError) -> Range<Int> {
        guard bytes.littleEndian(at: headerStart, as: UInt32.self) == ZipRecord.localSignature,
            let nameLength = bytes.littleEndian(at: headerStart + 26, as: UInt16.self),
            let extraLength = bytes.littleEndian(at: headerStart + 28, as: UInt16.self)
        else { throw .damagedDirectory }
        let start = headerStart + ZipRecord.localSize + Int(nameLength) + Int(extraLength)
        guard start + compressedSize <= bytes.endIndex else { throw .damagedDirectory }
        return start..<start + compressedSize
    }
}

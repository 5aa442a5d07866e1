/// A zip archive in memory (PKWARE's APPNOTE.TXT 6.3), with entries that are stored or compressed by Deflate.
package struct ZipArchive: Sendable {
    private let bytes: [UInt8]
    private let entries: [String: (entry: ZipEntry, data: Range<Int>)]

    /// The names of all entries, in the order of the directory; those of folders end with a slash.
    package let names: [String]

    /// Reads the directory of entries.
    /// - Throws: `ZipError`.
    package init(_ bytes: [UInt8]) throws(ZipError) {
        self.bytes = bytes
        let (directory, count) = try Self.directory(of: bytes)
        var (names, entries) = ([String](), [String: (entry: ZipEntry, data: Range<Int>)]())
        var ranges: [Range<Int>] = []
        var start = directory.startIndex
        for _ in 0..<count {
            let entry = try ZipEntry(at: start, in: directory)
            let data = try entry.data(in: bytes[..<directory.startIndex])
            guard entries.updateValue((entry, data), forKey: entry.name) == nil else { throw .repeatedName(entry.name) }
            names.append(entry.name)
            ranges.append(entry.headerStart..<data.upperBound)
            start = entry.next
        }
        guard start == directory.endIndex else { throw .damagedDirectory }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        for (range, next) in zip(ranges, ranges.dropFirst()) where range.upperBound > next.lowerBound {
            throw .overlappingEntries
        }
        (self.names, self.entries) = (names, entries)
    }

    /// The content of an entry.
    /// - Parameter limit: The largest size in bytes that is accepted, before memory is taken for it.
    /// - Throws: `ZipError`.
    package func content(of name: String, limit: Int) throws(ZipError) -> [UInt8] {
        guard let (entry, data) = entries[name] else { throw .noSuchEntry(name) }
        guard !entry.isEncrypted else { throw .encrypted(entry: name) }
        guard entry.size <= limit else { throw .tooLarge(entry: name, size: entry.size, limit: limit) }
        let content: [UInt8]?
        switch entry.method {
        case ZipRecord.stored: content = entry.size == data.count ? Array(bytes[data]) : nil
        case ZipRecord.deflated: content = inflated(bytes[data], size: entry.size)
        default: throw .unknownCompression(entry: name, method: Int(entry.method))
        }
        guard let content else { throw .damagedEntry(name) }
        guard ZipRecord.checksum(of: content) == entry.checksum else { throw .wrongChecksum(entry: name) }
        return content
    }

    /// The directory of entries and their number, which the record at the end of the file says.
    private static func directory(of bytes: [UInt8]) throws(ZipError) -> (ArraySlice<UInt8>, count: Int) {
        // All of these lie inside: the record has its full length.
        let end = try endRecord(of: bytes)
        func short(_ offset: Int) -> Int { Int(end.littleEndian(at: end.startIndex + offset, as: UInt16.self) ?? 0) }
        func long(_ offset: Int) -> Int { Int(end.littleEndian(at: end.startIndex + offset, as: UInt32.self) ?? 0) }
        let (count, size, start) = (short(10), long(12), long(16))
        // Where a number does not fit, it is all ones here.
        guard count < UInt16.max, size < UInt32.max, start < UInt32.max else { throw .zip64 }
        guard short(4) == 0, short(6) == 0, short(8) == count else { throw .severalDisks }
        guard start + size <= end.startIndex else { throw .damagedDirectory }
        return (bytes[start..<start + size], count)
    }

    /// The last record, which has a comment of at most 65,535 bytes that goes to the end of the file.
    private static func endRecord(of bytes: [UInt8]) throws(ZipError) -> ArraySlice<UInt8> {
        let last = bytes.count - ZipRecord.endSize
        for start in stride(from: last, through: max(0, last - Int(UInt16.max)), by: -1)
        where bytes[...].littleEndian(at: start, as: UInt32.self) == ZipRecord.endSignature {
            let commentLength = bytes[...].littleEndian(at: start + 20, as: UInt16.self)
            if commentLength.map(Int.init) == last - start { return bytes[start...] }
        }
        throw .notAnArchive
    }
}

/// Writes a zip archive (PKWARE's APPNOTE.TXT 6.3) of stored entries, without times, so that equal entries make equal archives.
package struct ZipWriter: Sendable {
    /// Midnight of 1 January 1980, the first date of the format.
    private static let date: UInt32 = 0x0021_0000

    private let alignment: Int
    private var parts = FileParts()
    private var directory: [UInt8] = []
    private var names: Set<String> = []

    /// - Parameter alignment: Of which number the position of each entry's data is a multiple.
    package init(alignment: Int = 1) {
        self.alignment = alignment
    }

    /// Appends an entry.
    /// - Throws: `ZipError`: `.repeatedName`; `.zip64` if the archive would be too large.
    package mutating func append(_ name: String, _ content: [UInt8]) throws(ZipError) {
        let nameBytes = Array(name.utf8)
        guard let nameLength = UInt16(exactly: nameBytes.count), names.count < UInt16.max - 1,
            parts.count + content.count + nameBytes.count + ZipRecord.localSize + 2 * alignment < UInt32.max
        else { throw .zip64 }
        guard names.insert(name).inserted else { throw .repeatedName(name) }
        let extra = Self.padding(after: parts.count + ZipRecord.localSize + nameBytes.count, to: alignment)

        // What the local header and the directory have in common.
        var common: [UInt8] = []
        // Readers of version 2.0 suffice; names that are not ASCII are UTF-8.
        common.append(littleEndian: UInt16(20))
        common.append(littleEndian: UInt16(nameBytes.allSatisfy { $0 < 0x80 } ? 0 : 1 << 11))
        common.append(littleEndian: ZipRecord.stored)
        common.append(littleEndian: Self.date)
        common.append(littleEndian: ZipRecord.checksum(of: content))
        common.append(littleEndian: UInt32(content.count))
        common.append(littleEndian: UInt32(content.count))
        common.append(littleEndian: nameLength)

        directory.append(littleEndian: ZipRecord.directorySignature)
        directory.append(littleEndian: UInt16(20))
        directory += common
        // No extra field, comment, other disk or attributes.
        directory += [UInt8](repeating: 0, count: 12)
        directory.append(littleEndian: UInt32(parts.count))
        directory += nameBytes

        var header: [UInt8] = []
        header.append(littleEndian: ZipRecord.localSignature)
        header += common
        header.append(littleEndian: UInt16(extra.count))
        parts.append(header + nameBytes + extra)
        parts.append(content)
    }

    /// The archive.
    /// - Throws: `ZipError.zip64` if it would be too large.
    package func finished() throws(ZipError) -> FileParts {
        guard parts.count + directory.count < UInt32.max else { throw .zip64 }
        var end: [UInt8] = []
        end.append(littleEndian: ZipRecord.endSignature)
        end.append(littleEndian: UInt32(0))
        end.append(littleEndian: UInt16(names.count))
        end.append(littleEndian: UInt16(names.count))
        end.append(littleEndian: UInt32(directory.count))
        end.append(littleEndian: UInt32(parts.count))
        end.append(littleEndian: UInt16(0))
        var archive = parts
        archive.append(directory)
        archive.append(end)
        return archive
    }

    /// An extra field after which a multiple of `alignment` is reached, as PyTorch's archives have it.
    private static func padding(after position: Int, to alignment: Int) -> [UInt8] {
        let headerSize = 4
        var count = (alignment - position % alignment) % alignment
        guard count > 0 else { return [] }
        while count < headerSize { count += alignment }
        var field = Array("FB".utf8)
        field.append(littleEndian: UInt16(count - headerSize))
        return field + [UInt8](repeating: UInt8(ascii: "Z"), count: count - headerSize)
    }
}

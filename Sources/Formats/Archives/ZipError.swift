/// Why a zip archive cannot be read or written.
package enum ZipError: Error, Sendable, Equatable {
    /// The file does not end with a directory of entries: it is no archive, or truncated.
    case notAnArchive
    /// The directory of entries contradicts itself or the file.
    case damagedDirectory
    /// The archive is larger than 4 GiB or has more than 65,534 entries, which takes the format's extension zip64.
    case zip64
    /// The archive is one of several parts.
    case severalDisks
    /// Two entries share bytes, as they do in archives made to fill the memory.
    case overlappingEntries
    case repeatedName(String)
    case noSuchEntry(String)
    case encrypted(entry: String)
    /// The entry is compressed by another method than Deflate; the number is the format's.
    case unknownCompression(entry: String, method: Int)
    /// The entry is larger than the limit, in bytes.
    case tooLarge(entry: String, size: Int, limit: Int)
    /// The entry cannot be decompressed to the size that the directory gives it.
    case damagedEntry(String)
    case wrongChecksum(entry: String)

    /// What is wrong, and where.
    package var reason: String {
        switch self {
        case .notAnArchive: "it does not end as a zip archive does"
        case .damagedDirectory: "the archive's directory of entries is damaged"
        case .zip64: "the archive is larger than 4 GiB or has more than 65,534 entries (zip64)"
        case .severalDisks: "the archive is one of several parts"
        case .overlappingEntries: "entries of the archive overlap"
        case .repeatedName(let name): "the archive has two entries named \"\(name)\""
        case .noSuchEntry(let name): "the archive has no entry \"\(name)\""
        case .encrypted(let name): "the archive's entry \"\(name)\" is encrypted"
        case .unknownCompression(let name, let method):
            "the archive's entry \"\(name)\" is compressed by method \(method), not by Deflate"
        case .tooLarge(let name, let size, let limit):
            "the archive's entry \"\(name)\" has \(size) bytes, more than \(limit)"
        case .damagedEntry(let name): "the archive's entry \"\(name)\" is damaged"
        case .wrongChecksum(let name): "the archive's entry \"\(name)\" has another checksum than it should"
        }
    }
}

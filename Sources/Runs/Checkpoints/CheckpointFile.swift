import DurableFiles
import HDF5

/// Reads and writes checkpoint files: HDF5 files with a 512-byte user block, which every HDF5 reader skips. The block
/// holds one line with the format and the SHA-256 of all bytes after it, so that a damaged file never reaches libhdf5.
package enum CheckpointFile {
    private static let userBlockSize = 512

    /// The bytes of a checkpoint's file: its user block, then the HDF5 image.
    /// - Throws: `HDF5Error` if there is not enough memory.
    package static func bytes(of checkpoint: Checkpoint) throws -> [[UInt8]] {
        let file = try File.createInMemory(userBlock: userBlockSize)
        try checkpoint.write(to: file.root)
        let image = try file.image()
        try file.close()
        return [userBlock(for: image[...]), image]
    }

    /// Reads a checkpoint and verifies its checksums.
    /// - Parameter isTrusted: whether this process wrote the file. Any other file is first read in a child process, since
    ///   a forged file has a valid checksum and may still crash libhdf5.
    /// - Throws: `CheckpointError` when the file is damaged or not a checkpoint, `FileError` when it cannot be read,
    ///   `OutOfMemory` when it does not fit into memory.
    package static func read(_ path: String, isTrusted: Bool = false) throws -> Checkpoint {
        try withFile(path, isTrusted: isTrusted) { try Checkpoint(reading: $0.root, file: path) }
    }

    /// A checkpoint and the content digest of its file, `sha256:…`.
    /// - Throws: the same errors as `read`.
    package static func readWithDigest(_ path: String) throws -> (checkpoint: Checkpoint, digest: String) {
        try withFile(path, isTrusted: false) { file in
            let checkpoint = try Checkpoint(reading: file.root, file: path)
            return (checkpoint, try file.root.readString(ContentDigest.attribute))
        }
    }

    /// Whether the user block or the attribute `format` of a file says that it is a checkpoint.
    /// - Throws: `FileError` and `HDF5Error` when it cannot be opened.
    package static func isCheckpoint(_ path: String) throws -> Bool {
        if try hasUserBlock(path) { return true }
        return try ask(.isCheckpoint(path), for: Bool.self)
    }

    private static func hasUserBlock(_ path: String) throws -> Bool {
        try readFile(path, first: userBlockSize).starts(with: Checkpoint.format.utf8)
    }

    /// Opens a checkpoint and verifies the checksum in its user block. A file that a program such as `h5repack` has
    /// rewritten has no user block; its content digest is verified instead.
    private static func withFile<Result>(
        _ path: String, isTrusted: Bool, _ body: (File) throws -> Result
    ) throws -> Result {
        guard try hasUserBlock(path) else {
            do {
                return try afterChildReads(.repacked(path)) { try body(File.open(path)) }
            } catch let error as HDF5Error where !error.isProcessFailure && error.code == nil {
                throw CheckpointError.notACheckpoint(file: path)
            }
        }
        // The bytes here and in the child process, libhdf5's two copies of them, and the checkpoint.
        let needed = try 5 * fileSize(path)
        try OutOfMemory.require(needed, for: path)
        let bytes = try readFile(path)
        let version = formatVersion(ofUserBlock: bytes)
        let isIntact =
            bytes.count > userBlockSize
            && bytes[..<userBlockSize].elementsEqual(userBlock(for: bytes[userBlockSize...], version: version))
        if isIntact, version != Checkpoint.version {
            throw CheckpointError.unsupportedVersion(file: path, version: version)
        }
        func read() throws -> Result {
            let file = try File.open(image: bytes, name: path)
            defer { try? file.close() }
            return try body(file)
        }
        do {
            return try isTrusted && isIntact ? read() : afterChildReads(.intact(path), read)
        } catch let error as HDF5Error where error.isProcessFailure {
            throw error
        } catch  where !isIntact {
            throw CheckpointError.damaged(file: path)
        } catch let error as CheckpointError where error.isDamage {
            throw CheckpointError.altered(file: path)
        } catch let error as HDF5Error where !error.isOutOfMemory {
            throw CheckpointError.altered(file: path)
        } catch is HDF5Error {
            // An allocation failed: an intact file can be read with more memory.
            throw OutOfMemory(what: path, needed: needed, available: ProcessLimits.freeMemory)
        }
    }

    /// Lets a child process read the file first, and reads it here only if the child has not crashed.
    private static func afterChildReads<Result>(_ query: CheckpointQuery, _ read: () throws -> Result) throws -> Result
    {
        try ask(query, for: Bool.self)
        return try read()
    }

    @discardableResult
    private static func ask<Answer: Decodable>(_ query: CheckpointQuery, for answer: Answer.Type) throws -> Answer {
        try ReadingProcess(.checkpoint, reading: query.path).ask(query, for: answer)
    }

    /// The version in the first line of a file; 0 if it has none.
    private static func formatVersion(ofUserBlock bytes: [UInt8]) -> Int {
        let line = String(decoding: bytes.prefix(userBlockSize).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let words = line.split(separator: " ")
        return words.count > 1 ? Int(words[1]) ?? 0 : 0
    }

    private static func userBlock(for image: ArraySlice<UInt8>, version: Int = Checkpoint.version) -> [UInt8] {
        let sha = SHA256()
        image.withUnsafeBytes(sha.update)
        let line = Array("\(Checkpoint.format) \(version) sha256:\(sha.finalize().hexadecimal)\n".utf8)
        return line + Array(repeating: 0, count: userBlockSize - line.count)
    }
}

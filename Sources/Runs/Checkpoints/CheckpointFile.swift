import DurableFiles
import HDF5

/// Checkpoints on disk: an HDF5 file behind a 512-byte user block, which every HDF5 reader skips. The block holds one
/// line with the format and the SHA-256 of all bytes after it, so that a damaged file never reaches libhdf5.
package enum CheckpointFile {
    private static let userBlockSize = 512

    /// The bytes of a checkpoint's file, in parts.
    /// - Throws: `HDF5Error` where there is no memory for them.
    package static func bytes(of checkpoint: Checkpoint) throws -> [[UInt8]] {
        let file = try File.createInMemory(userBlock: userBlockSize)
        try checkpoint.write(to: file.root)
        let image = try file.image()
        try file.close()
        return [userBlock(for: image[...]), image]
    }

    /// Reads a checkpoint, proven whole before libhdf5 sees it.
    /// - Parameter isOwn: whether this process wrote it. Any other is read in another process first: a checksum proves that a
    ///   file is whole, not that Lockstep made it.
    /// - Throws: `CheckpointError` when the file is damaged or is no checkpoint, `FileError` when it cannot be read,
    ///   `OutOfMemory` when there is no memory for it.
    package static func read(_ path: String, isOwn: Bool = false) throws -> Checkpoint {
        try withFile(path, isOwn: isOwn) { try Checkpoint(reading: $0.root, file: path) }
    }

    /// A checkpoint, and the digest of what its file says, `sha256:…`.
    /// - Throws: as `read`.
    package static func readWithDigest(_ path: String) throws -> (checkpoint: Checkpoint, digest: String) {
        try withFile(path, isOwn: false) { file in
            let checkpoint = try Checkpoint(reading: file.root, file: path)
            return (checkpoint, try file.root.readString(ContentDigest.attribute))
        }
    }

    /// Whether the file at `path` calls itself a checkpoint, in its first bytes or in its attribute `format`.
    /// - Throws: `FileError` and `HDF5Error` when it cannot be opened.
    package static func isCheckpoint(_ path: String) throws -> Bool {
        if try hasUserBlock(path) { return true }
        return try ask(.isCheckpoint(path), for: Bool.self)
    }

    private static func hasUserBlock(_ path: String) throws -> Bool {
        try readFile(path, first: userBlockSize).starts(with: Checkpoint.format.utf8)
    }

    /// Opens a checkpoint, whose bytes are proven by its user block. One that went through other tools has none, and its
    /// content digest decides.
    private static func withFile<Result>(_ path: String, isOwn: Bool, _ body: (File) throws -> Result) throws -> Result
    {
        guard try hasUserBlock(path) else {
            do {
                return try guarded(.repacked(path)) { try body(File.open(path)) }
            } catch let error as HDF5Error where !error.isOfTheMachine && error.code == nil {
                throw CheckpointError.notACheckpoint(file: path)
            }
        }
        // The bytes, HDF5's two copies of them, and what they become.
        let needed = try 4 * fileSize(path)
        try OutOfMemory.require(needed, for: path)
        let bytes = try readFile(path)
        let isProven =
            bytes.count > userBlockSize
            && bytes[..<userBlockSize].elementsEqual(userBlock(for: bytes[userBlockSize...]))
        func read() throws -> Result {
            let file = try File.open(image: bytes, name: path)
            defer { try? file.close() }
            return try body(file)
        }
        do {
            return try isOwn && isProven ? read() : guarded(.whole(path), read)
        } catch let error as HDF5Error where error.isOfTheMachine {
            throw error
        } catch  where !isProven {
            throw CheckpointError.damaged(file: path)
        } catch let error as CheckpointError where error.isDamage {
            throw CheckpointError.altered(file: path)
        } catch let error as HDF5Error where !error.isOutOfMemory {
            throw CheckpointError.altered(file: path)
        } catch is HDF5Error {
            // An allocation that failed: what is proven can be read, where there is memory for it.
            throw OutOfMemory(what: path, needed: needed, available: ProcessLimits.freeMemory)
        }
    }

    /// Reads a file in a process of its own, to no effect, and here if that survives.
    private static func guarded<Result>(_ query: CheckpointQuery, _ read: () throws -> Result) throws -> Result {
        try ask(query, for: Bool.self)
        return try read()
    }

    @discardableResult
    private static func ask<Answer: Decodable>(_ query: CheckpointQuery, for answer: Answer.Type) throws -> Answer {
        try ReadingProcess(.checkpoint, reading: query.path).ask(query, for: answer)
    }

    private static func userBlock(for image: ArraySlice<UInt8>) -> [UInt8] {
        let sha = SHA256()
        image.withUnsafeBytes(sha.update)
        let line = Array("\(Checkpoint.format) \(Checkpoint.version) sha256:\(sha.finalize().hexadecimal)\n".utf8)
        return line + Array(repeating: 0, count: userBlockSize - line.count)
    }
}

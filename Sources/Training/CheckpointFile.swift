import Crypto
import Files
import HDF5

/// Checkpoints on disk: an HDF5 file behind a 512-byte user block, which every HDF5 reader skips. The block holds one
/// line with the format and the SHA-256 of all bytes after it, so that a damaged file never reaches libhdf5.
public enum CheckpointFile {
    private static let userBlockSize = 512

    /// The bytes of a checkpoint's file, in parts.
    /// - Throws: `HDF5Error` where there is no memory for them.
    public static func bytes(of checkpoint: Checkpoint) throws -> [[UInt8]] {
        let file = try inMemory(checkpoint)
        let image = try file.image()
        try file.close()
        return [userBlock(for: image[...]), image]
    }

    private static func inMemory(_ checkpoint: Checkpoint) throws -> File {
        let file = try File.createInMemory(userBlock: userBlockSize)
        try checkpoint.write(to: file.root)
        return file
    }

    /// The content digest that a checkpoint has in a file.
    static func digest(of checkpoint: Checkpoint) throws -> String {
        let file = try inMemory(checkpoint)
        defer { try? file.close() }
        return try file.root.readString(ContentDigest.attribute)
    }

    /// Reads a checkpoint, proven whole before libhdf5 sees it.
    /// - Throws: `CheckpointError` when the file is damaged or is no checkpoint, `FileError` when it cannot be read.
    public static func read(_ path: String) throws -> Checkpoint {
        try withVerifiedFile(path) { try Checkpoint(reading: $0.root, file: path) }
    }

    /// The content digest of a checkpoint, `sha256:…`.
    /// - Throws: as `read`.
    public static func digest(_ path: String) throws -> String {
        try withVerifiedFile(path) { file in
            guard try isCheckpoint(file) else { throw CheckpointError.notACheckpoint(file: path) }
            let digest = try ContentDigest.of(file.root)
            guard try file.root.readString(ContentDigest.attribute) == digest else {
                throw CheckpointError.damaged(file: path)
            }
            return digest
        }
    }

    /// Whether the file at `path` calls itself a checkpoint, in its first bytes or in its attribute `format`.
    /// - Throws: `FileError` and `HDF5Error` when it cannot be opened.
    public static func isCheckpoint(_ path: String) throws -> Bool {
        if try readFile(path, first: Checkpoint.format.utf8.count).elementsEqual(Checkpoint.format.utf8) { return true }
        try ChildProcesses.run(reading: path) { _, _ in (try? isCheckpoint(File.open(path))) != nil }
        return try isCheckpoint(File.open(path))
    }

    private static func isCheckpoint(_ file: File) throws -> Bool {
        try file.root.hasAttribute("format") && file.root.readString("format") == Checkpoint.format
    }

    /// Opens a checkpoint whose bytes are proven by its user block. One that went through other tools, or is damaged, has
    /// none that fits: it is read in a child process first, and its content digest decides.
    private static func withVerifiedFile<Result>(_ path: String, _ body: (File) throws -> Result) throws -> Result {
        let bytes = try readFile(path)
        let isOurs = bytes.starts(with: Checkpoint.format.utf8)
        let isProven =
            isOurs && bytes.count > userBlockSize
            && bytes[..<userBlockSize].elementsEqual(userBlock(for: bytes[userBlockSize...]))
        do {
            if !isProven {
                try ChildProcesses.run(reading: path) { _, _ in (try? body(File.open(image: bytes, name: path))) != nil
                }
            }
            let file = try File.open(image: bytes, name: path)
            defer { try? file.close() }
            return try body(file)
        } catch is HDF5Error {
            // Whatever HDF5 cannot make sense of is no checkpoint, or is no more.
            throw isOurs ? CheckpointError.damaged(file: path) : CheckpointError.notACheckpoint(file: path)
        }
    }

    private static func userBlock(for image: ArraySlice<UInt8>) -> [UInt8] {
        let sum = image.withUnsafeBytes { bytes in
            var sha = SHA256()
            sha.update(bufferPointer: bytes)
            return ContentDigest.hexadecimal(sha.finalize())
        }
        let line = Array("\(Checkpoint.format) \(Checkpoint.version) sha256:\(sum)\n".utf8)
        return line + Array(repeating: 0, count: userBlockSize - line.count)
    }
}

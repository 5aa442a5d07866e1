import Crypto
import Files
import HDF5

/// Checkpoints on disk: an HDF5 file behind a 512-byte user block, which every HDF5 reader skips. The block holds one
/// line with the format and the SHA-256 of all bytes after it, so that a damaged file never reaches libhdf5.
public enum CheckpointFile {
    private static let userBlockSize = 512

    /// Puts a checkpoint in place of the file at `path`, whole or not at all.
    /// - Throws: `FileError` when the file cannot be written.
    public static func write(_ checkpoint: Checkpoint, to path: String) throws {
        let file = try File.createInMemory(userBlock: userBlockSize)
        try checkpoint.write(to: file.root)
        let image = try file.image()
        try file.close()
        try replaceFile(path, with: [userBlock(for: image[...]), image])
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

    /// Whether the file at `path` calls itself a checkpoint.
    /// - Throws: `HDF5Error`, `FileError` when it cannot be opened.
    public static func isCheckpoint(_ path: String) throws -> Bool {
        try isCheckpoint(File.open(path))
    }

    private static func isCheckpoint(_ file: File) throws -> Bool {
        try file.root.hasAttribute("format") && file.root.readString("format") == Checkpoint.format
    }

    private static func withVerifiedFile<Result>(_ path: String, _ body: (File) throws -> Result) throws -> Result {
        let bytes = try readFile(path)
        if bytes.starts(with: Checkpoint.format.utf8) {
            guard bytes.count > userBlockSize,
                bytes[..<userBlockSize].elementsEqual(userBlock(for: bytes[userBlockSize...]))
            else { throw CheckpointError.damaged(file: path) }
        }
        let file = try File.open(image: bytes, name: path)
        do {
            let result = try body(file)
            try file.close()
            return result
        } catch let error as HDF5Error {
            // Repacked by other tools, without the block: what cannot be read is damaged or not ours.
            let isOurs = (try? isCheckpoint(file)) ?? false
            _ = error
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

import CZlib
import Foundation

/// A temporary directory for a test's files, which is deleted after the test.
public final class WorkFiles {
    public let directory: URL

    public init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("lockstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    public func path(_ name: String) -> String {
        directory.appendingPathComponent(name).path
    }

    /// Writes a plain file and returns its path.
    public func write(_ bytes: some Collection<UInt8>, as name: String = "plain") throws -> String {
        try Data(Array(bytes)).write(to: directory.appendingPathComponent(name))
        return path(name)
    }

    /// Writes a gzip file, truncated to `count` bytes if that is given, and returns its path.
    public func writeGzip(
        _ bytes: [UInt8], as name: String = "packed.gz", keepingFirst count: Int? = nil
    ) throws -> String {
        let file = gzopen(path(name), "wb")
        let written = gzwrite(file, bytes, UInt32(bytes.count))
        let isClosed = gzclose(file) == Z_OK
        guard Int(written) == bytes.count, isClosed else { throw CocoaError(.fileWriteUnknown) }
        guard let count else { return path(name) }
        return try write(Data(contentsOf: URL(fileURLWithPath: path(name))).prefix(count), as: name)
    }
}

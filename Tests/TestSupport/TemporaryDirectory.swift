import Foundation

/// A temporary directory, which is deleted with its content in `deinit`.
public struct TemporaryDirectory: ~Copyable, Sendable {
    public let path: String

    public init() throws {
        // Links are resolved, so that the path equals a program's working directory.
        let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "lockstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

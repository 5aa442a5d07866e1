import Foundation

/// A fresh directory, deleted with all that is in it when its owner lets go of it.
public struct TemporaryDirectory: ~Copyable, Sendable {
    public let path: String

    public init() throws {
        // Links resolved, so that the path is the one that a program running there sees.
        let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "lockstep-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path(percentEncoded: false)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The operating system refused something about a file.
public struct FileError: Error, Codable, Sendable, Equatable {
    public enum Action: Codable, Sendable {
        case read, write, create, remove
    }

    public let action: Action
    public let path: String
    /// `errno`: ENOENT, ENOSPC, EACCES, …
    public let code: Int32
    /// Whether there was no room.
    public var isFull: Bool { code == ENOSPC || code == EDQUOT }
    /// Bytes that the whole file has, where the device had no room for them.
    public var needed: Int?

    /// For the failure that the C library just reported.
    init(_ action: Action, _ path: String) {
        self.init(action, path, code: errno)
    }

    public init(_ action: Action, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// What cannot be read at any place, as a file can.
    static let notSeekable = ESPIPE

    /// The system's words, such as "No space left on device", but where those would not help.
    public var reason: String {
        code == Self.notSeekable ? "it is a pipe or a device, not a file" : String(cString: strerror(code))
    }
}

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The operating system refused something about a file.
package struct FileError: Error, Codable, Sendable, Equatable {
    package enum Action: Codable, Sendable {
        case read, write, create, remove
    }

    package let action: Action
    package let path: String
    /// `errno`: ENOENT, ENOSPC, EACCES, …
    package let code: Int32
    /// Whether there was no room.
    package var isFull: Bool { code == ENOSPC || code == EDQUOT }
    /// Bytes that the whole file has, where the device had no room for them.
    package var needed: Int?

    /// For the failure that the C library just reported.
    init(_ action: Action, _ path: String) {
        self.init(action, path, code: errno)
    }

    package init(_ action: Action, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// What cannot be read at any place, as a file can.
    static let notSeekable = ESPIPE

    /// The system's words, such as "No space left on device", but where those would not help.
    package var reason: String {
        code == Self.notSeekable ? "it is a pipe or a device, not a file" : String(cString: strerror(code))
    }
}

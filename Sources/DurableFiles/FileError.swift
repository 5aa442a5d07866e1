#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A failed system call on a file.
package struct FileError: Error, Codable, Sendable, Equatable {
    package enum Action: Codable, Sendable {
        case read, write, create, remove
    }

    package let action: Action
    package let path: String
    /// `errno`: ENOENT, ENOSPC, EACCES, …
    package let code: Int32
    /// Whether the disk or the user's quota is full.
    package var isFull: Bool { code == ENOSPC || code == EDQUOT }
    /// The size in bytes of a file for which the disk has no space; nil otherwise.
    package var needed: Int?

    /// The error of the current `errno`.
    init(_ action: Action, _ path: String) {
        self.init(action, path, code: errno)
    }

    package init(_ action: Action, _ path: String, code: Int32) {
        self.action = action
        self.path = path
        self.code = code
    }

    /// The code for pipes and devices.
    static let notSeekable = ESPIPE

    /// The system's description of the code, such as "No space left on device".
    package var reason: String {
        code == Self.notSeekable ? "it is a pipe or a device, not a file" : String(cString: strerror(code))
    }
}

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file that is only ever appended to, open from the first time on.
public final class GrowingFile {
    private let path: String
    private var file: Int32 = -1

    public init(path: String) {
        self.path = path
    }

    deinit { release() }

    /// Writes to the end of the file, made if absent.
    public func append(_ bytes: [UInt8]) throws(FileError) {
        if file < 0 { file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666) }
        guard file >= 0 else { throw FileError(.create, path) }
        try write(bytes, to: file, path)
    }

    /// Lets go of a file that is to be replaced.
    public func release() {
        if file >= 0 { close(file) }
        file = -1
    }
}

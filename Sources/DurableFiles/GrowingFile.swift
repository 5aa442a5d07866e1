#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An append-only file. It stays open until another file takes its path.
package final class GrowingFile {
    private let path: String
    private var file: Int32 = -1
    private var identity = stat()

    package init(path: String) {
        self.path = path
    }

    deinit { release() }

    /// Appends bytes to the file, which is created if it does not exist.
    package func append(_ bytes: [UInt8]) throws(FileError) {
        // Reopens the file if it has been moved, deleted or replaced.
        if file >= 0 {
            var now = stat()
            if stat(path, &now) != 0 || (now.st_dev, now.st_ino) != (identity.st_dev, identity.st_ino) { release() }
        }
        if file < 0 {
            file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
            guard file >= 0, fstat(file, &identity) == 0 else { throw FileError(.create, path) }
        }
        try write(bytes, to: file, path)
    }

    private func release() {
        if file >= 0 { close(file) }
        file = -1
    }
}

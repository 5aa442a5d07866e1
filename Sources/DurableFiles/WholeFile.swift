#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The size of a file in bytes.
package func fileSize(_ path: String) throws(FileError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(.read, path) }
    return Int(status.st_size)
}

/// Reads a regular file, or at most its first `maximum` bytes.
/// - Throws: `FileError`, also for directories, pipes and devices.
package func readFile(_ path: String, first maximum: Int = .max) throws(FileError) -> [UInt8] {
    // O_NONBLOCK, because opening a pipe would wait for a writer.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw FileError(.read, path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw FileError(.read, path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.read, path, code: EISDIR)
    default: throw FileError(.read, path, code: FileError.notSeekable)
    }

    var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), maximum))
    var filled = 0
    while filled < bytes.count {
        let count = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { read(file, $0 + filled, buffer.count - filled) } ?? 0
        }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw FileError(.read, path) }
        if count == 0 { break }
        filled += count
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
}

/// Whether there is a file or directory at a path.
/// - Throws: `FileError` if that cannot be determined: access to a directory is denied, or a disk fails.
package func exists(_ path: String) throws(FileError) -> Bool {
    var status = stat()
    if stat(path, &status) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path) }
    return false
}

/// The type of the file at a path, without following a symbolic link: S_IFREG, S_IFDIR, S_IFLNK, …; nil if there is none.
/// - Throws: `FileError` of a file that cannot be created if that cannot be found out.
package func fileType(_ path: String) throws(FileError) -> mode_t? {
    var status = stat()
    if lstat(path, &status) == 0 { return status.st_mode & S_IFMT }
    guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.create, path) }
    return nil
}

/// The names in a directory, sorted; nil if there is no such directory.
/// - Throws: `FileError` if it cannot be read completely.
package func directoryNames(_ path: String) throws(FileError) -> [String]? {
    guard let stream = opendir(path) else {
        guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path) }
        return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
        // Only errno distinguishes the end from a failure.
        errno = 0
        guard let entry = readdir(stream) else {
            guard errno == 0 else { throw FileError(.read, path) }
            return names.sorted()
        }
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != "." && name != ".." { names.append(name) }
    }
}

/// Whether two paths refer to the same file.
package func isSameFile(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino
}

/// Atomically replaces the file at `path` with the concatenated `parts`: even after a crash, the file has either the old
/// or the new content.
/// - Throws: `FileError`.
package func replaceFile(_ path: String, with parts: [[UInt8]]) throws {
    do {
        try replaceFile(path) { temporary in
            let file = open(temporary, O_WRONLY | O_CLOEXEC)
            guard file >= 0 else { throw FileError(.create, path) }
            defer { close(file) }
            for bytes in parts { try write(bytes, to: file, path) }
        }
    } catch var error as FileError where error.isFull {
        error.needed = parts.reduce(0) { $0 + $1.count }
        throw error
    }
}

/// Creates a directory and its missing parents.
package func createDirectories(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0 {
        guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(.create, path, code: ENOTDIR) }
        return
    }
    guard errno == ENOENT else { throw FileError(.create, path) }
    let parent = directory(of: path)
    if parent != path { try createDirectories(parent) }
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw FileError(.create, path) }
    try flushDirectory(parent, reportedAs: path)
}

/// Deletes a file or a link, if it exists.
package func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError(.remove, path) }
}

/// Checks that a file can be created at `path`.
/// - Throws: `FileError`.
package func requireCreatable(_ path: String) throws(FileError) {
    let temporary = "\(path).tmp-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard !path.isEmpty, file >= 0 else { throw FileError(.create, path) }
    close(file)
    unlink(temporary)
}

/// Lets `fill` write a temporary file in the directory of `path`, flushes and renames it, and flushes the directory. If
/// `fill` throws, the temporary file is deleted.
package func replaceFile(_ path: String, fill: (_ temporary: String) throws -> Void) throws {
    let temporary = "\(path).tmp-\(getpid())"
    // Created here, so that a failure is reported with the system's error.
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw FileError(.create, path) }
    close(file)
    do {
        try fill(temporary)
        try flush(temporary, reportedAs: path)
        guard rename(temporary, path) == 0 else { throw FileError(.write, path) }
        try flushDirectory(directory(of: path), reportedAs: path)
    } catch {
        unlink(temporary)
        throw error
    }
}

/// The parent directory of `path`.
package func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Writes all bytes to an open file.
func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(FileError) {
    var done = 0
    while done < bytes.count {
        let count = bytes.withUnsafeBytes { buffer in
            buffer.baseAddress.map { write(file, $0 + done, buffer.count - done) } ?? 0
        }
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { throw FileError(.write, path) }
        done += count
    }
}

private func flush(_ path: String, reportedAs reported: String) throws(FileError) {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(.write, reported) }
    defer { close(file) }
    guard fsync(file) == 0 else { throw FileError(.write, reported) }
}

/// Flushes a directory. EINVAL and ENOTSUP are ignored, because some file systems (FUSE, CIFS) cannot flush directories.
private func flushDirectory(_ path: String, reportedAs reported: String) throws(FileError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(.write, reported) }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP else { throw FileError(.write, reported) }
}

/// Atomically replaces the symbolic link at `path` with a link to `target`.
package func replaceLink(_ path: String, target: String) throws(FileError) {
    let temporary = "\(path).tmp-\(getpid())"
    unlink(temporary)
    guard symlink(target, temporary) == 0 else { throw FileError(.create, path) }
    guard rename(temporary, path) == 0 else {
        let error = FileError(.create, path)
        unlink(temporary)
        throw error
    }
    try flushDirectory(directory(of: path), reportedAs: path)
}

/// Renames a file.
package func moveFile(_ path: String, to name: String) throws(FileError) {
    guard rename(path, name) == 0 else { throw FileError(.write, path) }
}

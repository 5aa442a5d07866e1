#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The bytes that a file has.
package func fileSize(_ path: String) throws(FileError) -> Int {
    var status = stat()
    guard stat(path, &status) == 0 else { throw FileError(.read, path) }
    return Int(status.st_size)
}

/// All bytes of a file, or the first of them.
package func readFile(_ path: String, first most: Int = .max) throws(FileError) -> [UInt8] {
    // To open a pipe otherwise waits for who writes to it.
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

    var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), most))
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

/// Whether there is anything at a path.
/// - Throws: `FileError` where that cannot be told: a directory on the way that may not be searched, a disk that fails.
package func exists(_ path: String) throws(FileError) -> Bool {
    var status = stat()
    if stat(path, &status) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path) }
    return false
}

/// What a path names, a link itself and not what it leads to: S_IFREG, S_IFDIR, S_IFLNK, …; nil where there is nothing.
/// - Throws: `FileError`, as of a file that cannot be made, where that cannot be told.
package func fileType(_ path: String) throws(FileError) -> mode_t? {
    var status = stat()
    if lstat(path, &status) == 0 { return status.st_mode & S_IFMT }
    guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.create, path) }
    return nil
}

/// The names in a directory, sorted; nil where there is no directory of that name.
/// - Throws: `FileError` where it cannot be read to its end, which does not mean that it is empty.
package func directoryNames(_ path: String) throws(FileError) -> [String]? {
    guard let stream = opendir(path) else {
        guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path) }
        return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while true {
        // Only errno tells the end from a failure.
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

/// Whether two paths lead to one file.
package func isSameFile(_ path: String, _ other: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev
        && first.st_ino == second.st_ino
}

/// Puts `bytes` in place of the file at `path`: afterwards, and after a crash at any moment, the path has the old
/// content or the new, never a part.
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

/// Makes a directory, and those that it is to be in.
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

/// Deletes a file or a link, if it is there.
package func removeFile(_ path: String) throws(FileError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw FileError(.remove, path) }
}

/// - Throws: `FileError` where no file can be made.
package func requireCreatable(_ path: String) throws(FileError) {
    let temporary = "\(path).tmp-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666)
    guard !path.isEmpty, file >= 0 else { throw FileError(.create, path) }
    close(file)
    unlink(temporary)
}

/// Lets `fill` write a temporary file beside `path`, then puts it in place: flushed, renamed, the directory flushed.
/// When `fill` throws, nothing is left behind.
package func replaceFile(_ path: String, fill: (_ temporary: String) throws -> Void) throws {
    let temporary = "\(path).tmp-\(getpid())"
    // Made here first: what cannot be made is then told in the system's words, whoever writes to it.
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

/// The directory that holds `path`.
package func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

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

/// Some file systems (FUSE, CIFS) cannot flush a directory, and say EINVAL or ENOTSUP. A run goes on without that.
private func flushDirectory(_ path: String, reportedAs reported: String) throws(FileError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(.write, reported) }
    defer { close(file) }
    guard fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP else { throw FileError(.write, reported) }
}

/// Points the symbolic link at `path` to `target`, in one move: the link never points at nothing.
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

/// Gives a file another name.
package func moveFile(_ path: String, to name: String) throws(FileError) {
    guard rename(path, name) == 0 else { throw FileError(.write, path) }
}

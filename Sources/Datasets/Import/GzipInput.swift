internal import CZlib
import Glibc

/// What an importer's own error type must be able to say about the file it reads.
protocol ImportError: Error {
    static func noSuchFile(path: String) -> Self
    static func cannotRead(path: String, reason: String) -> Self
}

/// A file read from front to back, gzip or plain: zlib looks at the first bytes and unpacks what needs it.
struct GzipInput<Failure: ImportError>: ~Copyable {
    /// Enough to make calls rare, little enough to stay in the cache.
    static var blockSize: Int { 1 << 18 }

    private let path: String
    private let file: gzFile

    init(path: String) throws(Failure) {
        guard let file = gzopen(path, "rb") else {
            throw errno == ENOENT
                ? .noSuchFile(path: path) : .cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        self.path = path
        self.file = file
        // A larger buffer than zlib's 8 KiB; should it be refused, reading is slower but right.
        gzbuffer(file, 1 << 17)
    }

    deinit {
        gzclose_r(file)
    }

    /// Appends the next `count` bytes to `bytes` and returns how many came: fewer only at the end of the file.
    ///
    /// The end of a gzip file is where its checksum is compared, so who wants it compared reads up to the end.
    @discardableResult
    mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(Failure) -> Int {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: count)
        let found = bytes.withUnsafeMutableBytes { fill($0[start...]) }
        bytes.removeLast(count - found)
        if found < count { try checkEnd() }
        return found
    }

    /// Reads into `target` until it is full or nothing more comes, and returns how many bytes came.
    private func fill(_ target: Slice<UnsafeMutableRawBufferPointer>) -> Int {
        var rest = UnsafeMutableRawBufferPointer(rebasing: target)
        // One call takes no more than fits its 32-bit count.
        while !rest.isEmpty {
            let found = Int(gzread(file, rest.baseAddress, UInt32(min(rest.count, 1 << 30))))
            guard found > 0 else { break }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[found...])
        }
        return target.count - rest.count
    }

    /// Tells the end of the file from a failure, which includes a gzip stream that stops in its middle.
    private func checkEnd() throws(Failure) {
        var code = Z_OK
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        guard code != Z_OK, code != Z_STREAM_END else { return }
        // zlib puts the path before its message; our errors carry it by themselves.
        let prefix = path + ": "
        let reason = message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message
        throw .cannotRead(path: path, reason: reason)
    }
}

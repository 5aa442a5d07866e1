internal import CZlib
import Glibc

/// An importer's error type, with the cases that `GzipInput` throws.
package protocol ImportError: Error {
    static func noSuchFile(path: String) -> Self
    static func cannotRead(path: String, reason: String) -> Self
}

/// Reads a file sequentially and decompresses it if it is a gzip file.
///
/// zlib waits until it has as many bytes as it is asked for. Of a pipe or a terminal one can also have what has arrived, as it is.
package struct GzipInput<Failure: ImportError>: ~Copyable {
    /// Large enough for few calls, small enough for the cache.
    package static var blockSize: Int { 1 << 18 }

    /// Whether all has been read.
    private(set) var isAtEnd = false

    private let path: String
    private let file: gzFile
    /// In bytes, as the file is compressed.
    private let size: Int
    /// Whether reads give what has arrived.
    private let givesWhatArrived: Bool

    package init(path: String) throws(Failure) {
        var status = stat()
        // A path that cannot be read is an error below.
        let isKnown = stat(path, &status) == 0
        try self.init(
            gzopen(path, "rb"), path: path, size: isKnown ? Int(status.st_size) : 0, givesWhatArrived: false)
    }

    /// Reads the standard input, which errors call `name`.
    /// - Parameter asItComes: whether reads do not wait for more than has arrived. A file in place of a pipe is there already.
    init(standardInputNamed name: String, asItComes: Bool) throws(Failure) {
        var status = stat()
        let isFile = fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        // zlib closes the descriptor that it is given, so that is a copy.
        try self.init(
            gzdopen(dup(STDIN_FILENO), "rb"), path: name, size: isFile ? Int(status.st_size) : 0,
            givesWhatArrived: asItComes && !isFile)
    }

    private init(_ file: gzFile?, path: String, size: Int, givesWhatArrived: Bool) throws(Failure) {
        guard let file else {
            throw errno == ENOENT
                ? .noSuchFile(path: path) : .cannotRead(path: path, reason: String(cString: strerror(errno)))
        }
        (self.path, self.file, self.size, self.givesWhatArrived) = (path, file, size, givesWhatArrived)
        // Larger than zlib's default of 8 KiB; a failure only makes reading slower.
        gzbuffer(file, 1 << 17)
    }

    deinit {
        gzclose_r(file)
    }

    /// The share of the file that has been read; nil if it is no file.
    package var share: Double? { size > 0 ? min(1, Double(gzoffset(file)) / Double(size)) : nil }

    /// Appends the next `count` bytes to `bytes`, or fewer at the end of the file; or those of them that have arrived, at least one.
    ///
    /// zlib verifies the checksum of a gzip file at its end, so callers must read up to there.
    /// - Returns: the number of bytes read.
    /// - Throws: `Failure.cannotRead`.
    @discardableResult
    package mutating func read(upTo count: Int, appendingTo bytes: inout [UInt8]) throws(Failure) -> Int {
        let start = bytes.count
        bytes += [UInt8](repeating: 0, count: count)
        guard !givesWhatArrived else {
            let found = bytes.withUnsafeMutableBytes {
                Glibc.read(STDIN_FILENO, $0.baseAddress.map { $0 + start }, count)
            }
            guard found >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
            bytes.removeLast(count - found)
            isAtEnd = found == 0
            return found
        }
        let found = bytes.withUnsafeMutableBytes { fill($0[start...]) }
        bytes.removeLast(count - found)
        isAtEnd = found < count
        if isAtEnd { try checkEnd() }
        return found
    }

    /// Fills `target` as far as the file goes, and returns the number of bytes.
    private func fill(_ target: Slice<UnsafeMutableRawBufferPointer>) -> Int {
        var rest = UnsafeMutableRawBufferPointer(rebasing: target)
        // gzread takes a 32-bit count.
        while !rest.isEmpty {
            let found = Int(gzread(file, rest.baseAddress, UInt32(min(rest.count, 1 << 30))))
            guard found > 0 else { break }
            rest = UnsafeMutableRawBufferPointer(rebasing: rest[found...])
        }
        return target.count - rest.count
    }

    /// Throws if the last read failed, rather than reached the end of the file. A truncated gzip stream is a failure.
    private func checkEnd() throws(Failure) {
        var code = Z_OK
        let message = gzerror(file, &code).map { String(cString: $0) } ?? ""
        guard code != Z_OK, code != Z_STREAM_END else { return }
        // zlib's message begins with its name of the file, which the error already has.
        let reason = message.ranges(of: ": ").last.map { String(message[$0.upperBound...]) } ?? message
        throw .cannotRead(path: path, reason: reason)
    }
}

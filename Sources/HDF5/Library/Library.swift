internal import CHDF5
internal import Glibc

/// All calls of libhdf5: serialized by a lock, and checked for errors.
enum Library {
    private static let lock = RecursiveLock()

    /// Runs `body` while holding the lock of libhdf5. Calls may be nested.
    static func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        // Each thread has an error stack, which prints to standard error unless that is disabled.
        H5Eset_auto2(chdf5_H5E_DEFAULT(), nil, nil)
        return try body()
    }

    /// libhdf5's: "1.10.8"
    static var version: String {
        locked {
            var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
            H5get_libversion(&major, &minor, &release)
            return "\(major).\(minor).\(release)"
        }
    }

    /// Makes a C call and returns its result. Negative results are failures.
    ///
    /// - Parameters:
    ///   - kind: the kind of error, evaluated only after a failure.
    ///   - operation: the name of the C function.
    /// - Throws: `HDF5Error`.
    @discardableResult
    static func call<Result: SignedInteger>(
        _ kind: @autoclosure () -> HDF5Error.Kind,
        _ operation: String,
        at location: Location,
        _ body: () -> Result
    ) throws -> Result {
        try locked {
            let result = body()
            guard result < 0 else { return result }
            // `kind` may make calls, which clear the error stack, so the reason is read first.
            let reason = failureReason()
            throw location.error(kind(), operation, reason.text, code: reason.code)
        }
    }

    /// Calls a C function that returns a text: first without a buffer for its length, then for the text.
    static func text(
        _ kind: HDF5Error.Kind, _ operation: String, at location: Location,
        _ body: (_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int
    ) throws -> String {
        let length = try call(kind, operation, at: location) { body(nil, 0) }
        var buffer = [CChar](repeating: 0, count: length + 1)
        try call(kind, operation, at: location) { body(&buffer, buffer.count) }
        return string(buffer)
    }

    /// The operating system's reason with its `errno`, if a system call failed: "Input/output error". Otherwise the two
    /// innermost entries of this thread's error stack, the outer one first.
    private static func failureReason() -> (text: String, code: Int32?) {
        let entries = TextList.gather { context in
            let visit: H5E_walk2_t = { _, entry, context in
                TextList.add(entry?.pointee.desc, to: context)
                return 0
            }
            H5Ewalk2(chdf5_H5E_DEFAULT(), H5E_WALK_UPWARD, visit, context)
        }
        if let code = entries.lazy.compactMap(systemCode).first {
            return (String(cString: strerror(code)), code)
        }
        let text = entries.prefix(2).reversed().joined(separator: ": ")
            .split(whereSeparator: \.isNewline).joined(separator: " ")
        return (text, text.contains("alloc") ? ENOMEM : nil)
    }

    /// The `errno` in an entry such as "file read failed: time = …, filename = …, file descriptor = 3, errno = 5, error
    /// message = 'Input/output error', buf = 0x…, …".
    private static func systemCode(_ entry: String) -> Int32? {
        let parts = entry.split(separator: "errno = ", maxSplits: 1)
        return parts.count == 2 ? Int32(parts[1].prefix { $0.isNumber }) : nil
    }
}

/// The text of a zero-terminated buffer.
func string(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// A recursive mutex.
// @unchecked: the mutex stays at one address from `init` to `deinit`.
private final class RecursiveLock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, CInt(PTHREAD_MUTEX_RECURSIVE))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}

/// The version of libhdf5: "1.10.8"
package var hdf5Version: String { Library.version }

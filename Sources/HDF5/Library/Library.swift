internal import CHDF5
internal import Glibc

/// libhdf5 as this process shares it: the one place where it is locked, called and checked.
enum Library {
    private static let lock = RecursiveLock()

    /// Runs `body` as the only user of libhdf5. It may be nested.
    static func locked<Result>(_ body: () throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        // Printing errors to stderr is a setting of each thread's error stack, so it is turned off on each.
        H5Eset_auto2(chdf5_H5E_DEFAULT(), nil, nil)
        return try body()
    }

    /// Makes one C call, whose negative results are failures, and gives its result.
    ///
    /// - Parameters:
    ///   - kind: What a failure means; worked out only after one.
    ///   - operation: The C function's name.
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
            // The next call clears the error stack, and `kind` may make calls: the text comes first.
            let reason = failureReason()
            throw location.error(kind(), operation, reason.text, code: reason.code)
        }
    }

    /// The text that a C function gives of itself: its length without a buffer, and then the text.
    static func text(
        _ kind: HDF5Error.Kind, _ operation: String, at location: Location,
        _ body: (_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int
    ) throws -> String {
        let length = try call(kind, operation, at: location) { body(nil, 0) }
        var buffer = [CChar](repeating: 0, count: length + 1)
        try call(kind, operation, at: location) { body(&buffer, buffer.count) }
        return string(buffer)
    }

    /// The operating system's reason and its number, where it refused something: "Input/output error". Otherwise the innermost
    /// two entries of this thread's error stack, the outer one first.
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

    /// What stands in an entry such as "file read failed: time = …, filename = …, file descriptor = 3, errno = 5, error message =
    /// 'Input/output error', buf = 0x…, …", whose rest is for those who debug libhdf5.
    private static func systemCode(_ entry: String) -> Int32? {
        let parts = entry.split(separator: "errno = ", maxSplits: 1)
        return parts.count == 2 ? Int32(parts[1].prefix { $0.isNumber }) : nil
    }
}

/// The text of a buffer up to the zero that ends it.
func string(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// A mutex that its owner may lock again.
// @unchecked: the mutex lives at one address from `init` to `deinit`, and pthread guards the rest.
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

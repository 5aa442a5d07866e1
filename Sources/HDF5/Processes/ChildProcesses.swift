internal import CChildren

/// Forked child processes that write to shared memory, for work that threads cannot do in parallel because of libhdf5's
/// lock, such as decompression.
package enum ChildProcesses {
    /// The maximum number of concurrent child processes.
    package static var maximumCount: Int { Int(CCHILDREN_MAXIMUM) }

    /// Runs `body` in child processes and waits until all of them have ended. The children return only data in shared
    /// memory and an error. The calling process must have one thread, such as that of a `ReadingProcess`, because a fork
    /// would inherit locks that other threads hold.
    ///
    /// - Parameters:
    ///   - path: the file that `body` reads, for errors.
    ///   - count: the number of children, at most `maximumCount`.
    ///   - errors: the types of errors that are passed on from `body`.
    ///   - timeout: the limit on processor time between heartbeats, in seconds.
    ///   - body: receives the index of the child, and a function to call regularly as a heartbeat.
    /// - Returns: whether all children have succeeded. If not, an error cannot be passed on, or no process could be created.
    /// - Throws: an error of `body` that is one of `errors`; `HDF5Error` of kind `crashes`, `hangs` or `killed` if a child
    ///   has ended that way.
    @discardableResult
    package static func run(
        reading path: String, count: Int, throwing errors: [any (Error & Codable).Type], timeout: Int = 20,
        _ body: (_ child: Int, _ heartbeat: () -> Void) throws -> Void
    ) throws -> Bool {
        let errors = ChildErrors(of: errors, from: count)
        let outcome = withoutActuallyEscaping(body) { body in
            let work = Work(body: body, errors: errors)
            return withExtendedLifetime(work) {
                cchildren_run(
                    { Work.from($0)?.run(child: Int($1)) == true ? 1 : 0 }, Int32(count),
                    Unmanaged.passUnretained(work).toOpaque(), Int32(timeout))
            }
        }
        if outcome == CCHILDREN_BODY_FAILED, let error = errors.first { throw error }
        if let error = HDF5Error(outcome, reading: path) { throw error }
        return outcome == CCHILDREN_DONE
    }

    private final class Work {
        private let body: (_ child: Int, _ heartbeat: () -> Void) throws -> Void
        private let errors: ChildErrors

        init(body: @escaping (_ child: Int, _ heartbeat: () -> Void) throws -> Void, errors: ChildErrors) {
            (self.body, self.errors) = (body, errors)
        }

        func run(child: Int) -> Bool {
            do {
                try body(child) {
                    cchildren_heartbeat()
                    errors.heartbeat()
                }
                return true
            } catch {
                errors.store(error, child: child)
                return false
            }
        }

        static func from(_ context: UnsafeMutableRawPointer?) -> Work? {
            context.map { Unmanaged<Work>.fromOpaque($0).takeUnretainedValue() }
        }
    }
}

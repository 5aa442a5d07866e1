internal import CChildren

/// Copies of this process that share its memory, for work that libhdf5's lock denies to threads, such as decompression.
package enum ChildProcesses {
    /// The most that run at one time.
    package static var most: Int { Int(CCHILDREN_MOST) }

    /// Runs `body` in child processes, and returns when all have ended. Nothing comes back from them but what they
    /// write to shared memory, and the error that one ended with. Only for a process of one thread, such as a `ReadingProcess`:
    /// a child of another would have the locks that its parent's threads hold, and nobody to open them.
    ///
    /// - Parameters:
    ///   - path: The file that `body` reads; for the error.
    ///   - count: How many, at most `most`.
    ///   - errors: The types of errors that are thrown here as `body` throws them there.
    ///   - patience: Seconds of processor time without a beat after which a child is taken to run for ever.
    ///   - body: Gets the child's number, from 0 on, and calls its second argument now and then, to say that work goes
    ///     on.
    /// - Returns: Whether `body` came to its end in every child. Where it did not, it threw what cannot be thrown here, or
    ///   the system makes no process.
    /// - Throws: What `body` throws, if it is one of `errors`; `HDF5Error` of kind `crashes`, `hangs` or `killed` for
    ///   what befell a child.
    @discardableResult
    package static func run(
        reading path: String, count: Int, throwing errors: [any (Error & Codable).Type], patience: Int = 20,
        _ body: (_ child: Int, _ beat: () -> Void) throws -> Void
    ) throws -> Bool {
        let errors = ErrorsOfChildren(of: errors, from: count)
        let outcome = withoutActuallyEscaping(body) { body in
            let work = Work(body: body, errors: errors)
            return withExtendedLifetime(work) {
                cchildren_run(
                    { Work.from($0)?.run(child: Int($1)) == true ? 1 : 0 }, Int32(count),
                    Unmanaged.passUnretained(work).toOpaque(), Int32(patience))
            }
        }
        if outcome == CCHILDREN_REFUSED, let error = errors.first { throw error }
        if let error = HDF5Error(outcome, reading: path) { throw error }
        return outcome == CCHILDREN_DONE
    }

    private final class Work {
        private let body: (_ child: Int, _ beat: () -> Void) throws -> Void
        private let errors: ErrorsOfChildren

        init(body: @escaping (_ child: Int, _ beat: () -> Void) throws -> Void, errors: ErrorsOfChildren) {
            (self.body, self.errors) = (body, errors)
        }

        func run(child: Int) -> Bool {
            do {
                try body(child) {
                    cchildren_beat()
                    errors.beat()
                }
                return true
            } catch {
                errors.leave(error, child: child)
                return false
            }
        }

        static func from(_ context: UnsafeMutableRawPointer?) -> Work? {
            context.map { Unmanaged<Work>.fromOpaque($0).takeUnretainedValue() }
        }
    }
}

internal import CRehearsal

/// Reading in a child process first, because libhdf5 itself crashes, or runs for ever, on some damaged files: 1.10.8 does
/// in its heaps, its group listings and its chunk reads. What a child survives, this process survives.
public enum Rehearsal {
    /// Runs `body` in a child process, whose results and errors are lost with it, and returns when it ends.
    ///
    /// - Parameters:
    ///   - path: The file that `body` reads; for the error.
    ///   - patience: Milliseconds without a beat after which `body` is taken to run for ever.
    ///   - shouldStop: Asked now and then; when true, the child is ended and this returns.
    ///   - body: Calls its argument now and then, to say that work goes on.
    /// - Throws: `HDF5Error` of kind `damaged` when the child crashed or hung.
    public static func run(
        _ path: String, patience: Int = 20_000, shouldStop: () -> Bool = { false }, _ body: (_ beat: () -> Void) -> Void
    ) throws {
        // While no other thread is in the library, so that the child finds it in order.
        let outcome = Library.locked {
            withoutActuallyEscaping(shouldStop) { shouldStop in
                withoutActuallyEscaping(body) { body in
                    let task = Task(body: body, shouldStop: shouldStop)
                    return withExtendedLifetime(task) {
                        crehearsal_run(
                            { Task.from($0)?.rehearse() }, { Task.from($0)?.shouldStop() == true ? 1 : 0 },
                            Unmanaged.passUnretained(task).toOpaque(), Int64(patience))
                    }
                }
            }
        }
        let detail: String
        switch outcome {
        case CREHEARSAL_CRASHED: detail = "HDF5's library crashes on it"
        case CREHEARSAL_HUNG: detail = "HDF5's library does not come to an end with it"
        default: return
        }
        throw HDF5Error(kind: .damaged, operation: "fork", path: path, object: "", detail: detail)
    }

    private final class Task {
        let body: (_ beat: () -> Void) -> Void
        let shouldStop: () -> Bool

        init(body: @escaping (_ beat: () -> Void) -> Void, shouldStop: @escaping () -> Bool) {
            self.body = body
            self.shouldStop = shouldStop
        }

        func rehearse() {
            Library.renewLock()
            body { crehearsal_beat() }
        }

        static func from(_ context: UnsafeMutableRawPointer?) -> Task? {
            context.map { Unmanaged<Task>.fromOpaque($0).takeUnretainedValue() }
        }
    }
}

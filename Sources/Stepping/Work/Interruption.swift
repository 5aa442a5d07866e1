import Synchronization

/// A request from outside to stop a run, or to save a checkpoint. It is checked before each stoppable work item, and
/// between the blocks of a dataset that is read.
///
/// A program that handles signals waits for them on a thread of its own, with `sigwait`: oneDNN's generated code uses
/// the stack pointer as a register, so a signal handler's frame would overwrite its buffers.
package final class Interruption: Sendable {
    private let stop = Atomic(false)
    private let save = Atomic(false)

    /// Polls pending signals and forwards them to this object: called regularly while data is read.
    package let poll: @Sendable () -> Void
    /// Starts to wait for signals: called once the data is read.
    package let listen: @Sendable () -> Void

    package init(poll: @escaping @Sendable () -> Void = {}, listen: @escaping @Sendable () -> Void = {}) {
        (self.poll, self.listen) = (poll, listen)
    }

    package var isStopRequested: Bool { stop.load(ordering: .relaxed) }

    /// - Returns: whether a stop had been requested before.
    @discardableResult
    package func requestStop() -> Bool { stop.exchange(true, ordering: .relaxed) }

    package func requestSave() { save.store(true, ordering: .relaxed) }

    /// Whether a save is requested; clears the request.
    package func takeSaveRequest() -> Bool {
        save.load(ordering: .relaxed) && save.exchange(false, ordering: .relaxed)
    }

    /// - Throws: `Interrupted` when a stop is requested.
    package func check() throws {
        if isStopRequested { throw Interrupted() }
    }
}

/// A stop was requested, so work was left undone.
package struct Interrupted: Error {
    package init() {}
}

import Synchronization

/// What somebody outside asks of a run: to stop, or to save. Looked at between the shards of a step, the pieces of an
/// evaluation, and the blocks of a dataset that is read.
///
/// A program that answers signals waits for them on a thread of its own, with `sigwait`: oneDNN does not bear a handler that
/// interrupts its multiplications.
package final class Interruption: Sendable {
    private let stop = Atomic(false)
    private let save = Atomic(false)

    /// Passes on what was asked while nobody waited for it: for a program that waits only once its data is read.
    package let look: @Sendable () -> Void

    package init(look: @escaping @Sendable () -> Void = {}) {
        self.look = look
    }

    package var isStopRequested: Bool { stop.load(ordering: .relaxed) }

    /// - Returns: whether a stop had been requested before.
    @discardableResult
    package func requestStop() -> Bool { stop.exchange(true, ordering: .relaxed) }

    package func requestSave() { save.store(true, ordering: .relaxed) }

    /// Whether a save is asked for; asking is over with that.
    package func takeSaveRequest() -> Bool {
        save.load(ordering: .relaxed) && save.exchange(false, ordering: .relaxed)
    }

    /// - Throws: `Interrupted` when a stop is requested.
    package func check() throws {
        if isStopRequested { throw Interrupted() }
    }
}

/// Work was left undone because a stop was requested.
package struct Interrupted: Error {
    package init() {}
}

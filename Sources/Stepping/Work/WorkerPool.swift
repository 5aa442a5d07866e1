/// Independent work items, with a barrier after the last.
package struct WorkList {
    package let count: Int
    /// Whether a requested stop leaves its items undone, and the lists after it.
    package let isStoppable: Bool
    /// Runs an item on a worker, both from 0. No two calls at the same time have the same worker.
    package let body: @Sendable (_ worker: Int, _ item: Int) throws -> Void

    package init(
        _ count: Int, isStoppable: Bool = false,
        _ body: @escaping @Sendable (_ worker: Int, _ item: Int) throws -> Void
    ) {
        self.count = count
        self.isStoppable = isStoppable
        self.body = body
    }
}

/// The outcome of some work lists.
package struct WorkOutcome {
    /// How many lists are done, from the first on.
    package let finishedLists: Int
    /// The error that ended the work: that of the lowest item that failed, or `Interrupted` when a stop was requested.
    package let error: (any Error)?

    package init(finishedLists: Int, error: (any Error)?) {
        (self.finishedLists, self.error) = (finishedLists, error)
    }
}

/// Runs work lists.
package protocol WorkExecutor: Sendable {
    /// Runs each item once, on `workerCount` workers, with a barrier after each list. If an item fails, the other items
    /// of its list run, but no further list.
    func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome
}

/// Runs work lists on the cores. Any worker may take any item, so results must depend on the item alone.
struct WorkerPool: Sendable {
    let workerCount: Int
    let interruption: Interruption?
    let executor: any WorkExecutor

    /// - Parameter spared: workers left out, to leave their cores for something else.
    func outcome(of lists: [WorkList], sparing spared: Int = 0) -> WorkOutcome {
        executor.run(lists, workerCount: max(1, workerCount - spared), interruption: interruption)
    }

    /// Runs the lists as `outcome` does.
    /// - Throws: the outcome's error.
    func perform(_ lists: [WorkList]) throws {
        if let error = outcome(of: lists).error { throw error }
    }
}

/// Work items that do not depend on each other.
package struct WorkList {
    package let count: Int
    /// Whether a stop may leave it, and with it what follows.
    package let isStoppable: Bool
    /// Called with a worker, from 0, and an item: no two calls at a time with the same worker.
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

/// What became of some lists of work.
package struct WorkOutcome {
    /// How many lists were done, from the first on.
    package let finishedLists: Int
    /// Why no more: the error of the lowest item that failed; `Interrupted` when a stop was requested.
    package let error: (any Error)?

    package init(finishedLists: Int, error: (any Error)?) {
        (self.finishedLists, self.error) = (finishedLists, error)
    }
}

/// Runs lists of work items.
package protocol WorkExecutor: Sendable {
    /// Runs each item once, on workers of which there are so many. A list begins when the one before has ended; all items of
    /// a list are taken even if one fails, and then no further list.
    func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome
}

/// Runs work items on the cores. Which worker takes which item is free, so results may depend on the item alone.
struct WorkerPool: Sendable {
    let workerCount: Int
    let interruption: Interruption?
    let executor: any WorkExecutor

    /// - Parameter spared: workers left out, whose cores are wanted for something else.
    func outcome(of lists: [WorkList], sparing spared: Int = 0) -> WorkOutcome {
        executor.run(lists, workerCount: max(1, workerCount - spared), interruption: interruption)
    }

    /// Runs the lists as `outcome` does.
    /// - Throws: the outcome's error.
    func perform(_ lists: WorkList...) throws {
        if let error = outcome(of: lists).error { throw error }
    }
}

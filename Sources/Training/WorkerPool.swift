import Dispatch
import Foundation
import Synchronization

/// Work items that do not depend on each other.
struct WorkList {
    let count: Int
    /// Whether a stop may leave it, and with it what follows.
    let isStoppable: Bool
    /// Called with a worker, from 0, and an item: no two calls at a time with the same worker.
    let body: @Sendable (_ worker: Int, _ item: Int) throws -> Void

    init(
        _ count: Int, isStoppable: Bool = false,
        _ body: @escaping @Sendable (_ worker: Int, _ item: Int) throws -> Void
    ) {
        self.count = count
        self.isStoppable = isStoppable
        self.body = body
    }
}

/// Runs work items on the cores. Which worker takes which item is free, so results may depend on the item alone.
struct WorkerPool: Sendable {
    let workerCount: Int
    let interruption: Interruption?

    /// What became of some lists of work.
    struct Outcome {
        /// How many lists were done, from the first on.
        let finishedLists: Int
        /// Why no more: the error of the lowest item that failed; `Interrupted` when a stop was requested.
        let error: (any Error)?
    }

    /// Runs each item once, from at most `workerCount` threads. A list begins when the one before has ended; all items of
    /// a list are taken even if one fails, and then no further list.
    /// - Parameter spared: workers left out, whose cores are wanted for something else.
    func outcome(of lists: [WorkList], sparing spared: Int = 0) -> Outcome {
        let items = lists.reduce(0) { $0 + $1.count }
        let next = Atomic(0)
        let done = Atomic(0)
        let failedList = Atomic(lists.count)
        let failure = Mutex<(item: Int, error: any Error)?>(nil)

        @Sendable func work(_ worker: Int) {
            var (list, start) = (0, 0)
            while true {
                let item = next.add(1, ordering: .relaxed).oldValue
                guard item < items else { return }
                while item >= start + lists[list].count {
                    start += lists[list].count
                    list += 1
                }
                // Lower items have been taken by threads that run, so this ends.
                Self.wait { done.load(ordering: .acquiring) >= start }
                if failedList.load(ordering: .relaxed) >= list {
                    do {
                        if lists[list].isStoppable { try interruption?.check() }
                        try lists[list].body(worker, item - start)
                    } catch {
                        failure.withLock { first in
                            if first.map({ item < $0.item }) ?? true { first = (item, error) }
                        }
                        failedList.min(list, ordering: .relaxed)
                    }
                }
                done.add(1, ordering: .releasing)
            }
        }
        let workers = min(max(1, workerCount - spared), lists.reduce(0) { max($0, $1.count) })
        if workers > 1 {
            DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        } else {
            work(0)
        }
        return Outcome(finishedLists: failedList.load(ordering: .relaxed), error: failure.withLock { $0?.error })
    }

    /// Runs the lists as `outcome` does.
    /// - Throws: the outcome's error.
    func perform(_ lists: WorkList...) throws {
        if let error = outcome(of: lists).error { throw error }
    }

    /// Others are about to be ready: to sleep and be woken would take longer. Where there are more workers than cores,
    /// those who are waited for need this one's; and where it takes long, others have use for it.
    private static func wait(until isReady: () -> Bool) {
        var spins = 0
        while !isReady() {
            spins += 1
            if spins > 5000 { usleep(50) } else if spins > 500 { sched_yield() }
        }
    }
}

import Dispatch
import Foundation
import Synchronization

/// Runs work items on `DispatchQueue.concurrentPerform`, which has a thread for each core; more workers take turns.
///
/// Workers take items in order from one counter. A worker that holds an item of the next list spins at the barrier
/// until all earlier items are done, since sleeping and waking up would take longer than most lists.
package struct ConcurrentExecutor: WorkExecutor {
    package init() {}

    package func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome {
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
                // The barrier. It ends, because running threads have taken all lower items.
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
        let workers = min(workerCount, lists.reduce(0) { max($0, $1.count) })
        if workers > 1 {
            DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        } else {
            work(0)
        }
        return WorkOutcome(finishedLists: failedList.load(ordering: .relaxed), error: failure.withLock { $0?.error })
    }

    /// Spins; after 500 turns it yields the core, since workers may outnumber cores, and after 5,000 it sleeps.
    private static func wait(until isReady: () -> Bool) {
        var spins = 0
        while !isReady() {
            spins += 1
            if spins > 5000 { usleep(50) } else if spins > 500 { sched_yield() }
        }
    }
}

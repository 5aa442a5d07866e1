import Dispatch
import Foundation
import Synchronization

/// Runs work items on threads of `DispatchQueue.concurrentPerform`, which makes as many as there are cores: more workers than
/// that take turns.
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
        let workers = min(workerCount, lists.reduce(0) { max($0, $1.count) })
        if workers > 1 {
            DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        } else {
            work(0)
        }
        return WorkOutcome(finishedLists: failedList.load(ordering: .relaxed), error: failure.withLock { $0?.error })
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

import Dispatch
import Synchronization

/// Runs work items on the cores. Which worker takes which item is free, so results may depend on the item alone.
struct WorkerPool: Sendable {
    let workerCount: Int

    /// Calls `body(worker, item)` once for each item, from at most `workerCount` threads; no two calls at a time have
    /// the same worker. All items are taken even if one fails, unless a stop is requested.
    /// - Parameter interruption: what makes workers leave the remaining items.
    /// - Throws: the error of the lowest item that failed; `Interrupted` when items were left.
    func perform(
        items: Int, interruption: Interruption? = nil,
        _ body: @Sendable (_ worker: Int, _ item: Int) throws -> Void
    ) throws {
        let next = Atomic(0)
        let failure = Mutex<(item: Int, error: any Error)?>(nil)
        @Sendable func work(_ worker: Int) {
            while true {
                let item = next.add(1, ordering: .relaxed).oldValue
                guard item < items else { return }
                do {
                    try interruption?.check()
                    try body(worker, item)
                } catch {
                    failure.withLock { first in
                        if first.map({ item < $0.item }) ?? true { first = (item, error) }
                    }
                }
            }
        }
        let workers = min(workerCount, items)
        if workers > 1 {
            DispatchQueue.concurrentPerform(iterations: workers, execute: work)
        } else {
            work(0)
        }
        if let error = failure.withLock({ $0?.error }) { throw error }
    }
}

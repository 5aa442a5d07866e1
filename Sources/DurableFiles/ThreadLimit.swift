#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// This process may not have the threads that it needs.
package struct TooFewThreads: Error, Sendable, Equatable {
    package let needed: Int
    /// How many could be had beside those that there were.
    package let available: Int
}

extension ProcessLimits {
    /// Makes so many threads, which end when all are there. Dispatch would wait for ever for one that the system refuses.
    /// - Throws: `TooFewThreads` where a limit on processes, tasks or memory does not allow them.
    package static func requireThreads(_ count: Int) throws(TooFewThreads) {
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        defer { gate.deallocate() }
        pthread_mutex_init(gate, nil)
        pthread_mutex_lock(gate)
        var threads: [pthread_t] = []
        for _ in 0..<count {
            var thread = pthread_t()
            let status = pthread_create(
                &thread, nil,
                { gate in
                    if let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self) {
                        pthread_mutex_lock(gate)
                        pthread_mutex_unlock(gate)
                    }
                    return nil
                }, gate)
            guard status == 0 else { break }
            threads.append(thread)
        }
        pthread_mutex_unlock(gate)
        for thread in threads { pthread_join(thread, nil) }
        pthread_mutex_destroy(gate)
        guard threads.count == count else { throw TooFewThreads(needed: count, available: threads.count) }
    }
}

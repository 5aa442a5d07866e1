#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// This process may not create as many threads as it needs.
package struct TooFewThreads: Error, Sendable, Equatable {
    package let needed: Int
    /// The number of additional threads that could be created.
    package let available: Int
}

extension ProcessLimits {
    /// Checks that `count` threads can be created, by creating and ending them. Without this check, Dispatch would wait
    /// forever for a thread that the system denies.
    /// - Throws: `TooFewThreads` if a limit on processes, tasks or memory is exceeded.
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

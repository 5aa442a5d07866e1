import DurableFiles
import Foundation
import Networks

/// Parameters, slots, their copies, and a minibatch need more memory than this process may have.
package struct NotEnoughMemory: Error, Sendable, Equatable {
    package let parameterCount: Int
    /// Bytes.
    package let needed: Int
    package let available: Int
}

/// Memory of this process.
enum MemoryUse {
    /// - Parameters:
    ///   - slots: of the optimizer.
    ///   - rows: of a microbatch.
    ///   - samples: bytes of the features and targets that are in memory.
    /// - Throws: `NotEnoughMemory` when training a network needs more than the machine has.
    static func requireEnough(for network: Network, slots: Int, rows: Int, samples: Int) throws {
        // Parameters and slots, and copies that are saved, that are saved with them, and that are retained, 4; a checkpoint's
        // file, 1, and twice that where HDF5 makes it grow. Gradients, 1; packed for training, 2, and for evaluation, 1.
        let parameters = (7 * (1 + slots) + 4) * network.layout.bufferCount
        // For the whole microbatch and for shards.
        let needed = 4 * (parameters + 2 * rows * network.elementsPerSample) + samples
        let available = ProcessLimits.memory
        guard needed <= available else {
            throw NotEnoughMemory(
                parameterCount: network.layout.parameterCount, needed: needed, available: available)
        }
    }

    /// Bytes in memory at the most since `forgetPeak`; since the process began, where the system cannot forget.
    static var peak: Int {
        #if os(Linux)
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        return (kibibytes ?? 0) << 10
        #else
        var usage = rusage()
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #endif
    }

    /// See proc_pid_clear_refs(5).
    static func forgetPeak() {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }
}

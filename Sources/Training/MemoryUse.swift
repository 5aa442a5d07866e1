import Foundation
import Networks

/// Memory of this process.
enum MemoryUse {
    /// - Parameters:
    ///   - slots: of the optimizer.
    ///   - rows: of a microbatch.
    ///   - others: bytes that are needed beside.
    /// - Throws: `TrainingError.notEnoughMemory` when training a network needs more than the machine has.
    static func requireEnough(for network: Network, slots: Int, rows: Int, others: Int = 0) throws {
        // Parameters and slots, and copies that are saved, that are saved with them, and that are retained, 4; a checkpoint's
        // file, 1, and twice that where HDF5 makes it grow. Gradients, 1; packed for training, 2, and for evaluation, 1.
        let parameters = (7 * (1 + slots) + 4) * network.layout.bufferCount
        // For the whole microbatch and for shards.
        let needed = 4 * (parameters + 2 * rows * network.numbersPerSample) + others
        let available = available
        guard needed <= available else {
            throw TrainingError.notEnoughMemory(
                parameterCount: network.layout.parameterCount, needed: needed, available: available)
        }
    }

    /// Bytes that the process may have: the machine's, or what its limits or those of its control group leave of them.
    private static var available: Int {
        let physical = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        #if os(Linux)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        let group = try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)
        let granted = group.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) } ?? .max
        return min(physical, Int(clamping: limit.rlim_cur), granted)
        #else
        return physical
        #endif
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

import DurableFiles
import Foundation
import Minibatches
import Networks

/// Training needs more memory than this process may use.
package struct NotEnoughMemory: Error, Sendable, Equatable {
    package let parameterCount: Int
    /// Estimated need in bytes.
    package let needed: Int
    /// Bytes that this process may use.
    package let available: Int
    /// Whether layers take statistics of several samples, which are in memory together.
    package let comparesSamples: Bool
}

/// Estimates and measures the memory use of this process.
package enum MemoryUse {
    /// - Parameters:
    ///   - slots: the number of optimizer slots.
    ///   - plan: of the minibatches.
    ///   - sampleCount: of the training split.
    ///   - samples: the bytes of features and targets in memory.
    /// - Throws: `NotEnoughMemory` when training the network needs more than this process may use.
    package static func requireEnough(
        for network: Network, slots: Int, plan: MinibatchPlan, sampleCount: Int, samples: Int
    ) throws {
        // Parameters and slots count seven times: the live ones, CheckpointWriter's three copies, and a checkpoint's file
        // with two copies while libhdf5 enlarges it. Three more: packed weights for training (2) and evaluation. Gradients
        // are kept once for each level of the leaves' tree.
        let gradients = 1 + plan.leafCount.trailingZeroBitCount
        let parameters = (7 * (1 + slots) + 3 + gradients) * network.layout.bufferCount
        // Activations of the microbatch and of the shards.
        let rows = plan.groupCapacity(sampleCount: sampleCount)
        let gradientsOfShards = plan.groupSize * plan.shardCount * network.parametersOfShards
        let needed = 4 * (parameters + gradientsOfShards + 2 * rows * network.elementsPerSample) + samples
        let available = ProcessLimits.memory
        guard needed <= available else {
            throw NotEnoughMemory(
                parameterCount: network.layout.parameterCount, needed: needed, available: available,
                comparesSamples: network.meetingCount > 0)
        }
    }

    /// Peak resident memory in bytes since `resetPeak`, or since the start of the process if the system cannot reset it.
    package static var peak: Int {
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

    /// Resets the peak; see proc_pid_clear_refs(5).
    package static func resetPeak() {
        try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))
    }
}

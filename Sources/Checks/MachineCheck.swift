import DurableFiles
import Kernels

/// What a machine offers to training, and what of it is missing.
package struct MachineCheck: Sendable {
    package enum Finding: Sendable, Equatable {
        /// Affinity or a control group keeps this process from some cores.
        case fewerCores(allowed: Int, online: Int)
        /// All cores together reach only so many times the peak of one.
        case slowTogether(ratio: Double, cores: Int)
        /// The CPU has no AVX2.
        case slowInstructions(String)
    }

    package let processor: String?
    package let cores: Int
    package let onlineCores: Int
    /// In bytes.
    package let memory: Int
    package let freeMemory: Int
    /// Floating-point operations a second in fp32, of one core and of all that may be used.
    package let peakOfOne: Double?
    package let peakOfAll: Double?
    package let findings: [Finding]

    /// The share of the cores' peak below which something else is at work.
    private static let leastShare = 0.8

    /// Measures for some tens of milliseconds.
    /// - Throws: `KernelError` if oneDNN cannot be used here.
    package init() throws(KernelError) {
        try Arithmetic.requireUsable()
        (processor, cores, onlineCores) = (
            ProcessLimits.processorName, ProcessLimits.cores, ProcessLimits.onlineCores
        )
        (memory, freeMemory) = (ProcessLimits.memory, ProcessLimits.freeMemory)
        peakOfOne = measuredPeak(.fp32, workerCount: 1)
        peakOfAll = cores == 1 ? peakOfOne : measuredPeak(.fp32, workerCount: cores)
        var findings: [Finding] = []
        if cores < onlineCores { findings.append(.fewerCores(allowed: cores, online: onlineCores)) }
        if let peakOfOne, let peakOfAll, peakOfAll < Self.leastShare * Double(cores) * peakOfOne {
            findings.append(.slowTogether(ratio: peakOfAll / peakOfOne, cores: cores))
        }
        if !Arithmetic.hasWideVectors { findings.append(.slowInstructions(Arithmetic.instructions)) }
        self.findings = findings
    }
}

import DurableFiles
import HDF5
import Kernels
import Runs

/// Lockstep's version, and those of what its speed and its bits depend on: a line each for it, oneDNN with its instructions, HDF5,
/// and the CPU.
var versionLines: [String] {
    [
        "lockstep  \(lockstepVersion)",
        "oneDNN    \(Arithmetic.libraryVersion), \(Arithmetic.instructions)",
        "HDF5      \(hdf5Version)",
        "CPU       \(ProcessLimits.processorName ?? "unknown")",
    ]
}

import Datasets
import DurableFiles
import HDF5
import Kernels
import Optimizers
import RunSettings
import Runs
import Stepping

/// What a process that cannot do its work ends with: codes of sysexits.h.
package enum ExitStatus: Int32, Sendable {
    case usage = 64
    case badData = 65
    case noInput = 66
    /// oneDNN cannot be used here.
    case unavailable = 69
    /// Training diverged, or differences do not confirm a gradient.
    case numerical = 70
    case outOfMemory = 71
    case cannotWrite = 73
    case stopped = 75
}

/// An error in words: what is wrong, where, and what to do.
package struct ErrorMessage: Sendable {
    package let code: ExitStatus
    package let text: String

    /// Whatever a message has from a file or a command line, a reader gets lines of a terminal's length.
    package init(_ code: ExitStatus, _ text: String) {
        self.code = code
        self.text = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { clipped(onOneLine(String($0)), to: 1000) }.joined(separator: "\n")
    }

    /// The one place where errors get their words and their exit codes; nil for an error that is none of ours.
    package init?(_ error: any Error) {
        switch error {
        case is Interrupted:
            self.init(.stopped, "stopped before the run began; nothing is lost, begin it again")
        case let error as DatasetError: self.init(error.code, error.wording)
        case let error as IDXError: self.init(error.code, error.wording)
        case let error as CSVError: self.init(error.code, error.wording)
        case let error as ImportMismatch: self.init(.badData, error.wording)
        case let error as CheckpointError: self.init(.badData, error.wording)
        case let error as RunError: self.init(error.code, error.wording)
        case let error as DivergenceError: self.init(.numerical, error.wording)
        case let error as SettingsError: self.init(.usage, error.wording)
        case let error as ConfigurationFileError: self.init(.usage, error.wording)
        case let error as NotEnoughMemory: self.init(.outOfMemory, error.wording)
        case let error as OutOfMemory: self.init(.outOfMemory, error.wording)
        case let error as TooFewThreads: self.init(.outOfMemory, error.wording)
        case let error as FileError: self.init(error.code, error.wording)
        case let error as HDF5Error: self.init(error.code, error.wording)
        case let error as KernelError: self.init(error.code, error.wording)
        default: return nil
        }
    }
}

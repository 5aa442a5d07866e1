import DatasetFiles
import Datasets
import DurableFiles
import Formats
import HDF5
import Kernels
import Models
import Optimizers
import PortableNetworks
import RunSettings
import Runs
import Stepping
import Tables

/// The exit status of a failed process: codes of sysexits.h.
package enum ExitStatus: Int32, Sendable {
    case usage = 64
    case badData = 65
    case noInput = 66
    /// oneDNN does not work on this machine.
    case unavailable = 69
    /// Training diverged, or a gradient check failed.
    case numerical = 70
    case outOfMemory = 71
    case cannotWrite = 73
    case stopped = 75
}

/// The message of an error: what is wrong, where, and what to do.
package struct ErrorMessage: Sendable {
    package let code: ExitStatus
    package let text: String

    /// A message with shortened lines, since texts from files and command lines may have any length.
    package init(_ code: ExitStatus, _ text: String) {
        self.code = code
        self.text = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { clipped(onOneLine(String($0)), to: 1000) }.joined(separator: "\n")
    }

    /// The message and exit status of an error; nil for errors of other libraries.
    package init?(_ error: any Error) {
        switch error {
        case is Interrupted:
            self.init(.stopped, "stopped before the run began; nothing is lost, begin it again")
        case let error as DatasetError: self.init(error.code, error.wording)
        case let error as SchemaMismatch: self.init(.badData, error.wording)
        case let error as NamesDiffer: self.init(.badData, error.wording)
        case let error as IDXError: self.init(error.code, error.wording)
        case let error as CSVError: self.init(error.code, error.wording)
        case let error as SequenceFileError: self.init(.badData, error.wording)
        case let error as ImportMismatch: self.init(.badData, error.wording)
        case let error as ModelImportError: self.init(.badData, error.wording)
        case let error as ExportError: self.init(.usage, error.wording)
        case let error as ONNXError: self.init(.cannotWrite, error.reason)
        case let error as ZipError: self.init(.cannotWrite, error.reason)
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

import DurableFiles
import Foundation
import HDF5
import Kernels
import Runs

extension CheckpointError {
    package var wording: String {
        switch self {
        case .notACheckpoint(let file): "\(file): not a checkpoint of lockstep"
        case .unsupportedVersion(let file, let version):
            "\(file): a checkpoint of version \(version), which this lockstep (\(lockstepVersion)) does not read\n"
                + (version < 2
                    ? "  use lockstep 0.1 with it, or train anew: it does not say what its inputs and outputs mean"
                    : "  a newer one made it; use that")
        case .damaged(let file): "\(file): damaged: its bytes are not those that were saved"
        case .altered(let file):
            "\(file): altered: its checksum is right, but no lockstep writes what it holds\n"
                + "  take another checkpoint, or the run that it is from"
        case .missing(let file, let object): "\(file): has no \(object)"
        case .wrongShape(let file, let object, let expected, let found):
            "\(file): \(object) has the shape \(found), the network's is \(expected)"
        case .unreadableConfiguration(let file, let key, let problem):
            problem.map { $0.wording(of: "\(file): /config: \(key)") } ?? "\(file): /config has no usable \(key)"
        case .unreadableSchema(let file, let object): "\(file): has no usable \(object)"
        case .unknownSetting(let file, let key):
            "\(file): /config has a setting \(key), which this lockstep (\(lockstepVersion)) does not know\n"
                + "  a newer one made it; use that"
        }
    }
}

extension KernelError {
    package var code: ExitStatus { cause == .outOfMemory ? .outOfMemory : .unavailable }

    package var wording: String {
        switch cause {
        case .outOfMemory: "oneDNN has no memory for \(operation)\n  free memory, or raise the limit of this job"
        case .unsuitableThreads(let runtime):
            "the oneDNN library here is built for threads of its own (\(runtime)), with which results depend on their number\n"
                + "  use one that is built for OpenMP or for no threads, such as Debian's libdnnl2"
        case .refused(let status): "oneDNN cannot compute \(operation): \(status)"
        }
    }
}

extension OutOfMemory {
    package var wording: String {
        "\(what): it takes \(mebibytes(needed)) MiB of memory, and \(mebibytes(available)) MiB are left\n"
            + "  free memory, or raise the limit of this job"
    }
}

extension TooFewThreads {
    package var wording: String {
        "this process may make \(available) of the \(needed) threads that it needs\n"
            + "  raise the limit on tasks (ulimit -u, the job's control group) or on memory (ulimit -v), or take fewer --workers"
    }
}

extension FileError {
    package var code: ExitStatus {
        action == .read ? .noInput : .cannotWrite
    }

    package var wording: String {
        if action == .read && self.code == .noInput && reason == String(cString: strerror(ENOENT)) {
            return "\(path): no such file"
        }
        let done =
            switch action {
            case .read: "read"
            case .write: "written"
            case .create: "created"
            case .remove: "removed"
            }
        let advice = isFull ? "\n  " + (needed.map { "it needs \(grouped($0)) bytes; " } ?? "") + "make room" : ""
        return "\(path): cannot be \(done): \(reason)" + advice
    }
}

extension HDF5Error {
    package var code: ExitStatus {
        switch kind {
        case .noSuchFile: .noInput
        case .killed, .noProcess: .outOfMemory
        case .notHDF5, .cannotOpen, .crashes, .hangs, .truncated, .noSuchObject, .wrongType, .missingFilter,
            .missingElements,
            .readFailed:
            .badData
        case .cannotCreate, .writeFailed: .cannotWrite
        }
    }

    package var wording: String {
        switch kind {
        case .noSuchFile: "\(path): no such file"
        case .notHDF5:
            FileKind(ofFileAt: path)?.wording(of: path, not: "an HDF5 file") ?? "\(path): not an HDF5 file"
        case .truncated: "\(path): cut short: \(detail); copy or make it again"
        case .crashes: "\(path): damaged: HDF5's library crashes on it"
        case .hangs: "\(path): damaged: HDF5's library does not come to an end with it"
        case .cannotOpen: "\(path): cannot be opened: \(detail)"
        case .killed:
            "\(path): the process that read it was killed, as the system does when memory runs out\n"
                + "  free memory, or raise the limit of this job"
        case .noProcess:
            "\(path): the system makes no process to read it in: \(detail)\n"
                + "  raise the limit on processes (ulimit -u) or on memory (ulimit -v)"
        case .noSuchObject: "\(path): has no \(object)"
        case .wrongType: "\(path): \(object) is of another type: \(detail)"
        case .missingFilter:
            "\(path): \(object) is compressed with \(detail), which the HDF5 library here cannot read\n"
                + "  write it with gzip; in h5py: compression=\"gzip\""
        case .missingElements(let elements): "\(path): \(object) \(elements.wording(in: path))"
        case .readFailed: "\(path): \(object) cannot be read: \(detail)"
        case .cannotCreate: "\(path): \(object) cannot be created: \(detail)"
        case .writeFailed: "\(path): \(object) cannot be written: \(detail)"
        }
    }
}

import DurableFiles
import Foundation
import HDF5
import Kernels
import Optimizers
import RunSettings
import Runs

extension DivergenceError {
    var wording: String {
        switch self {
        case .diverged(let step, let layer, let learningRate):
            "training diverged: \(layer.map { "the gradient of \($0)" } ?? "the loss") is not finite in step \(step), "
                + "at --learning-rate \(learningRate)\n"
                + "  the last checkpoint is kept; begin again with --force and a smaller --learning-rate, or go on with "
                + "--resume --on-divergence rollback"
        case .divergedAfterRollbacks(let step, let rollbacks, let learningRate):
            "training diverged in step \(step), at a learning rate of \(learningRate), after \(rollbacks) rollbacks\n"
                + "  the last checkpoint is kept; the data or the network need a look"
        case .noGradient:
            "the loss is not finite with these parameters, so there is no gradient to check\n"
                + "  smaller weights (--initializer) or features (--feature-scale) may help"
        }
    }
}

extension NotEnoughMemory {
    var wording: String {
        "a network of \(grouped(parameterCount)) parameters needs \(gibibytes(needed)) GiB to train, "
            + "this process may have \(gibibytes(available))\n  make the network narrower, or --batch-size smaller"
    }
}

extension RunError {
    var code: Failure.Code {
        switch self {
        case .resumeDiffers: .usage
        case .runExists, .runIsBusy: .cannotWrite
        case .dataDiffers, .impossibleProgress, .initialWeightsDoNotFit: .badData
        case .noRun, .noConfiguration, .noCheckpoint, .nothingToVerify, .noSuchCheckpoint, .bestIsGone,
            .checkpointsAreGone:
            .noInput
        }
    }

    var wording: String {
        switch self {
        case .bestIsGone(let directory, let step):
            "\(directory): its network is the best checkpoint, of step \(grouped(step)), which is gone\n"
                + "  name another checkpoint of \(directory)/checkpoints"
        case .runExists(let directory):
            "\(directory) already holds a run\n"
                + "  go on with it (--resume), replace it (--force), or choose another --run"
        case .runIsBusy(let directory, let holder):
            switch holder {
            case .here(let process):
                "\(directory): process \(process) is at work on this run\n  wait for it, or stop it with: kill \(process)"
            case .elsewhere(let process, let host):
                "\(directory): process \(process) on \(host) is at work on this run\n"
                    + "  wait for it, or stop it there with: kill \(process)"
            case .unknown:
                "\(directory): another process is at work on this run\n  wait for it"
            }
        case .dataDiffers(let file, let split, let directory):
            "\(file): the \(split) samples are not those that \(directory) began with\n"
                + "  give it that data, or begin a new run with --initial-weights \(directory)"
        case .noRun(let directory): "\(directory): holds no run"
        case .noConfiguration(let directory):
            "\(directory)/config.yaml: no such file\n"
                + "  go on with: lockstep train DATA.h5 --run \(directory) --resume, and the settings it began with"
        case .noCheckpoint(let directory): "\(directory): holds no checkpoint"
        case .impossibleProgress(let directory, let step):
            "\(directory): its checkpoint of step \(step) is altered: no run on this data is at that place after so many steps\n"
                + "  move it away, to go on from the one before"
        case .checkpointsAreGone(let directory):
            "\(directory): metrics.jsonl tells of checkpoints, but \(directory)/checkpoints has none any more\n"
                + "  put them back, or begin anew with: lockstep train … --run \(directory) --force"
        case .nothingToVerify(let directory): "\(directory): has no two checkpoints to verify a stretch between"
        case .noSuchCheckpoint(let directory, let steps):
            "\(directory): --from must be the step of a checkpoint with another after it: "
                + steps.map(String.init).joined(separator: ", ")
        case .initialWeightsDoNotFit(let file, let expected, let found):
            "\(file): holds a \(found) network, this run's is \(expected)"
        case .resumeDiffers(let directory, let setting, let was, let now):
            "\(directory): began with \(setting) \(was), which cannot change on resume (got \(now))\n"
                + "  leave it as it was, or begin a new run with --initial-weights \(directory)"
        }
    }
}

extension LargeBatchRecipe {
    var wording: String {
        "chosen   for batches of \(grouped(batchSize)): --optimizer \(optimizer.rawValue) --learning-rate \(learningRate)"
            + (optimizer == .lamb ? " --beta2 \(beta2)" : "")
            + " --warmup-steps \(warmupSteps) --schedule \(schedule)"
    }
}

extension CheckpointError {
    var wording: String {
        switch self {
        case .notACheckpoint(let file): "\(file): not a checkpoint of lockstep"
        case .unsupportedVersion(let file, let version):
            "\(file): a checkpoint of version \(version), which this lockstep (\(lockstepVersion)) cannot read"
        case .damaged(let file): "\(file): damaged: its bytes are not those that were saved"
        case .altered(let file):
            "\(file): altered: its checksum is right, but no lockstep writes what it holds\n"
                + "  take another checkpoint, or the run that it is from"
        case .missing(let file, let object): "\(file): has no \(object)"
        case .wrongShape(let file, let object, let expected, let found):
            "\(file): \(object) has the shape \(found), the network's is \(expected)"
        case .unreadableConfiguration(let file, let key): "\(file): /config has no usable \(key)"
        case .unknownSetting(let file, let key):
            "\(file): /config has a setting \(key), which this lockstep (\(lockstepVersion)) does not know\n"
                + "  a newer one made it; use that"
        }
    }
}

extension KernelError {
    var code: Failure.Code { cause == .outOfMemory ? .outOfMemory : .unavailable }

    var wording: String {
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
    var wording: String {
        "\(what): it takes \(mebibytes(needed)) MiB of memory, and \(mebibytes(available)) MiB are left\n"
            + "  free memory, or raise the limit of this job"
    }
}

extension TooFewThreads {
    var wording: String {
        "this process may make \(available) of the \(needed) threads that it needs\n"
            + "  raise the limit on tasks (ulimit -u, the job's control group) or on memory (ulimit -v), or take fewer --workers"
    }
}

extension FileError {
    var code: Failure.Code {
        action == .read ? .noInput : .cannotWrite
    }

    var wording: String {
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
    var code: Failure.Code {
        switch kind {
        case .noSuchFile: .noInput
        case .killed: .outOfMemory
        case .notHDF5, .cannotOpen, .damaged, .truncated, .noSuchObject, .wrongType, .missingFilter, .missingElements,
            .readFailed:
            .badData
        case .cannotCreate, .writeFailed: .cannotWrite
        }
    }

    var wording: String {
        switch kind {
        case .noSuchFile: "\(path): no such file"
        case .notHDF5:
            FileKind(ofFileAt: path)?.wording(of: path, not: "an HDF5 file") ?? "\(path): not an HDF5 file"
        case .truncated: "\(path): cut short: \(detail); copy or make it again"
        case .damaged: "\(path): damaged: \(detail)"
        case .cannotOpen: "\(path): cannot be opened: \(detail)"
        case .killed:
            "\(path): the process that read it was killed, as the system does when memory runs out\n"
                + "  free memory, or raise the limit of this job"
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

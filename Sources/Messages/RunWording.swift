import DurableFiles
import Foundation
import HDF5
import Kernels
import Models
import Optimizers
import RunSettings
import Runs

extension DivergenceError {
    package var wording: String {
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
    package var wording: String {
        "a network of \(grouped(parameterCount)) parameters needs \(gibibytes(needed)) GiB to train, "
            + "this process may have \(gibibytes(available))\n"
            + "  make the network narrower, or --batch-size smaller; --accumulate adds the gradients of small batches"
            + (comparesSamples
                ? "\n  batch normalisation then takes statistics of each; with statistics=64, of at most 64 samples"
                : "")
    }
}

extension RunError {
    package var code: ExitStatus {
        switch self {
        case .resumeDiffers, .initialWeightsDiffer, .noSuchLayer: .usage
        case .runExists, .runIsBusy: .cannotWrite
        case .dataDiffers, .impossibleProgress, .initialWeightsDoNotFit, .layerDiffers: .badData
        case .noRun, .noConfiguration, .noCheckpoint, .nothingToVerify, .noSuchCheckpoint, .bestCheckpointIsMissing,
            .checkpointsAreMissing:
            .noInput
        }
    }

    package var wording: String {
        switch self {
        case .bestCheckpointIsMissing(let directory, let step):
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
        case .checkpointsAreMissing(let directory):
            "\(directory): metrics.jsonl tells of checkpoints, but \(directory)/checkpoints has none any more\n"
                + "  put them back, or begin anew with: lockstep train … --run \(directory) --force"
        case .nothingToVerify(let directory): "\(directory): has no two checkpoints to verify a stretch between"
        case .noSuchCheckpoint(let directory, let steps):
            "\(directory): --from must be the step of a checkpoint with another after it: "
                + steps.map(String.init).joined(separator: ", ")
        case .initialWeightsDoNotFit(let file, let expected, let found):
            "\(file): holds a \(found) network, this run's is \(expected)\n  give the run the same --layers, and data alike"
        case .noSuchLayer(let file, let name, let names):
            (file.map { "\($0): has no layer \(brief(name)) with weights" }
                ?? "--only: this run's network has no layer \(brief(name)) with weights")
                + (nearest(to: name, in: names).map { "; did you mean \($0)?" } ?? "")
                + "\n  it has \(listed(names, most: 20))"
        case .layerDiffers(let file, let name, let expected, let found):
            "\(file): its \(name) has \(listed(found.map(\.wording), most: 10)); this run's has "
                + "\(listed(expected.map(\.wording), most: 10))\n  make them alike, or leave \(name) out of --only"
        case .initialWeightsDiffer(let file, let setting, let was, let now):
            "\(file): has learned with \(setting) \(was), which its weights depend on (got \(now))\n"
                + "  leave the setting open, or begin without --initial-weights"
        case .resumeDiffers(let directory, let setting, let was, let now):
            "\(directory): began with \(setting) \(was), which cannot change on resume (got \(now))\n"
                + "  leave it as it was, or begin a new run with --initial-weights \(directory)"
        }
    }
}

extension LayerPart {
    fileprivate var wording: String { name + (shape.map { " " + dimensions($0) } ?? "") }
}

extension InitialWeights.Origin {
    /// The line of a run's beginning: "weights  dense1 of first/latest; new: output".
    package var wording: String {
        "weights  \(new.isEmpty ? "all" : listed(taken, most: 20)) of \(file)"
            + (new.isEmpty ? "" : "; new: \(listed(new, most: 20))")
            + (formerActivations.isEmpty
                ? ""
                : ", which has learned with other activations: \(listed(formerActivations.map(\.rawValue), most: 20))")
    }
}

extension LargeBatchRecipe {
    package var wording: String {
        "chosen   for batches of \(grouped(batchSize)): --optimizer \(optimizer.rawValue) --learning-rate \(learningRate)"
            + (optimizer == .lamb ? " --beta2 \(beta2)" : "")
            + " --warmup-steps \(warmupSteps) --schedule \(schedule)"
    }
}

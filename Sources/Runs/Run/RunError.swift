/// Why a run directory cannot be used.
package enum RunError: Error, Sendable, Equatable {
    /// The best checkpoint, which has the run's network, has been deleted.
    case bestCheckpointIsMissing(directory: String, step: Int)
    /// The directory already contains a run.
    case runExists(directory: String)
    /// Another process has locked the directory.
    case runIsBusy(directory: String, holder: LockHolder)
    /// A split has changed since the run began.
    case dataDiffers(file: String, split: String, directory: String)
    case noRun(directory: String)
    /// There are checkpoints, but no config.yaml.
    case noConfiguration(directory: String)
    case noCheckpoint(directory: String)
    /// The step, epoch and position of a checkpoint contradict each other.
    case impossibleProgress(directory: String, step: Int)
    /// metrics.jsonl records checkpoints, but there are none.
    case checkpointsAreMissing(directory: String)
    /// There are fewer than two checkpoints.
    case nothingToVerify(directory: String)
    /// There is no checkpoint at the requested step. `steps` are the possible ones.
    case noSuchCheckpoint(directory: String, steps: [Int])
    /// The layer widths of the checkpoint and of the network differ.
    /// The initial weights were trained with another value of a setting that says what the data means.
    case initialWeightsDiffer(file: String, setting: String, was: String, now: String)
    case initialWeightsDoNotFit(file: String, expected: String, found: String)
    case resumeDiffers(directory: String, setting: String, was: String, now: String)
}

/// Why a run directory cannot be used as somebody asks.
package enum RunError: Error, Sendable, Equatable {
    /// The best checkpoint, of a run whose network that is, is not there any more.
    case bestIsGone(directory: String, step: Int)
    /// The directory holds a run already.
    case runExists(directory: String)
    /// Another process is at work on the directory.
    case runIsBusy(directory: String, holder: LockHolder)
    /// A split is not what it was when the run began.
    case dataDiffers(file: String, split: String, directory: String)
    case noRun(directory: String)
    /// There are checkpoints, but no config.yaml.
    case noConfiguration(directory: String)
    case noCheckpoint(directory: String)
    /// A checkpoint is of a step and place in the data that do not go together.
    case impossibleProgress(directory: String, step: Int)
    /// The log of a run speaks of checkpoints, and none is there.
    case checkpointsAreGone(directory: String)
    /// There are no two checkpoints with a stretch of training between them.
    case nothingToVerify(directory: String)
    /// No checkpoint to begin at; those there are, the last left out.
    case noSuchCheckpoint(directory: String, steps: [Int])
    case initialWeightsDoNotFit(file: String, expected: String, found: String)
    case resumeDiffers(directory: String, setting: String, was: String, now: String)
}

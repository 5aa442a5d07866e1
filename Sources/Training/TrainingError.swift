/// Why training cannot go on, or cannot begin.
public enum TrainingError: Error, Sendable, Equatable {
    /// In `step`, the loss (`layer` is nil) or the gradient of a layer is NaN or infinite.
    case diverged(step: Int, layer: String?, learningRate: Double)
    /// It diverged again after as many rollbacks as are allowed.
    case divergedAfterRollbacks(step: Int, rollbacks: Int, learningRate: Double)
    /// `outputActivation` does not go with `loss`, which needs `required`.
    case outputActivationDoesNotFit(loss: String, outputActivation: String, required: String)
    /// Of one output it is always the same.
    case softmaxOfOneOutput(outputActivation: String)
    /// A setting has no meaning for the `value` of another; those for which it has.
    case settingDoesNotFit(setting: String, of: String, value: String, fitting: [String])
    /// The objective is not finite, so that it has no gradient to check.
    case noGradient
    /// Patience is asked for, but there is no split to judge by.
    case nothingToBePatientWith(file: String)
    /// The best checkpoint, of a run whose network that is, is not there any more.
    case bestIsGone(directory: String, step: Int)
    case warmupTooLong(steps: Int, totalSteps: Int)
    case wrongNumberOfClassWeights(expected: Int, found: Int)
    /// Labels are named inside a file, the features that they belong to are not.
    case labelsWithoutFeatures(labels: String, features: String)
    /// Labels in the plural of classes, where the loss needs two.
    case tooManyClasses(loss: String, classCount: Int)
    /// Parameters, slots, their copies, and a minibatch need more than the machine has. Bytes.
    case notEnoughMemory(parameterCount: Int, needed: Int, available: Int)
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

/// Why training cannot go on, or cannot begin.
public enum TrainingError: Error, Sendable, Equatable {
    /// The loss of `step` is NaN or infinite; the parameters are those of the step before.
    case diverged(step: Int, loss: Double, learningRate: Double)
    /// `outputActivation` does not go with `loss`, which needs `required`.
    case outputActivationDoesNotFit(loss: String, outputActivation: String, required: String)
    /// Labels in the plural of classes, where the loss needs two.
    case tooManyClasses(loss: String, classCount: Int)
    /// The directory holds a run already.
    case runExists(directory: String)
    case noRun(directory: String)
    case noCheckpoint(directory: String)
    case initialWeightsDoNotFit(file: String, expected: String, found: String)
    case resumeDiffers(directory: String, setting: String, was: String, now: String)
}

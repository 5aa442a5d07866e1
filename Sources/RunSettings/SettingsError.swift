/// Settings that contradict each other or the data.
package enum SettingsError: Error, Sendable, Equatable {
    /// The loss requires another output activation.
    case outputActivationDoesNotFit(loss: String, outputActivation: String, required: String)
    /// The softmax of one output is always 1.
    case softmaxOfOneOutput(outputActivation: String)
    /// A setting does not apply to the value of another setting; `fitting` are the values to which it applies.
    case settingDoesNotFit(setting: String, of: String, value: String, fitting: [String])
    /// Early stopping needs a validation or test split.
    case noSplitForPatience(file: String)
    case warmupTooLong(steps: Int, totalSteps: Int)
    case wrongNumberOfClassWeights(expected: Int, found: Int)
    /// Labels are named, but not the features of the same split.
    case labelsWithoutFeatures(labels: String, features: String)
    /// The loss supports only two classes.
    case tooManyClasses(loss: String, classCount: Int)
}

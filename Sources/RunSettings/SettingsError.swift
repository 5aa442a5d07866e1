/// Settings that do not go together, or not with the data.
package enum SettingsError: Error, Sendable, Equatable {
    /// `outputActivation` does not go with `loss`, which needs `required`.
    case outputActivationDoesNotFit(loss: String, outputActivation: String, required: String)
    /// The softmax of one output is always 1.
    case softmaxOfOneOutput(outputActivation: String)
    /// A setting has no meaning for the `value` of another; `fitting` are those for which it has.
    case settingDoesNotFit(setting: String, of: String, value: String, fitting: [String])
    /// Patience is asked for, but there is no split to judge by.
    case nothingToBePatientWith(file: String)
    case warmupTooLong(steps: Int, totalSteps: Int)
    case wrongNumberOfClassWeights(expected: Int, found: Int)
    /// Labels are named inside a file, the features that they belong to are not.
    case labelsWithoutFeatures(labels: String, features: String)
    /// There are more classes than the two that the loss tells apart.
    case tooManyClasses(loss: String, classCount: Int)
}

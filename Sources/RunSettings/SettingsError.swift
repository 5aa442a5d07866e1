import Layers
import Networks

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
    /// The loss needs classes, and the labels are measurements.
    case lossNeedsClasses(loss: String)
    /// Targets can be standardised only if they are measurements and the output activation is the identity.
    case targetsCannotBeStandardized(task: String, loss: String, outputActivation: String)
    /// A share is asked for beside a split that the file has.
    case shareBesideSplit(file: String, split: String)
    /// A split by share has no samples.
    case emptySplit(file: String, split: String, share: Double, samples: Int, reason: EmptySplitReason?)
    case sharesTooLarge
    /// The setting says how shares are taken, but no share is taken.
    case splitWithoutShare(setting: String)
    /// The setting says which layers initial weights give, but there are no initial weights.
    case onlyWithoutInitialWeights
    /// All samples of a class are in other splits than the training split.
    case classOutsideTraining(file: String, name: String, split: String)
    /// The table has no label column, or the setting is missing.
    case noLabelColumn(file: String, columns: [String])
    /// A number of channels is of steps, and none are said.
    case channelsWithoutSteps
    /// Inputs are to be standardised, and the network begins with an embedding, which reads ids.
    case standardizesIDs
    /// A split by groups needs a column of them.
    case groupsNeedATable(file: String, column: String)
    /// A setting is for tables, and the file is an HDF5 file; or the reverse.
    case settingOfOtherFiles(setting: String, file: String, isTable: Bool)
    /// Items of the network do not fit each other.
    case networkDoesNotFit(NetworkItemError)
    /// A dropout rate for all hidden layers, and items that are more than widths.
    case dropoutBesideWords(String)
    /// Batch normalisation compares samples, and a batch leaves one of all the samples by itself. There are batch sizes near it that do
    /// not.
    case sampleByItself(batchSize: Int, groupSize: Int, samples: Int, fitting: [Int])
    /// Changes of images, and samples that are none, or whose axes are open.
    case augmentNeedsImages(shape: [Int], axes: String?)
    /// A change moves or hides more pixels than an image has.
    case augmentIsTooLarge(String, height: Int, width: Int)
    /// The loss supports only two classes.
    case tooManyClasses(loss: String, classCount: Int)
}

/// Why a split by share may have no samples though there are enough.
package enum EmptySplitReason: Sendable, Equatable {
    /// Each class keeps a sample for training.
    case classes(Int)
    /// Groups stay together.
    case groups
}

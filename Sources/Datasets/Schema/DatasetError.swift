/// Why a dataset cannot be used. `file` is the path as the user gave it, `dataset` the path inside it. Rows count from 0,
/// as in HDF5.
package enum DatasetError: Error, Codable, Sendable, Equatable {
    /// The file has no dataset under a usual name, and no name was given.
    case noSplitFound(file: String, datasets: [String])
    case noSuchDataset(file: String, dataset: String, datasets: [String])
    case rowCountsDiffer(file: String, features: String, featureRows: Int, labels: String, labelRows: Int)
    case noRows(file: String, dataset: String)
    /// The dataset is larger than the machine's memory.
    case tooLarge(file: String, dataset: String, shape: [Int])
    case notNumbers(file: String, dataset: String, type: String)
    case notFinite(file: String, dataset: String, row: RowNumber, value: String)
    /// The value is finite, but too large for a 32-bit float.
    case beyondFloat(file: String, dataset: String, row: RowNumber, value: String)
    /// The scaled value is too large for a 32-bit float. `offset` is nil if there is none.
    case scaledBeyondFloat(file: String, dataset: String, row: RowNumber, value: String, scale: String, offset: String?)
    /// The raw value equals the fill value that `attribute` defines.
    case missingValue(file: String, dataset: String, row: RowNumber, attribute: String, value: String)
    /// An embedding reads values that are no whole numbers, or lie outside its table.
    case idsAreNotWhole(file: String, dataset: String)
    case idsBeyondTable(file: String, dataset: String, smallest: Double, largest: Double, entries: Int)
    /// The standardised value is too large for a 32-bit float.
    case standardizedBeyondFloat(Place)
    /// A cell of a feature is missing, and nothing stands in for it.
    case missingCell(Place)
    /// A text feature has a category that the network has not met.
    case unseenCategory(Place, category: String)
    /// The value of a text feature is no index of the file's categories.
    case noCategory(Place, code: String, categories: Int)
    /// The value is no id of the file's vocabulary.
    case noToken(Place, id: String, tokens: Int)
    /// The vocabulary is no list of different tokens, the first of them empty.
    case badVocabulary(file: String, dataset: String)
    /// The columns of a table are not as many as the values of so many steps.
    case columnsAreNoSteps(file: String, columns: Int, steps: Int, channels: Int)
    /// A column of a table whose columns are steps is text.
    case textAmongSteps(file: String, column: String)
    /// Columns of text have another text in most rows: they are names of the rows rather than categories.
    case manyCategories(file: String, columns: [String], categories: Int, rows: Int)
    /// Labels are another text in most rows: they are measurements with signs, or names of the rows. The first of them.
    case manyClasses(Place, text: String, classes: Int, rows: Int)
    /// A label is a text among many labels that are numbers.
    case textAmongNumbers(Place, text: String, numbers: Int)
    /// A label is too large for a 32-bit float.
    case labelBeyondFloat(Place, value: String)
    /// The attribute `categories` has no list of categories for each feature.
    case badCategories(file: String, dataset: String)
    /// Samples of this shape have no channels to standardise.
    case noChannels(file: String, dataset: String, shape: [Int])
    /// Samples of this shape have other axes than are said.
    case axesDoNotFit(file: String, dataset: String, axes: String, shape: [Int], isSaidByFile: Bool)
    /// A user says other axes than the file.
    case axesContradict(file: String, dataset: String, said: String, found: String)
    /// Samples have their channels first, and are said to have them last: by the file, or by the user.
    case channelsAreFirst(file: String, dataset: String, shape: [Int], isSaidByFile: Bool)
    /// The differences between a feature's values are too large or too small to be squared as Doubles.
    case spreadNotFinite(file: String, dataset: String, feature: String)
    /// The differences between measurements are too large or too small to be squared as Doubles.
    case targetSpreadNotFinite(file: String, dataset: String)
    /// Every row has a missing value, and such rows are left out.
    case noCompleteRows(file: String, dataset: String)
    /// All values of all features are missing.
    case allMissing(file: String, dataset: String)
    /// A scale or an offset is NaN or infinite as a 32-bit float.
    case factorNotFinite(file: String, dataset: String, attribute: String)
    /// The scale is 0 as a 32-bit float.
    case scaleIsZero(file: String, dataset: String, attribute: String, value: String)
    /// Two attributes with the same meaning have different values.
    case unequalAttributes(file: String, dataset: String, attributes: [String], values: [String])
    case unusableShape(file: String, dataset: String, shape: [Int])
    case noLabels(file: String, features: String)
    /// The shape is not one length for each sequence, or no list of offsets.
    case unusableLengths(file: String, dataset: String, shape: [Int])
    /// A length or an offset is no whole number.
    case lengthNotWhole(file: String, dataset: String, row: Int, value: String)
    /// A length is negative or larger than the number of steps that `features` has room for.
    case lengthOutside(file: String, dataset: String, row: Int, value: Int, features: String, steps: Int)
    /// The first offset is not 0.
    case offsetsBegin(file: String, dataset: String, value: Int)
    /// An offset is smaller than the one before it.
    case offsetsFall(file: String, dataset: String, row: Int, value: Int, former: Int)
    /// The last offset is not the number of steps.
    case offsetsEnd(file: String, dataset: String, value: Int, values: String, steps: Int)
    /// Not one label for each sequence that offsets cut, and not one for each step.
    case sequenceCountDiffers(file: String, dataset: String, rows: Int, offsets: String, sequences: Int, steps: Int)
    /// A list of labels has another length than the list of features.
    case stepCountsDiffer(file: String, dataset: String, row: Int, labels: Int, features: String, steps: Int)
    /// Lengths stand beside features that have no steps.
    case noSequences(file: String, dataset: String, shape: [Int], lengths: String)
    /// Features that have lengths have their channels before their steps.
    case stepsAreNotFirst(file: String, dataset: String, axes: String)
    /// All sequences are empty.
    case noSteps(file: String, dataset: String)
    /// Sample weights are not one number for each sample.
    case unusableWeights(file: String, dataset: String, shape: [Int])
    /// A sample weight is negative or not finite.
    case badWeight(Place, value: String)
    /// All sample weights of a split are 0.
    case noWeight(file: String, dataset: String)

    /// Labels with a scale or an offset are not supported.
    case scaledLabels(file: String, dataset: String, attribute: String, value: String)
    /// The value is too large for a signed 64-bit integer.
    case beyondInteger(file: String, dataset: String, row: RowNumber, value: String)
    /// A text label in place of a measurement.
    case textIsNoMeasurement(Place, text: String)
    /// The label is no whole number, so it is no class.
    case notAClass(Place, value: String)
    case notAClassID(file: String, dataset: String, row: RowNumber, value: String, classCount: Int)
    /// Two classes have the same name in the attribute `classes`.
    case repeatedClassName(file: String, dataset: String, name: String)
    /// The class id has no name in the attribute `classes`.
    case unnamedClass(file: String, dataset: String, row: RowNumber, value: String, names: Int)
    case notOneHot(file: String, dataset: String, row: RowNumber)
    case notBinary(file: String, dataset: String, row: RowNumber, value: String)
    /// A row is not a probability distribution: `value` is negative, or the sum is not 1.
    case notADistribution(file: String, dataset: String, row: RowNumber, value: String?, sum: String)
    case unequalLabelWidths(file: String, dataset: String, expected: Int, found: Int)
}

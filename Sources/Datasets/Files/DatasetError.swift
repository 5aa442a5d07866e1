/// What is wrong with a dataset. `file` is the path as the user gave it, `dataset` the path inside it; rows count
/// from 0, as in HDF5.
package enum DatasetError: Error, Codable, Sendable, Equatable {
    /// None of the usual names, and none were given.
    case noSplitFound(file: String, datasets: [String])
    case noSuchDataset(file: String, dataset: String, datasets: [String])
    case rowCountsDiffer(file: String, features: String, featureRows: Int, labels: String, labelRows: Int)
    case noRows(file: String, dataset: String)
    /// More than the machine's memory.
    case tooLarge(file: String, dataset: String, shape: [Int])
    case notNumbers(file: String, dataset: String, type: String)
    case notFinite(file: String, dataset: String, row: Int, value: String)
    /// Finite, but no 32-bit float is as large.
    case beyondFloat(file: String, dataset: String, row: Int, value: String)
    /// The same once it is scaled; without an offset, that is nil.
    case scaledBeyondFloat(file: String, dataset: String, row: Int, value: String, scale: String, offset: String?)
    /// The raw value is the one that `attribute` says stands for none.
    case missingValue(file: String, dataset: String, row: Int, attribute: String, value: String)
    /// A scale or an offset is NaN or infinite, as a 32-bit float.
    case factorNotFinite(file: String, dataset: String, attribute: String)
    /// As a 32-bit float.
    case scaleIsZero(file: String, dataset: String, attribute: String, value: String)
    /// Two names of one thing, with different numbers.
    case unequalAttributes(file: String, dataset: String, attributes: [String], values: [String])
    case unusableShape(file: String, dataset: String, shape: [Int])
    case unequalSampleShapes(file: String, dataset: String, expected: [Int], found: [Int])
    case noLabels(file: String, features: String)

    /// Labels are taken as they are.
    case scaledLabels(file: String, dataset: String, attribute: String, value: String)
    /// No signed 64-bit integer is as large.
    case beyondInteger(file: String, dataset: String, row: Int, value: String)
    case notAClassID(file: String, dataset: String, row: Int, value: String, classCount: Int?)
    /// The attribute `classes` names fewer.
    case unnamedClass(file: String, dataset: String, row: Int, value: String, names: Int)
    case moreClassesThanSamples(file: String, dataset: String, row: Int, value: String, samples: Int)
    case notOneHot(file: String, dataset: String, row: Int)
    case notBinary(file: String, dataset: String, row: Int, value: String)
    /// A row is no distribution: a `value` is below 0, or their sum is not 1.
    case notADistribution(file: String, dataset: String, row: Int, value: String?, sum: String)
    case unequalLabelWidths(file: String, dataset: String, expected: Int, found: Int)
}

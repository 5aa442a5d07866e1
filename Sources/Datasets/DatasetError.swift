/// What is wrong with a dataset. `file` is the path as the user gave it, `dataset` the path inside it; rows count
/// from 0, as in HDF5.
public enum DatasetError: Error, Sendable, Equatable {
    /// None of the usual names, and none were given.
    case noSplitFound(file: String, datasets: [String])
    case noSuchDataset(file: String, dataset: String, datasets: [String])
    case rowCountsDiffer(file: String, features: String, featureRows: Int, labels: String, labelRows: Int)
    case noRows(file: String, dataset: String)
    /// More than the machine's memory.
    case tooLarge(file: String, dataset: String, shape: [Int])
    case notNumbers(file: String, dataset: String, type: String)
    case notFinite(file: String, dataset: String, row: Int, value: String)
    /// The attribute `scale` or `offset` is NaN or infinite.
    case scaleNotFinite(file: String, dataset: String)
    case unusableShape(file: String, dataset: String, shape: [Int])
    case unequalSampleShapes(file: String, dataset: String, expected: [Int], found: [Int])
    case noLabels(file: String, features: String)

    case notAClassID(file: String, dataset: String, row: Int, value: String, classCount: Int?)
    case moreClassesThanSamples(file: String, dataset: String, row: Int, value: String, samples: Int)
    case notOneHot(file: String, dataset: String, row: Int)
    case notBinary(file: String, dataset: String, row: Int, value: String)
    /// A row is no distribution: a `value` is below 0, or their sum is not 1.
    case notADistribution(file: String, dataset: String, row: Int, value: String?, sum: String)
    case unequalLabelWidths(file: String, dataset: String, expected: Int, found: Int)
}

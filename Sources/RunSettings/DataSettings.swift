import Datasets
import Splits
import Tables

extension Configuration {
    /// What was said of features.
    package var featureOptions: FeatureSchema.Options {
        FeatureSchema.Options(
            standardize: standardize, missing: missing, allowsUnseen: unseenCategories == .zeros, scale: featureScale)
    }

    /// What is wanted of a table to train on it.
    package var tableRequest: TableRequest {
        var request = TableRequest(label: label)
        request.format = TableFormat(
            hasHeader: header.map { $0 == .yes }, delimiter: delimiter, decimalMark: decimal)
        request.weights = sampleWeights
        if case .group(let column) = split { request.group = column }
        request.ignored = ignore
        request.textColumns = categorical
        request.allowsMissing = (missing ?? .refuse) != .refuse
        request.dropsRowsWithoutLabel = missing == .dropRow
        return request
    }

    /// The shape [steps, channels] of samples whose columns in a table are steps; nil if they are rows.
    /// - Throws: `SettingsError.channelsWithoutSteps`.
    package func stepShape() throws(SettingsError) -> [Int]? {
        guard let steps else {
            guard channels == nil else { throw .channelsWithoutSteps }
            return nil
        }
        return [steps, channels ?? 1]
    }

    /// The division of the file's samples into splits; nil for none.
    package var splitShares: SplitShares? {
        guard validationShare > 0 || testShare > 0 else { return nil }
        return SplitShares(validation: validationShare, test: testShare, method: split, seed: splitSeed)
    }
}

extension Configuration {
    /// Chooses a recurrent layer for sequences unless the user has chosen layers: dense layers would leave their steps apart.
    /// - Parameter areIDs: whether a step is the id of a token.
    package mutating func chooseLayersOfSequences(areIDs: Bool) {
        guard !specifies("layers") else { return }
        layers = areIDs ? [.embedding(32), .gru(64)] : [.gru(64)]
    }

    /// Chooses smaller minibatches for a small table unless the user has chosen, so that an epoch has ten steps or so: the
    /// largest power of two up to a tenth of the samples, from 16 to 256.
    package mutating func chooseBatchOfTable(samples: Int) {
        guard !specifies("batchSize"), !largeBatch else { return }
        while batchSize > 16 && 10 * batchSize > samples { batchSize /= 2 }
    }

    /// Chooses the learning rate of sgd for a table unless the user has chosen: in proportion to the minibatch (Goyal et al.
    /// 2017), 0.1 for 256 samples; for measurements, whose gradients are unbounded, half as much and 0.01 at most.
    package mutating func chooseRateOfTable(samples: Int, areMeasurements: Bool) {
        guard optimizer == .sgd, learningRate == nil else { return }
        let rate = 0.1 * Double(min(minibatchSize, samples, 256)) / 256
        learningRate = areMeasurements ? min(rate / 2, 0.01) : rate
    }
}

extension SplitShares.Method: CustomStringConvertible {
    /// The forms of the setting.
    package static let forms = ["stratified", "random", "ordered", "group:COLUMN"]

    init?(_ text: String) {
        switch text {
        case "stratified": self = .stratified
        case "random": self = .random
        case "ordered": self = .ordered
        default:
            guard text.hasPrefix("group:"), text.count > 6 else { return nil }
            self = .group(column: String(text.dropFirst(6)))
        }
    }

    package var description: String {
        switch self {
        case .stratified: "stratified"
        case .random: "random"
        case .ordered: "ordered"
        case .group(let column): "group:\(column)"
        }
    }
}

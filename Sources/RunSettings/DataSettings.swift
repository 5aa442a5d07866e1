import Datasets
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

    /// The division of the file's samples into splits; nil for none.
    package var splitShares: SplitShares? {
        guard validationShare > 0 || testShare > 0 else { return nil }
        return SplitShares(validation: validationShare, test: testShare, method: split, seed: splitSeed)
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

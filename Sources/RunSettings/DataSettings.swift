import Datasets

extension Configuration {
    /// What was said of features.
    package var featureOptions: FeatureSchema.Options {
        FeatureSchema.Options(
            standardize: standardize, missing: missing, allowsUnseen: unseenCategories == .zeros, scale: featureScale)
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

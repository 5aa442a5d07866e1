/// What a network's inputs mean: made from the training split, kept in checkpoints, and held against every other file that
/// the network meets.
package struct FeatureSchema: Codable, Sendable, Equatable {
    /// The shape of a sample's raw values; [longest sequence of the training split, channels] if lengths differ.
    package var sampleShape: [Int]
    /// Whether samples are sequences of different lengths. Names, standardisation and fills are then those of a step's values,
    /// and sequences may be longer than those of training.
    package var hasLengths = false
    /// The axes of a sample, such as "CHW"; nil if nobody says them.
    package var axes: String?
    /// The names of the features; nil if the training file had none.
    package var names: [String]?
    /// The categories of each text feature, sorted by their UTF-8 bytes; nil for a feature of numbers. Empty if there are
    /// no text features.
    package var categories: [[String]?]
    /// The tokens whose ids the values are: of id 0, which stands for unknown tokens, the empty text. Nil if nobody has said them.
    package var vocabulary: [String]?
    package var elementType: String
    /// value = raw · scale + offset
    package var scale: Double
    package var offset: Double
    /// The scale of the training file, if the user's replaces it: other files that have it are read with the user's, too.
    package var replacedScale: Double?
    package var standardization: Standardization
    package var missing: MissingValues
    /// Whether a category that training has not met becomes zeros rather than an error.
    package var allowsUnseen: Bool
    /// The ranges of the values that training saw, before standardising: of each feature, or of all together.
    package var ranges: FeatureRanges

    package init(
        sampleShape: [Int], axes: String?, names: [String]?, categories: [[String]?], elementType: String,
        scale: Double, offset: Double, standardization: Standardization, missing: MissingValues, allowsUnseen: Bool,
        ranges: FeatureRanges
    ) {
        (self.sampleShape, self.axes, self.names, self.categories) = (sampleShape, axes, names, categories)
        (self.elementType, self.scale, self.offset) = (elementType, scale, offset)
        (self.standardization, self.missing, self.allowsUnseen) = (standardization, missing, allowsUnseen)
        self.ranges = ranges
    }

    /// What stands in for missing values.
    package enum MissingPolicy: String, Codable, Sendable, CaseIterable {
        /// Nothing: a missing value is an error.
        case refuse
        /// The mean of the feature over the training split; of text, the most frequent category.
        case mean
        /// The median of the feature over the training split; of text, the most frequent category.
        case median
        /// 0; of text, no category.
        case zero
        /// Nothing: rows with a missing value are left out.
        case dropRow = "drop-row"
    }

    package struct MissingValues: Codable, Sendable, Equatable {
        package var policy: MissingPolicy
        /// What stands in for a missing value of each feature, before it is standardised; empty unless the policy fills.
        /// Of a text feature it is the place of a category, or −1 for none.
        package var fills: [Double]

        package init(policy: MissingPolicy, fills: [Double]) { (self.policy, self.fills) = (policy, fills) }
    }

    /// The number of raw values of a sample.
    package var width: Int { sampleShape.reduce(1, *) }

    /// The number of features with a meaning of their own: the raw values of a sample, or of a step of sequences of different
    /// lengths.
    package var featureCount: Int { hasLengths ? sampleShape.dropFirst().reduce(1, *) : width }

    /// The categories of a feature; nil for numbers.
    package func categories(of feature: Int) -> [String]? { categories.isEmpty ? nil : categories[feature] }

    /// The name of a feature: its own, or its index.
    package func name(of feature: Int) -> String { names?[feature] ?? "\(feature)" }

    /// Whether raw values need no more than scale and offset.
    private var isPlain: Bool {
        standardization.kind == .none && missing.policy == .refuse && !categories.contains { $0 != nil }
            && vocabulary == nil
    }

    /// The transform of a file's raw values.
    /// - Parameters:
    ///   - order: for each of the schema's features, its index in the file; nil if the order is the same.
    ///   - fileCategories: the file's categories of each of the schema's features; empty if there are none.
    ///   - fileTokens: the file's vocabulary; nil if its ids are the schema's.
    func transform(order: [Int]?, fileCategories: [[String]?], fileTokens: [String]?) -> FeatureTransform {
        let inputOrder = inputOrder
        let fileOrder = inputOrder.map { $0.map { order?[$0] ?? $0 } } ?? order
        var transform = FeatureTransform(
            order: fileOrder.flatMap { $0.elementsEqual($0.indices) ? nil : $0 }, scale: scale, offset: offset,
            inputShape: inputShape)
        guard !isPlain else { return transform }
        let places = categories.enumerated().map { index, own -> FeatureTransform.CategoryPlaces? in
            guard let own else { return nil }
            let place = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
            return FeatureTransform.CategoryPlaces(
                places: (fileCategories[index] ?? []).map { place[$0] }, count: own.count)
        }
        transform.conversion = FeatureTransform.Conversion(
            standardization: inputOrder.map(standardization.reordered) ?? standardization, categories: places,
            fills: missing.fills.isEmpty ? [] : inputOrder?.map { missing.fills[$0] } ?? missing.fills,
            allowsUnseen: allowsUnseen)
        transform.conversion?.ids = vocabulary.flatMap { own in
            let ids = Dictionary(uniqueKeysWithValues: own.enumerated().map { ($1, $0) })
            return fileTokens?.map { ids[$0] ?? 0 }
        }
        return transform
    }
}

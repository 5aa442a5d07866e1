/// How the raw values of one file become the inputs of a network: what a schema makes of a file's description.
package struct FeatureTransform: Codable, Sendable, Equatable {
    /// For each feature of the network, its index in the file; nil if the order is the same.
    package var order: [Int]?
    /// value = raw · scale + offset
    package var scale = 1.0
    package var offset = 0.0
    /// The shape of the network's input; of one step, for sequences of different lengths.
    package var inputShape: [Int]
    /// What happens to values besides scale and offset; nil for nothing, so that bytes stay bytes in memory.
    package var conversion: Conversion?

    package struct Conversion: Codable, Sendable, Equatable {
        package var standardization: Standardization
        /// For each text feature the places of the file's categories among the network's; nil for a feature of numbers.
        /// Empty if there are no text features.
        package var categories: [CategoryPlaces?]
        /// What stands in for a missing value of each feature; empty if no value may be missing. For a text feature it is
        /// the place of a category, or −1 for none.
        package var fills: [Double]
        /// Whether a category that the network has not met becomes zeros rather than an error.
        package var allowsUnseen: Bool
        /// For each id of the file's vocabulary, that of the same token in the network's, 0 if it has none; nil if the file's ids are
        /// the network's.
        package var ids: [Int]?

        /// Nothing but a copy.
        static let none = Conversion(standardization: .none, categories: [], fills: [], allowsUnseen: false)
    }

    package struct CategoryPlaces: Codable, Sendable, Equatable {
        /// For each category of the file, its place among the network's; nil if the network has not met it.
        package var places: [Int?]
        /// The number of the network's categories.
        package var count: Int
    }

    /// Whether values are as in the file, but for scale and offset.
    var keepsScale: Bool { (conversion ?? .none).standardization.kind == .none }

    /// The file's index of the feature that an input comes from.
    func feature(ofInput input: Int) -> Int {
        var (feature, rest) = (0, input)
        while let count = conversion.flatMap({ $0.categories.isEmpty ? nil : $0.categories[feature]?.count ?? 1 }),
            rest >= count
        {
            (feature, rest) = (feature + 1, rest - count)
        }
        let own = conversion?.categories.isEmpty == false ? feature : input
        return order?[own] ?? own
    }

    /// The transform of samples of so many steps, of which each is converted by this one.
    func repeated(_ steps: Int) -> FeatureTransform {
        var repeated = self
        repeated.order = order.map { order in
            (0..<steps).flatMap { step in order.map { step * order.count + $0 } }
        }
        repeated.inputShape = [steps] + inputShape
        if let fills = conversion?.fills { repeated.conversion?.fills = (0..<steps).flatMap { _ in fills } }
        return repeated
    }

    /// The number of a network's inputs.
    package var inputWidth: Int { inputShape.reduce(1, *) }
}

/// The smallest and the largest value of each feature, or of all together if there is one entry.
package struct FeatureRanges: Codable, Sendable, Equatable {
    package private(set) var smallest: [Double]
    package private(set) var largest: [Double]

    package init(count: Int) {
        smallest = Array(repeating: .infinity, count: count)
        largest = Array(repeating: -.infinity, count: count)
    }

    package init(smallest: [Double], largest: [Double]) { (self.smallest, self.largest) = (smallest, largest) }

    mutating func add(_ value: Double, to feature: Int) {
        let index = smallest.count == 1 ? 0 : feature
        if value < smallest[index] { smallest[index] = value }
        if value > largest[index] { largest[index] = value }
    }

    mutating func merge(_ other: FeatureRanges) {
        for index in smallest.indices {
            smallest[index] = min(smallest[index], other.smallest[index])
            largest[index] = max(largest[index], other.largest[index])
        }
    }

    /// The range of one entry; nil if it has no values.
    package subscript(index: Int) -> ClosedRange<Double>? {
        smallest[index] <= largest[index] ? smallest[index]...largest[index] : nil
    }

    /// The range of all values, as one entry.
    var joined: FeatureRanges {
        FeatureRanges(smallest: [smallest.min() ?? .infinity], largest: [largest.max() ?? -.infinity])
    }

    /// The range of all values; nil if there are none.
    package var overall: ClosedRange<Double>? {
        guard let low = smallest.min(), let high = largest.max(), low <= high else { return nil }
        return low...high
    }
}

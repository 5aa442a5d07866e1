/// A split's features as its file has them.
package protocol FeatureSource {
    var description: FeatureDescription { get }

    /// The statistics of each feature, in the file's order.
    /// - Parameters:
    ///   - rows: the rows that count; nil for all.
    ///   - scale: value = raw · scale + offset
    ///   - allowsMissing: whether a missing value is not an error.
    /// - Throws: the file's errors, also for values that are infinite or missing.
    func statistics(
        of rows: RowSelection?, scale: Double, offset: Double, allowsMissing: Bool
    ) throws -> FeatureStatistics

    /// The medians of some features over the rows, without missing values; the mean of the middle two of an even number.
    func medians(of features: [Int], rows: RowSelection?, scale: Double, offset: Double) throws -> [Double]

    /// The number of different values of each feature, without missing ones; nil if there are more than `limit`.
    func distinctCounts(limit: Int) throws -> [Int?]

    /// The inputs that a transform makes of the rows, in the file's order.
    /// - Throws: the file's errors, also for values that are missing or belong to no category of the network.
    func matrix(_ transform: FeatureTransform, rows: RowSelection?) throws -> FeatureMatrix
}

extension FeatureSource {
    /// All rows with no more than scale and offset.
    package func plainMatrix(scale: Double, offset: Double) throws -> FeatureMatrix {
        try matrix(
            FeatureTransform(order: nil, scale: scale, offset: offset, inputShape: description.convertedShape),
            rows: nil)
    }
}

/// The median of values; the mean of the middle two of an even number.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard let middle = sorted.indices.middle else { return 0 }
    return sorted.count % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2
}

extension Range<Int> {
    /// The index in the middle, or the second of two; nil if there is none.
    fileprivate var middle: Int? { isEmpty ? nil : lowerBound + count / 2 }
}

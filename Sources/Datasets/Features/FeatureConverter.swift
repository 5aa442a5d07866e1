import Kernels

/// A value that cannot be converted: it is missing, or a category that the network has not met.
struct ConversionError: Error {
    /// The index of the row in its block.
    let row: Int
    /// The index of the feature in the schema.
    let feature: Int
    /// The index of the category in the file; nil for a missing value.
    let category: Int?
}

/// The cells of text whose categories the network has not met.
package struct UnseenCategories: Codable, Sendable, Equatable {
    package private(set) var count = 0
    /// The first one's feature and category, as indices in the file.
    package private(set) var first: [Int] = []

    mutating func add(feature: Int, category: Int) {
        if count == 0 { first = [feature, category] }
        count += 1
    }
}

/// Converts rows of raw values to rows of inputs.
struct FeatureConverter {
    private let order: [Int]
    private let scale: Double
    private let offset: Double
    private let shift: [Double]
    /// Infinite for a constant feature, which so becomes 0.
    private let divisor: [Double]
    private let categories: [FeatureTransform.CategoryPlaces?]
    private let fills: [Double]
    let inputWidth: Int
    private let allowsUnseen: Bool

    /// - Parameter width: the number of raw values of a sample.
    init(_ transform: FeatureTransform, width: Int) {
        let conversion = transform.conversion ?? .none
        let standardization = conversion.standardization
        order = transform.order ?? Array(0..<width)
        (scale, offset, inputWidth) = (transform.scale, transform.offset, transform.inputWidth)
        allowsUnseen = conversion.allowsUnseen
        categories = conversion.categories
        fills = conversion.fills
        func number(_ numbers: [Double], _ feature: Int, none: Double) -> Double {
            let isText = !conversion.categories.isEmpty && conversion.categories[feature] != nil
            return standardization.kind == .none || isText
                ? none : numbers[standardization.grouping.group(of: feature, width: width)]
        }
        shift = (0..<width).map { number(standardization.shift, $0, none: 0) }
        divisor = (0..<width).map {
            let divisor = number(standardization.divisor, $0, none: 1)
            return divisor == 0 ? .infinity : divisor
        }
    }

    /// Converts rows.
    /// - Parameters:
    ///   - raw: a block [rows, features of the file]
    ///   - selected: the rows to convert, ascending; nil for all.
    ///   - inputs: [selected rows, inputWidth], zeros; written.
    ///   - ranges: takes the smallest and largest value of each feature, before they are standardised.
    ///   - unseen: counts the categories that the network has not met.
    /// - Throws: `ConversionError` with the first value that cannot be converted.
    func convert(
        _ raw: UnsafeBufferPointer<Double>, rows selected: [Int]?, into inputs: FloatView,
        _ ranges: inout FeatureRanges,
        _ unseen: inout UnseenCategories
    ) throws(ConversionError) {
        let width = order.count
        for index in 0..<(selected?.count ?? raw.count / width) {
            let row = selected?[index] ?? index
            var place = index * inputWidth
            for feature in 0..<width {
                var value = raw[row * width + order[feature]]
                if let categories = categories.isEmpty ? nil : categories[feature] {
                    let category = try self.category(value, of: feature, categories, row: row)
                    if category >= 0 {
                        inputs[place + category] = 1
                    } else if !value.isNaN {
                        unseen.add(feature: order[feature], category: Int(value))
                    }
                    place += categories.count
                    continue
                }
                if value.isNaN {
                    guard !fills.isEmpty else { throw ConversionError(row: row, feature: feature, category: nil) }
                    value = fills[feature]
                } else {
                    value = value * scale + offset
                    ranges.add(value, to: feature)
                }
                inputs[place] = Float((value - shift[feature]) / divisor[feature])
                place += 1
            }
        }
    }

    /// The place of a category; −1 for none.
    private func category(
        _ code: Double, of feature: Int, _ categories: FeatureTransform.CategoryPlaces, row: Int
    ) throws(ConversionError) -> Int {
        guard !code.isNaN else {
            guard !fills.isEmpty else { throw ConversionError(row: row, feature: feature, category: nil) }
            return Int(fills[feature])
        }
        let index = Int(exactly: code) ?? -1
        guard categories.places.indices.contains(index), let place = categories.places[index] else {
            guard allowsUnseen else { throw ConversionError(row: row, feature: feature, category: index) }
            return -1
        }
        return place
    }
}

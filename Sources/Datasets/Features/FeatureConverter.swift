import Kernels

/// A value that cannot be converted.
struct ConversionError: Error {
    /// The index of the row in its block.
    let row: Int
    /// The index of the feature in the schema.
    let feature: Int
    let problem: Problem

    enum Problem {
        case missing
        /// The index of the category in the file.
        case unseen(category: Int)
        /// The value is no index of the file's categories.
        case noCategory(code: Double)
        /// The value is no id of the file's vocabulary.
        case noToken(id: Double)
    }
}

/// What was put in the place of values, in numbers of cells.
package struct Replacements: Codable, Sendable, Equatable {
    /// Categories that the network has not met, which became zeros.
    package private(set) var unseen = 0
    /// The first one's feature and category, as indices in the file.
    package private(set) var firstUnseen: [Int] = []
    /// For each feature of the file, its missing values that were filled in; empty if there are none.
    package private(set) var filled: [Int] = []
    /// Tokens of the file's vocabulary that the network does not know, which became 0.
    package fileprivate(set) var unknownTokens = 0

    mutating func addUnseen(feature: Int, category: Int) {
        if unseen == 0 { firstUnseen = [feature, category] }
        unseen += 1
    }

    mutating func addFilled(feature: Int, width: Int) {
        if filled.isEmpty { filled = Array(repeating: 0, count: width) }
        filled[feature] += 1
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
    private let ids: [Int]?
    private let inputWidth: Int
    private let allowsUnseen: Bool

    /// - Parameter width: the number of raw values of a sample.
    init(_ transform: FeatureTransform, width: Int) {
        let conversion = transform.conversion ?? .none
        let standardization = conversion.standardization
        order = transform.order ?? Array(0..<width)
        (scale, offset, inputWidth) = (transform.scale, transform.offset, transform.inputWidth)
        allowsUnseen = conversion.allowsUnseen
        categories = conversion.categories
        (fills, ids) = (conversion.fills, conversion.ids)
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
    ///   - replacements: counts what was put in the place of values.
    /// - Throws: `ConversionError` with the first value that cannot be converted.
    func convert(
        _ raw: UnsafeBufferPointer<Double>, rows selected: [Int]?, into inputs: FloatView,
        _ ranges: inout FeatureRanges,
        _ replacements: inout Replacements
    ) throws(ConversionError) {
        let width = order.count
        for index in 0..<(selected?.count ?? raw.count / width) {
            let row = selected?[index] ?? index
            var place = index * inputWidth
            for feature in 0..<width {
                var value = raw[row * width + order[feature]]
                if value.isNaN { replacements.addFilled(feature: order[feature], width: width) }
                if let categories = categories.isEmpty ? nil : categories[feature] {
                    let category = try self.category(value, of: feature, categories, row: row)
                    if category >= 0 {
                        inputs[place + category] = 1
                    } else if !value.isNaN {
                        replacements.addUnseen(feature: order[feature], category: Int(value))
                    }
                    place += categories.count
                    continue
                }
                if value.isNaN {
                    guard !fills.isEmpty else { throw ConversionError(row: row, feature: feature, problem: .missing) }
                    value = fills[feature]
                } else {
                    value = value * scale + offset
                    if let ids {
                        guard let id = Int(exactly: value), ids.indices.contains(id) else {
                            throw ConversionError(row: row, feature: feature, problem: .noToken(id: value))
                        }
                        value = Double(ids[id])
                        if id > 0, ids[id] == 0 { replacements.unknownTokens += 1 }
                    }
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
            guard !fills.isEmpty else { throw ConversionError(row: row, feature: feature, problem: .missing) }
            return Int(fills[feature])
        }
        guard let index = Int(exactly: code), categories.places.indices.contains(index) else {
            throw ConversionError(row: row, feature: feature, problem: .noCategory(code: code))
        }
        guard let place = categories.places[index] else {
            guard allowsUnseen else {
                throw ConversionError(row: row, feature: feature, problem: .unseen(category: index))
            }
            return -1
        }
        return place
    }
}

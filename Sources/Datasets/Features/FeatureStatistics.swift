import Kernels

/// Statistics of each feature over the rows that were added, in Double.
///
/// They depend on the values and their order alone: sums are taken over groups of 1,024 rows, which are merged in order, no
/// matter in which blocks the rows come.
package struct FeatureStatistics: Codable, Sendable, Equatable {
    /// The statistics of one feature, or of several together. NaN marks a missing value, which only `missing` counts.
    package struct Summary: Codable, Sendable, Equatable {
        package var count = 0
        package var missing = 0
        package var mean = 0.0
        /// Σ (value − mean)²
        package var squares = 0.0
        package var smallest = Double.infinity
        package var largest = -Double.infinity
        /// Whether the values are whole numbers, each larger than the one before.
        package var growsByWholeNumbers = true

        /// The standard deviation of the population: √(squares / count).
        package var deviation: Double { count > 0 ? (squares / Double(count)).squareRoot() : 0 }

        /// Adds the statistics of other values (Chan, Golub and LeVeque 1979).
        mutating func merge(_ other: Summary) {
            missing += other.missing
            growsByWholeNumbers = growsByWholeNumbers && other.growsByWholeNumbers && largest < other.smallest
            smallest = min(smallest, other.smallest)
            largest = max(largest, other.largest)
            guard other.count > 0 else { return }
            let total = Double(count + other.count)
            let difference = other.mean - mean
            squares += other.squares + difference * difference * (Double(count) / total * Double(other.count))
            mean += difference * (Double(other.count) / total)
            count += other.count
        }
    }

    package private(set) var features: [Summary]
    /// For each text feature, the number of rows with each of its categories; empty for a feature of numbers.
    package private(set) var categoryCounts: [[Int]]
    /// The rows that have a missing value.
    package private(set) var incompleteRows: [Int] = []
    /// The sums of the group that is not yet full.
    private var group: [GroupSum]
    private var rowsInGroup = 0
    private let textFeatures: [Int]
    private let scale: Double
    private let offset: Double
    private static let groupRows = 1024

    /// Sums of the differences from the group's first value.
    private struct GroupSum: Codable, Sendable, Equatable {
        var count = 0
        var missing = 0
        var first = 0.0
        var sum = 0.0
        var squares = 0.0
        var smallest = Double.infinity
        var largest = -Double.infinity
        var growsByWholeNumbers = true

        var summary: Summary {
            guard count > 0 else { return Summary(missing: missing) }
            return Summary(
                count: count, missing: missing, mean: first + sum / Double(count),
                squares: max(0, squares - sum * sum / Double(count)), smallest: smallest, largest: largest,
                growsByWholeNumbers: growsByWholeNumbers)
        }
    }

    /// - Parameters:
    ///   - categories: the number of categories of each text feature; nil for a feature of numbers.
    ///   - scale: value = raw · scale + offset
    package init(categories: [Int?], scale: Double = 1, offset: Double = 0) {
        (self.scale, self.offset) = (scale, offset)
        features = Array(repeating: Summary(), count: categories.count)
        group = Array(repeating: GroupSum(), count: categories.count)
        categoryCounts = categories.map { Array(repeating: 0, count: $0 ?? 0) }
        textFeatures = categories.indices.filter { categories[$0] != nil }
    }

    /// Adds rows in their order.
    /// - Parameters:
    ///   - values: raw values [rows, features]; NaN marks a missing one.
    ///   - firstRow: the index of the first of these rows, for `incompleteRows`.
    ///   - selection: the rows that count, among all rows of the file; nil for all.
    package mutating func add(
        _ values: UnsafeBufferPointer<Double>, firstRow: Int, selection: RowSelection? = nil
    ) {
        let width = features.count
        for row in 0..<values.count / width {
            if let selection, !selection.contains(firstRow + row) { continue }
            let values = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
            let (scale, offset) = (scale, offset)
            if group.withUnsafeMutableBufferPointer({ Self.add(values, scale, offset, to: $0) }) {
                incompleteRows.append(firstRow + row)
            }
            countCategories(values)
            rowsInGroup += 1
            if rowsInGroup == Self.groupRows { endGroup() }
        }
    }

    private mutating func countCategories(_ row: UnsafeBufferPointer<Double>) {
        for index in textFeatures {
            guard let category = Int(exactly: row[index]), categoryCounts[index].indices.contains(category) else {
                continue
            }
            categoryCounts[index][category] += 1
        }
    }

    /// Adds one row to the sums of the group.
    /// - Returns: whether a value is missing.
    private static func add(
        _ row: UnsafeBufferPointer<Double>, _ scale: Double, _ offset: Double,
        to sums: UnsafeMutableBufferPointer<GroupSum>
    ) -> Bool {
        var isIncomplete = false
        for index in sums.indices {
            let value = row[index] * scale + offset
            guard !value.isNaN else {
                sums[index].missing += 1
                isIncomplete = true
                continue
            }
            if sums[index].count == 0 { sums[index].first = value }
            let difference = value - sums[index].first
            sums[index].count += 1
            sums[index].sum += difference
            sums[index].squares += difference * difference
            if value <= sums[index].largest || value != value.rounded() { sums[index].growsByWholeNumbers = false }
            if value < sums[index].smallest { sums[index].smallest = value }
            if value > sums[index].largest { sums[index].largest = value }
        }
        return isIncomplete
    }

    /// Gives the rows that have a missing value other numbers. Several of them, one after another, may become the same.
    mutating func mergeIncompleteRows(_ number: (Int) -> Int) {
        incompleteRows = incompleteRows.reduce(into: []) { merged, row in
            let number = number(row)
            if merged.last != number { merged.append(number) }
        }
    }

    /// Ends the last group. No row may be added after that.
    package mutating func finish() {
        if rowsInGroup > 0 { endGroup() }
    }

    private mutating func endGroup() {
        for index in features.indices {
            features[index].merge(group[index].summary)
            group[index] = GroupSum()
        }
        rowsInGroup = 0
    }

    /// The statistics of several features together, merged in their order.
    package func merged(_ indices: some Sequence<Int>) -> Summary {
        indices.reduce(into: Summary()) { $0.merge(features[$1]) }
    }
}

import Datasets
import Kernels

/// The division of a file's samples into training, validation and test split by shares.
package struct SplitShares: Sendable, Equatable {
    package enum Method: Sendable, Equatable {
        /// At random, with each class's share the same in all splits; for measurements at random.
        case stratified
        case random
        /// The first samples for training, the last ones for the test.
        case ordered
        /// At random, with all samples of a group in the same split; the group is the value of a column.
        case group(column: String)
    }

    package var validation: Double
    package var test: Double
    package var method: Method
    package var seed: UInt64

    package init(validation: Double, test: Double, method: Method = .stratified, seed: UInt64 = 0) {
        (self.validation, self.test, self.method, self.seed) = (validation, test, method, seed)
    }

    /// The rows of each split, ascending.
    package struct Rows: Sendable, Equatable {
        package var train: [Int] = []
        package var validation: [Int] = []
        package var test: [Int] = []
    }

    /// A split that has no samples.
    package struct EmptySplit: Error, Sendable, Equatable {
        package let split: SplitName
        package let share: Double
        package let samples: Int
    }

    /// Divides samples.
    /// - Parameter groups: for `stratified` the class of each sample, for `group` its group; empty otherwise.
    /// - Throws: `EmptySplit` if a split that was asked for gets no samples.
    package func rows(count: Int, groups: [Int32]) throws(EmptySplit) -> Rows {
        let (tests, validations) = (Int((test * Double(count)).rounded()), Int((validation * Double(count)).rounded()))
        var rows = Rows()
        switch method {
        case .ordered:
            rows.train = Array(0..<max(0, count - tests - validations))
            rows.validation = Array(rows.train.count..<count - tests)
            rows.test = Array(count - tests..<count)
        case .group:
            rows = wholeGroups(groups, tests: tests, validations: validations)
        case .random, .stratified:
            rows = shares(of: groups.isEmpty ? Array(repeating: 0, count: count) : groups, tests, validations)
        }
        for (split, share, found) in [
            (SplitName.train, 1 - test - validation, rows.train), (.validation, validation, rows.validation),
            (.test, test, rows.test),
        ] where share > 0 && found.isEmpty {
            throw EmptySplit(split: split, share: share, samples: count)
        }
        return rows
    }

    /// Takes of each class its share of the test and of the validation split, rounded down or up, and leaves one sample of it at
    /// least for training.
    private func shares(of classes: [Int32], _ tests: Int, _ validations: Int) -> Rows {
        var members: [Int32: [Int]] = [:]
        for (row, group) in classes.enumerated() { members[group, default: []].append(row) }
        let orders = members.keys.sorted().enumerated().map { index, group in
            shuffled(members[group] ?? [], stream: UInt32(index))
        }
        let sizes = orders.map(\.count)
        let testCounts = Self.parts(of: sizes, total: tests)
        let validationCounts = Self.parts(of: zip(sizes, testCounts).map { $0 - $1 }, total: validations)
        var rows = Rows()
        for (index, own) in orders.enumerated() {
            let (first, second) = (testCounts[index], testCounts[index] + validationCounts[index])
            rows.test += own[..<first]
            rows.validation += own[first..<second]
            rows.train += own[second...]
        }
        return Rows(train: rows.train.sorted(), validation: rows.validation.sorted(), test: rows.test.sorted())
    }

    /// Divides a total in proportion to sizes, but leaves 1 of each: what is left after rounding down goes to the largest
    /// remainders, of equal ones to the first.
    private static func parts(of sizes: [Int], total: Int) -> [Int] {
        let sum = max(1, sizes.reduce(0, +))
        var parts = sizes.map { min($0 - 1, $0 * total / sum) }
        let byRemainder = sizes.indices.sorted {
            let (first, second) = (sizes[$0] * total % sum, sizes[$1] * total % sum)
            return first == second ? $0 < $1 : first > second
        }
        var rest = min(total, sum - sizes.count) - parts.reduce(0, +)
        while rest > 0 {
            for index in byRemainder where rest > 0 && parts[index] < sizes[index] - 1 {
                parts[index] += 1
                rest -= 1
            }
        }
        return parts
    }

    /// Takes groups in a random order for the test, then for validation, as long as that brings their numbers of samples closer
    /// to what is wanted.
    private func wholeGroups(_ groups: [Int32], tests: Int, validations: Int) -> Rows {
        var members: [Int32: [Int]] = [:]
        for (row, group) in groups.enumerated() { members[group, default: []].append(row) }
        var rows = Rows()
        for group in shuffled(members.keys.sorted().map(Int.init), stream: 0) {
            let own = members[Int32(group)] ?? []
            if own.count < 2 * (tests - rows.test.count) {
                rows.test += own
            } else if own.count < 2 * (validations - rows.validation.count) {
                rows.validation += own
            } else {
                rows.train += own
            }
        }
        return Rows(train: rows.train.sorted(), validation: rows.validation.sorted(), test: rows.test.sorted())
    }

    private func shuffled(_ items: [Int], stream: UInt32) -> [Int] {
        var items = items
        Philox(seed: seed, purpose: .split, stream: stream).shuffle(&items)
        return items
    }
}

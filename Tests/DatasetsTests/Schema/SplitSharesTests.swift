import TestSupport
import Testing

@testable import Datasets
@testable import Splits

@Suite struct SplitSharesTests {
    private func rows(
        _ method: SplitShares.Method, count: Int, validation: Double = 0.1, test: Double = 0.2, seed: UInt64 = 0,
        groups: [Int32] = []
    ) throws -> SplitShares.Rows {
        try SplitShares(validation: validation, test: test, method: method, seed: seed)
            .rows(count: count, groups: groups)
    }

    /// Classes of very different sizes, in a random order.
    private func classes(_ sizes: [Int]) -> [Int32] {
        var random = TestRandom(seed: 5)
        return sizes.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }.shuffled(using: &random)
    }

    private static let methods = [
        SplitShares.Method.stratified, .random, .ordered, .group(column: "g"),
    ]

    @Test(arguments: methods)
    func everySampleIsInOneSplitInAscendingOrder(method: SplitShares.Method) throws {
        let groups = (0..<1000).map { Int32($0 / 3) }
        let rows = try rows(method, count: 1000, groups: groups)
        #expect((rows.train + rows.validation + rows.test).sorted() == Array(0..<1000))
        for split in [rows.train, rows.validation, rows.test] { #expect(split == split.sorted()) }
    }

    @Test(arguments: [SplitShares.Method.stratified, .random, .ordered])
    func sharesAreExact(method: SplitShares.Method) throws {
        let groups = method == .stratified ? classes([700, 200, 100]) : []
        let rows = try rows(method, count: 1000, groups: groups)
        #expect(rows.train.count == 700 && rows.validation.count == 100 && rows.test.count == 200)
    }

    @Test func sharesAreRoundedToWholeSamples() throws {
        let rows = try rows(.random, count: 7, validation: 0.2, test: 0.5)
        #expect(rows.test.count == 4 && rows.validation.count == 1 && rows.train.count == 2)
    }

    @Test func orderedSplitsTakeTheLastSamplesForTheTest() throws {
        let rows = try rows(.ordered, count: 10)
        #expect(rows == .init(train: Array(0..<7), validation: [7], test: [8, 9]))
    }

    /// Of a class of n samples, a split has n · share, rounded down or up.
    @Test(arguments: [
        [50, 50], [700, 200, 100], [3, 3, 3, 3, 3, 3, 3, 3, 3, 100], [1, 2, 3, 4, 5, 6, 7, 8],
    ])
    func eachClassHasItsShareOfTheTestWithinOne(sizes: [Int]) throws {
        let groups = classes(sizes)
        let rows = try rows(.stratified, count: groups.count, groups: groups)
        for (id, size) in sizes.enumerated() {
            let share = Double(size * rows.test.count) / Double(groups.count)
            let found = Double(rows.test.count { groups[$0] == Int32(id) })
            #expect(abs(found - share) < 1, "test of class \(id)")
            let left = rows.validation.count { groups[$0] == Int32(id) }
            let rest = Double(size) - found
            let validation = rest * Double(rows.validation.count) / Double(groups.count - rows.test.count)
            #expect(abs(Double(left) - validation) < 1, "validation of class \(id)")
        }
    }

    @Test(arguments: [[1, 1, 1, 1, 1, 95], [1, 1, 1, 7], [2, 2, 2, 2, 2, 2]])
    func everyClassHasASampleForTraining(sizes: [Int]) throws {
        let groups = classes(sizes)
        let rows = try rows(.stratified, count: groups.count, validation: 0.2, test: 0.3, groups: groups)
        #expect(Set(rows.train.map { groups[$0] }).count == sizes.count)
        #expect(rows.test.count == Int((0.3 * Double(groups.count)).rounded()))
        #expect(rows.validation.count == Int((0.2 * Double(groups.count)).rounded()))
    }

    @Test func groupsStayWhole() throws {
        let groups = classes(Array(repeating: 7, count: 100))
        let rows = try rows(.group(column: "g"), count: 700, groups: groups)
        let sets = [rows.train, rows.validation, rows.test].map { Set($0.map { groups[$0] }) }
        #expect(sets[0].isDisjoint(with: sets[1]) && sets[0].isDisjoint(with: sets[2]))
        #expect(sets[1].isDisjoint(with: sets[2]))
        // 140 and 70 samples are whole numbers of groups.
        #expect(rows.test.count == 140 && rows.validation.count == 70)
    }

    @Test func aGroupIsTakenOnlyIfThatBringsTheShareCloser() throws {
        let groups = classes(Array(repeating: 30, count: 10))
        // 20 of 300 samples are closer to 30 than to none, 10 are not.
        #expect(
            try rows(.group(column: "g"), count: 300, validation: 0, test: 20.0 / 300, groups: groups).test.count == 30)
        #expect(throws: SplitShares.EmptySplit(split: .test, share: 10.0 / 300, samples: 300)) {
            try rows(.group(column: "g"), count: 300, validation: 0, test: 10.0 / 300, groups: groups)
        }
    }

    @Test func seedsGiveOtherRowsAndTheSameSeedTheSame() throws {
        for method in [SplitShares.Method.stratified, .random, .group(column: "g")] {
            let groups = method == .random ? [] : (0..<1000).map { Int32($0 % 50) }
            let first = try rows(method, count: 1000, groups: groups)
            #expect(try rows(method, count: 1000, groups: groups) == first)
            #expect(try rows(method, count: 1000, seed: 1, groups: groups).test != first.test)
        }
    }

    /// Another list would give runs other data than when they began. These are of Philox 4x32-10 and of Fisher and Yates'
    /// shuffle in Python, for classes of 7, 7 and 6 samples and groups of two.
    @Test func theRowsOfASeedNeverChange() throws {
        let random = try rows(.random, count: 20)
        #expect(random.test == [5, 7, 12, 14] && random.validation == [0, 15])
        let stratified = try rows(.stratified, count: 20, seed: 7, groups: (0..<20).map { Int32($0 % 3) })
        #expect(stratified.test == [2, 3, 4, 18] && stratified.validation == [0, 1])
        let whole = try rows(.group(column: "g"), count: 20, seed: 7, groups: (0..<20).map { Int32($0 % 10) })
        #expect(whole.test == [8, 9, 18, 19] && whole.validation == [0, 10])
    }

    @Test(arguments: [
        (0.0, 0.1, SplitName.test, 0.1), (0.1, 0.0, .validation, 0.1), (0.3, 0.6, .train, 1 - 0.6 - 0.3),
    ])
    func aSplitWithoutSamplesIsRefused(validation: Double, test: Double, split: SplitName, share: Double) {
        #expect(throws: SplitShares.EmptySplit(split: split, share: share, samples: 3)) {
            try rows(.ordered, count: 3, validation: validation, test: test)
        }
    }
}

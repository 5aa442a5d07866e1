import DatasetFiles
import TestSupport
import Testing

@testable import Datasets

@Suite struct FeatureStatisticsTests {
    @Test func smallWholeNumbersHaveExactStatistics() {
        let statistics = FeatureStatistics(of: [[1, -7], [2, -7], [3, 1], [4, 1]])
        let (first, second) = (statistics.features[0], statistics.features[1])
        #expect(first.count == 4 && first.mean == 2.5 && first.deviation == 1.25.squareRoot())
        #expect(first.smallest == 1 && first.largest == 4)
        #expect(second.mean == -3 && second.deviation == 4 && second.smallest == -7 && second.largest == 1)
        #expect(statistics.incompleteRows == [])
    }

    /// Each of n additions rounds by at most 2⁻⁵³ of a sum below n · limit; a deviation has half the relative error of a
    /// variance.
    @Test(arguments: [1.0, 1e-30, 1e30])
    func meanDeviationAndRangeAreThoseOfTheFormulas(limit: Double) {
        let rows = randomRows(3000, width: 3, limit: limit)
        let statistics = FeatureStatistics(of: rows)
        for (index, found) in statistics.features.enumerated() {
            let values = rows.map { $0[index] }
            let tolerance = 3000 * 0x1p-53 * limit
            #expect(abs(found.mean - plainMean(values)) <= tolerance)
            #expect(abs(found.deviation - plainDeviation(values)) <= tolerance)
            #expect(found.smallest == values.min() && found.largest == values.max())
        }
    }

    @Test func scaleAndOffsetApplyToTheRawValues() {
        let found = FeatureStatistics(of: [[0], [1], [2], [3]], scale: 0.5, offset: -1).features[0]
        #expect(found.mean == -0.25 && found.smallest == -1 && found.largest == 0.5)
        #expect(found.deviation == (1.25 / 4).squareRoot())
    }

    @Test func anyCutIntoBlocksGivesTheSameBits() {
        let rows = randomRows(5000, width: 2, limit: 1e3)
        let whole = FeatureStatistics(of: rows, blockRows: 5000)
        for blockRows in [1, 7, 1000, 1023, 1024, 1025, 4999] {
            #expect(FeatureStatistics(of: rows, blockRows: blockRows) == whole, "blocks of \(blockRows)")
        }
    }

    @Test func missingValuesAreLeftOutAndTheirRowsListed() {
        let statistics = FeatureStatistics(of: [[1, 5], [.nan, 6], [3, 7], [.nan, .nan]], blockRows: 3)
        #expect(statistics.incompleteRows == [1, 3])
        #expect(statistics.features.map(\.missing) == [2, 1] && statistics.features.map(\.count) == [2, 3])
        #expect(statistics.features.map(\.mean) == [2, 6])
    }

    @Test func onlySelectedRowsCount() {
        let rows = [[1, 5], [.nan, 6], [3, 7], [.nan, 100], [5, .nan]]
        let selection = RowSelection([0, 2, 4], of: 5)
        let statistics = FeatureStatistics(of: rows, blockRows: 2, selection: selection)
        #expect(statistics.features.map(\.count) == [3, 2] && statistics.features.map(\.mean) == [3, 6])
        #expect(statistics.features[1].largest == 7 && statistics.incompleteRows == [4])
    }

    @Test func aFeatureWithoutValuesHasNone() {
        let found = FeatureStatistics(of: [[.nan], [.nan]]).features[0]
        #expect(found.count == 0 && found.missing == 2 && found.mean == 0 && found.deviation == 0)
        #expect(found.smallest == .infinity && found.largest == -.infinity)
    }

    /// The sum of many equal values would be rounded.
    @Test func theMeanOfEqualValuesIsThatValue() {
        let found = FeatureStatistics(of: Array(repeating: [0.1], count: 5000)).features[0]
        #expect(found.mean == 0.1 && found.deviation == 0)
    }

    /// Doubles near 1.7e18 are 256 apart, so the mean is within 128 of the true one, and a deviation of 10¹¹ hardly changes.
    @Test func timestampsInNanosecondsKeepTheirSpread() {
        let rows = (0..<1000).map { [1.7e18 + Double($0) * 1e9] }
        let found = FeatureStatistics(of: rows).features[0]
        #expect(abs(found.mean - (1.7e18 + 499.5e9)) <= 128)
        let deviation = 1e9 * ((1000.0 * 1000 - 1) / 12).squareRoot()
        #expect(abs(found.deviation / deviation - 1) < 1e-12)
        #expect(found.smallest == 1.7e18 && found.largest == 1.7e18 + 999e9)
    }

    @Test func categoriesAreCounted() {
        let rows: [[Double]] = [[0, 0.5], [2, 0.5], [2, 0.5], [.nan, 0.5], [7, 0.5]]
        let statistics = FeatureStatistics(of: rows, categories: [3, nil])
        #expect(statistics.categoryCounts == [[1, 0, 2], []])
        #expect(statistics.features[0].missing == 1 && statistics.incompleteRows == [3])
    }

    @Test func mergedFeaturesHaveTheStatisticsOfAllTheirValues() {
        let statistics = FeatureStatistics(of: [[1, 5, 100], [3, 7, 100]])
        let merged = statistics.merged([0, 1])
        #expect(merged.count == 4 && merged.mean == 4 && merged.squares == 20)
        #expect(merged.smallest == 1 && merged.largest == 7)
    }

    /// Another process reads the file, in blocks of its own.
    @Test func statisticsOfAFileHaveTheBitsOfThoseInMemory() throws {
        let files = try WorkFiles()
        let rows = randomRows(3000, width: 2, limit: 1e-3)
        let path = try files.writeHDF5 { try $0.add("X", rows.flatMap(\.self), shape: [3000, 2]) }
        let found = try DatasetFile(path).features(at: "X").statistics(
            of: nil, scale: 1, offset: 0, allowsMissing: false)
        #expect(found == FeatureStatistics(of: rows))
        withExtendedLifetime(files) {}
    }
}

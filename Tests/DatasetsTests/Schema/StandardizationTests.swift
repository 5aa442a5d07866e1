import DatasetFiles
import HDF5
import TestSupport
import Testing

@testable import Datasets

@Suite struct StandardizationTests {
    private let files: WorkFiles

    init() throws { files = try WorkFiles() }

    private let rows: [[Double]] = [[1, 10], [3, 10], [5, 40]]

    private func inputs(_ kind: Standardization.Kind?, isTable: Bool = false) throws -> [[Float]] {
        try memory(rows, isTable: isTable).trainingInputs(.init(standardize: kind))
    }

    /// Equal but for the last bit of a Float, since a mean may be rounded otherwise.
    private func expect(
        _ found: [[Float]], _ expected: [[Double]], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let (found, expected) = (found.flatMap(\.self), expected.flatMap(\.self))
        #expect(found.count == expected.count, sourceLocation: sourceLocation)
        for (found, expected) in zip(found, expected) {
            #expect(abs(Double(found) - expected) <= 0x1p-23 * abs(expected), sourceLocation: sourceLocation)
        }
    }

    private func standardized(_ values: [Double]) -> [Double] {
        let (mean, deviation) = (plainMean(values), plainDeviation(values))
        return values.map { ($0 - mean) / deviation }
    }

    @Test func eachFeatureHasItsOwnMeanAndDeviation() throws {
        let columns = [0, 1].map { column in standardized(rows.map { $0[column] }) }
        try expect(inputs(.feature), rows.indices.map { [columns[0][$0], columns[1][$0]] })
    }

    @Test func allValuesShareOneMeanAndDeviation() throws {
        let values = standardized(rows.flatMap(\.self))
        try expect(inputs(.all), [[values[0], values[1]], [values[2], values[3]], [values[4], values[5]]])
    }

    @Test func minMaxBringsEachFeatureTo0To1() throws {
        #expect(try inputs(.minMax) == [[0, 0], [0.5, 0], [1, 1]])
    }

    @Test func noneLeavesTheValues() throws {
        #expect(try inputs(Standardization.Kind.none) == [[1, 10], [3, 10], [5, 40]])
    }

    @Test func tablesAreStandardisedUnlessTheUserSaysOtherwise() throws {
        #expect(try inputs(nil, isTable: true) == inputs(.feature))
        #expect(try inputs(nil, isTable: false) == inputs(Standardization.Kind.none))
        #expect(try inputs(Standardization.Kind.none, isTable: true) == inputs(Standardization.Kind.none))
    }

    @Test(arguments: [Standardization.Kind.feature, .minMax])
    func constantFeaturesBecome0(kind: Standardization.Kind) throws {
        // 0.1 is no Float, and the mean of many may be rounded.
        let rows = (0..<3000).map { [0.1, Double($0)] }
        let inputs = try memory(rows, blockRows: 1000).trainingInputs(.init(standardize: kind))
        #expect(inputs.allSatisfy { $0[0] == 0 } && Set(inputs.map { $0[1] }).count == 3000)
    }

    @Test(arguments: [Standardization.Kind.feature, .minMax])
    func otherValuesOfConstantFeaturesBecome0Too(kind: Standardization.Kind) throws {
        let schema = try memory([[5, 0], [5, 1]]).schema(.init(standardize: kind))
        #expect(try memory([[6, 1], [-1e30, 1]]).inputs(by: schema).allSatisfy { $0[0] == 0 })
    }

    @Test func constantSamplesBecome0() throws {
        #expect(try memory([[0.1, 0.1], [0.1, 0.1]]).trainingInputs(.init(standardize: .all)) == [[0, 0], [0, 0]])
    }

    @Test(arguments: [Standardization.Kind.feature, .all, .minMax])
    func textFeaturesStay0And1(kind: Standardization.Kind) throws {
        let source = memory([[0, 7], [1, 9], [1, 11]], categories: [["a", "b"], nil])
        let inputs = try source.trainingInputs(.init(standardize: kind))
        #expect(inputs.map { Array($0[0..<2]) } == [[1, 0], [0, 1], [0, 1]])
        // The numbers of a text feature are no values.
        expect(
            inputs.map { [$0[2]] },
            (kind == .minMax ? [0, 0.5, 1] : standardized([7, 9, 11])).map { [$0] })
    }

    @Test func otherDataIsStandardisedWithTheNumbersOfTraining() throws {
        let schema = try memory([[0], [2]]).schema(.init(standardize: .feature))
        #expect(try memory([[0], [1], [5]]).inputs(by: schema) == [[-1], [0], [4]])
    }

    /// z = (k − 499.5) / 288.7: a Float rounds it by 2⁻²⁴, and the mean by 128 of 2.9e11.
    @Test func timestampsInNanosecondsStayApart() throws {
        let rows = (0..<1000).map { [1.7e18 + Double($0) * 1e9] }
        let inputs = try memory(rows).trainingInputs(.init(standardize: .feature)).map { $0[0] }
        #expect(zip(inputs, inputs.dropFirst()).allSatisfy { $0 < $1 })
        let deviation = ((1000.0 * 1000 - 1) / 12).squareRoot()
        for (k, input) in inputs.enumerated() {
            let expected = (Double(k) - 499.5) / deviation
            #expect(abs(Double(input) - expected) <= 0x1p-24 * abs(expected) + 1e-9)
        }
    }

    // MARK: Channels

    private static let groupings: [(shape: [Int], axes: String?, FeatureGrouping?)] = [
        ([32, 32, 3], "HWC", .lastAxis(3)), ([3, 32, 32], "CHW", .firstAxis(3)), ([28, 28], "HW", .all),
        ([100, 8], "TC", .lastAxis(8)), ([100], "T", nil),
        ([32, 32, 3], nil, .lastAxis(3)), ([3, 32, 32], nil, .firstAxis(3)), ([28, 28], nil, .all),
        ([3, 3, 3], nil, nil), ([7, 8, 9], nil, nil), ([5], nil, nil), ([2, 3, 4, 5], nil, nil),
        // Axes of another number of dimensions say nothing.
        ([32, 32, 3], "CHWD", .lastAxis(3)),
    ]

    @Test(arguments: groupings)
    func channelsAreToldByAxesOrShape(shape: [Int], axes: String?, grouping: FeatureGrouping?) {
        #expect(FeatureGrouping.channels(of: shape, axes: axes) == grouping)
    }

    @Test func featuresBelongToTheChannelOfTheirAxis() {
        #expect((0..<12).map { FeatureGrouping.lastAxis(3).group(of: $0, width: 12) } == (0..<12).map { $0 % 3 })
        #expect((0..<12).map { FeatureGrouping.firstAxis(3).group(of: $0, width: 12) } == (0..<12).map { $0 / 4 })
    }

    /// Images of 2 × 2 pixels in the order of their axes, of which `value` gives each channel.
    private func images(_ axes: String, _ value: (_ image: Int, _ pixel: Int, _ channel: Int) -> Double) -> [[Double]] {
        (0..<2).map { image in
            var values: [Double] = []
            for index in 0..<12 {
                let (pixel, channel) = axes == "HWC" ? (index / 3, index % 3) : (index % 4, index / 4)
                values.append(value(image, pixel, channel))
            }
            return values
        }
    }

    /// Two images with channels of 0…7, 10…17, and a constant. Inputs have their channels last.
    @Test(arguments: ["HWC", "CHW"])
    func eachChannelOfImagesHasItsOwnMeanAndDeviation(axes: String) throws {
        let raw = images(axes) { $2 == 2 ? 5 : Double(10 * $2 + 4 * $0 + $1) }
        let path = try files.writeHDF5 { root in
            let shape = axes == "HWC" ? [2, 2, 2, 3] : [2, 3, 2, 2]
            try root.add("X", raw.flatMap(\.self), shape: shape).writeString("axes", axes)
        }
        let split = try DatasetFile(path).split(SplitPaths(features: "X", labels: nil), withLabels: false)
        let schema = try FeatureSchema(of: split.features, rows: nil, .init(standardize: .channel))
        let pixels = standardized((0..<8).map(Double.init))
        expect(
            try split.inputs(by: schema) { _ in }.inputRows, images("HWC") { $2 == 2 ? 0 : pixels[4 * $0 + $1] })
    }

    @Test func samplesWithoutChannelsAreRefused() {
        #expect(throws: DatasetError.noChannels(file: "t.csv", dataset: "", shape: [2])) {
            try memory(rows).schema(.init(standardize: .channel))
        }
    }

    /// The squares of such values are beyond a Double, or vanish.
    @Test(arguments: [1e200, 1e-200])
    func valuesWhoseSpreadIsNoDoubleAreRefused(value: Double) {
        #expect(throws: DatasetError.spreadNotFinite(file: "t.csv", dataset: "", feature: "b")) {
            try memory([[1, value], [2, -value]], names: ["a", "b"]).schema(.init(standardize: .feature))
        }
    }
}

import DatasetFiles
import Datasets
import HDF5
import TestSupport
import Testing

@Suite struct FeatureMatrixTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private func features<T: HDF5Scalar>(
        _ values: [T], shape: [Int], scale given: Double? = nil, attributes: [String: Float] = [:]
    ) throws -> FeatureMatrix {
        let path = try files.writeHDF5 { root in
            let dataset = try root.add("X", values, shape: shape)
            for (name, value) in attributes { try dataset.writeScalar(name, value) }
        }
        return try DatasetFile(path).features(at: "X").scaledMatrix(scale: given)
    }

    @Test func scaleAndOffsetAttributesApplyToBytes() throws {
        let matrix = try features(
            [0, 1, 2, 253, 254, 255] as [UInt8], shape: [3, 2], attributes: ["scale": 0.5, "offset": -1])
        #expect(matrix.values([0, 1, 2]) == [-1, -0.5, 0, 125.5, 126, 126.5])
        #expect(matrix.scale == 0.5 && matrix.offset == -1)
        #expect(matrix.ranges.overall == -1...126.5)
        #expect(!matrix.isUnscaledBytes)
    }

    @Test func withoutAttributesValuesAreTheRawOnes() throws {
        #expect(try features([0, 7, 255] as [UInt8], shape: [3]).values([0, 1, 2]) == [0, 7, 255])
        #expect(try features([-1.5, 0, 1e30] as [Float], shape: [3]).values([0, 1, 2]) == [-1.5, 0, 1e30])
    }

    @Test func aGivenScaleReplacesTheAttribute() throws {
        let matrix = try features(
            [2, 4] as [UInt8], shape: [2, 1], scale: 10, attributes: ["scale": 0.5, "offset": 1])
        #expect(matrix.values([0, 1]) == [21, 41])
    }

    @Test func floatsAreScaledToo() throws {
        let matrix = try features([2, 4] as [Float], shape: [2, 1], attributes: ["scale": -0.5, "offset": 1])
        #expect(matrix.values([0, 1]) == [0, -1])
        #expect(matrix.ranges.overall == -1...0)
    }

    @Test func theRangeOfAColumnIsThatOfItsOwnValues() throws {
        let ranges = FeatureRanges(smallest: [0, 10, -3], largest: [1, 12, -1])
        #expect(try features([0, 10, -3, 1, 12, -1] as [Float], shape: [2, 3]).ranges == ranges)
        let bytes = FeatureRanges(smallest: [5, 1, 7], largest: [5, 2, 9])
        #expect(try features([5, 2, 7, 5, 1, 9] as [UInt8], shape: [2, 3]).ranges == bytes)
    }

    @Test func everyNumberTypeIsRead() throws {
        #expect(try features([-128, 127] as [Int8], shape: [2]).values([0, 1]) == [-128, 127])
        #expect(try features([-32768, 32767] as [Int16], shape: [2]).values([0, 1]) == [-32768, 32767])
        #expect(try features([0, 65535] as [UInt16], shape: [2]).values([0, 1]) == [0, 65535])
        #expect(try features([-1 << 24, 1 << 24] as [Int32], shape: [2]).values([0, 1]) == [-0x1p24, 0x1p24])
        #expect(try features([0, 1 << 31] as [UInt32], shape: [2]).values([0, 1]) == [0, 0x1p31])
        #expect(try features([-1 << 40, 1 << 40] as [Int64], shape: [2]).values([0, 1]) == [-0x1p40, 0x1p40])
        #expect(try features([0, 1 << 63] as [UInt64], shape: [2]).values([0, 1]) == [0, 0x1p63])
        #expect(try features([0.1, -1e-3] as [Double], shape: [2]).values([0, 1]) == [0.1, -1e-3])
    }

    @Test func rowsAreGatheredInTheGivenOrder() throws {
        let matrix = try features((0..<12).map { Float($0) }, shape: [4, 3])
        #expect(matrix.values([3, 0, 3]) == [9, 10, 11, 0, 1, 2, 9, 10, 11])
        #expect(matrix.values([]).isEmpty)
    }

    @Test func theSampleShapeExcludesTheRows() throws {
        let image = try features([UInt8](repeating: 1, count: 24), shape: [2, 3, 4])
        #expect(image.rows == 2 && image.sampleShape == [3, 4] && image.width == 12)
        let numbers = try features([1, 2, 3] as [Float], shape: [3])
        #expect(numbers.rows == 3 && numbers.sampleShape == [1] && numbers.width == 1)
    }

    @Test func unscaledBytesAreDetected() throws {
        #expect(try features([0, 17] as [UInt8], shape: [2]).isUnscaledBytes)
        #expect(try !features([0, 16] as [UInt8], shape: [2]).isUnscaledBytes)
        #expect(try !features([0, 255] as [UInt8], shape: [2], scale: 1.0 / 255).isUnscaledBytes)
        #expect(try !features([0, 255] as [Float], shape: [2]).isUnscaledBytes)
    }

    // MARK: Refused

    @Test(arguments: [(Float.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf")])
    func theErrorOfANonFiniteValueNamesItsRow(value: Float, text: String) throws {
        #expect(
            throws: DatasetError.notFinite(file: files.path("data.h5"), dataset: "/X", row: 2, value: text)
        ) {
            try features([0, 1, 2, 3, 4, value, .nan, 7], shape: [4, 2])
        }
    }

    @Test func textFeaturesAreRejected() throws {
        let path = try files.writeHDF5 { root in
            _ = try root.createStringDataset("X", strings: ["a", "b"])
        }
        #expect(throws: DatasetError.notNumbers(file: path, dataset: "/X", type: "string")) {
            try DatasetFile(path).features(at: "X")
        }
    }

    @Test func aDatasetWithoutRowsIsRefused() {
        #expect(throws: DatasetError.noRows(file: files.path("data.h5"), dataset: "/X")) {
            try features([] as [Float], shape: [0, 3])
        }
    }

    @Test(arguments: [[3, 0], [2, 0, 4]])
    func samplesWithoutNumbersAreRefused(shape: [Int]) {
        #expect(throws: DatasetError.unusableShape(file: files.path("data.h5"), dataset: "/X", shape: shape)) {
            try features([] as [Float], shape: shape)
        }
    }

    @Test func aSingleNumberHasNoRows() {
        #expect(throws: DatasetError.unusableShape(file: files.path("data.h5"), dataset: "/X", shape: [])) {
            try features([5] as [Float], shape: [])
        }
    }
}

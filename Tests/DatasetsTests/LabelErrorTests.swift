import Datasets
import HDF5
import TestSupport
import Testing

/// Labels that do not fit a network's encoding are rejected with their row.
@Suite struct LabelErrorTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private var path: String { files.path("data.h5") }

    private func labels<T: HDF5Scalar>(_ values: [T], shape: [Int]? = nil, classes: [String]? = nil) throws -> Labels {
        let path = try files.writeHDF5 { root in
            let dataset = try root.add("y", values, shape: shape)
            if let classes { try dataset.writeStrings("classes", classes) }
            try root.add("X", [Float](repeating: 0, count: dataset.shape.first ?? 0))
        }
        return try DatasetFile(path).labels(of: SplitPaths(features: "X", labels: "y"))
    }

    private func expect<T: HDF5Scalar>(
        _ encoding: LabelEncoding, of values: [T], shape: [Int]? = nil, throws error: DatasetError,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) {
            try encoding.encode(labels(values, shape: shape))
        }
    }

    private func notAClassID(_ row: Int, _ value: String, of count: Int) -> DatasetError {
        .notAClassID(file: path, dataset: "/y", row: row, value: value, classCount: count)
    }

    @Test func integersOutOfRangeAreNotClassIDs() {
        for encoding in [LabelEncoding.classIDs(classCount: 3), .oneHot(classCount: 3)] {
            expect(encoding, of: [0, 1, 3, 9] as [Int32], throws: notAClassID(2, "3", of: 3))
            expect(encoding, of: [0, -1] as [Int32], throws: notAClassID(1, "-1", of: 3))
            expect(encoding, of: [1 << 40] as [Int64], throws: notAClassID(0, "1099511627776", of: 3))
        }
    }

    @Test func fractionsAndNumbersOutOfRangeAreNotClassIDs() {
        let encoding = LabelEncoding.classIDs(classCount: 3)
        expect(encoding, of: [0, 1.5] as [Float], throws: notAClassID(1, "1.5", of: 3))
        expect(encoding, of: [3] as [Float], throws: notAClassID(0, "3", of: 3))
        expect(encoding, of: [-2] as [Double], throws: notAClassID(0, "-2", of: 3))
        expect(encoding, of: [1e20] as [Double], throws: notAClassID(0, "1e+20", of: 3))
    }

    @Test func moreIDsThanNamesAreRefused() throws {
        let named = try labels([0, 1, 2] as [Int32], classes: ["a", "b"])
        #expect(throws: DatasetError.unnamedClass(file: path, dataset: "/y", row: 2, value: "2", names: 2)) {
            try named.classCount()
        }
    }

    @Test func theErrorNamesARowThatIsNotOneHot() {
        expect(
            .oneHot(classCount: 2), of: [0, 1, 1, 0, 1, 1] as [Float], shape: [3, 2],
            throws: .notOneHot(file: path, dataset: "/y", row: 2))
    }

    @Test func anotherNumberOfColumnsIsRefused() {
        func unequal(_ expected: Int, _ found: Int) -> DatasetError {
            .unequalLabelWidths(file: path, dataset: "/y", expected: expected, found: found)
        }
        let pairs: [Float] = [0, 1, 1, 0]
        expect(.classIDs(classCount: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(.oneHot(classCount: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(.binary(width: 1), of: pairs, shape: [2, 2], throws: unequal(1, 2))
        expect(.numbers(width: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(.numbers(width: 2), of: [1, 2] as [Int32], throws: unequal(2, 1))
    }

    @Test func binaryTargetsOutside0To1AreNamedByRow() {
        func notBinary(_ row: Int, _ value: String) -> DatasetError {
            .notBinary(file: path, dataset: "/y", row: row, value: value)
        }
        expect(.binary(width: 1), of: [0, 1, 1.5] as [Float], throws: notBinary(2, "1.5"))
        expect(.binary(width: 1), of: [0, 2] as [Int32], throws: notBinary(1, "2"))
        expect(.binary(width: 2), of: [0, 1, 0, -1] as [Float], shape: [2, 2], throws: notBinary(1, "-1"))
    }

    // MARK: Labels that cannot be read

    @Test(arguments: [(Float.nan, "nan"), (.infinity, "inf")])
    func aLabelThatIsNotFiniteIsNamedByItsRow(value: Float, text: String) {
        #expect(throws: DatasetError.notFinite(file: path, dataset: "/y", row: 1, value: text)) {
            try labels([0, 1, 2, value], shape: [2, 2])
        }
    }

    @Test func labelsOfThreeDimensionsAreRefused() {
        #expect(throws: DatasetError.unusableShape(file: path, dataset: "/y", shape: [2, 1, 2])) {
            try labels([0, 1, 2, 3] as [Float], shape: [2, 1, 2])
        }
    }

    @Test func labelsWithoutColumnsOrRowsAreRefused() {
        #expect(throws: DatasetError.unusableShape(file: path, dataset: "/y", shape: [2, 0])) {
            try labels([] as [Float], shape: [2, 0])
        }
        #expect(throws: DatasetError.noRows(file: path, dataset: "/y")) {
            try labels([] as [Int32], shape: [0])
        }
    }

    @Test func textLabelsAreRejected() throws {
        let path = try files.writeHDF5 { root in
            _ = try root.createStringDataset("y", strings: ["a", "b"])
            try root.add("X", [0, 1] as [Float])
        }
        #expect(throws: DatasetError.notNumbers(file: path, dataset: "/y", type: "string")) {
            try DatasetFile(path).labels(of: SplitPaths(features: "X", labels: "y"))
        }
    }
}

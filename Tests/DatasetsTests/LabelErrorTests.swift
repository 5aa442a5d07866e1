import DatasetFiles
import Datasets
import HDF5
import Splits
import TestSupport
import Testing

/// Labels that do not fit what a network has learned are rejected with their row.
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

    private func expect<T: HDF5Scalar, Failure: Error & Equatable>(
        _ schema: LabelSchema, _ encoding: LabelEncoding, of values: [T], shape: [Int]? = nil, throws error: Failure,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(throws: error, sourceLocation: sourceLocation) {
            try schema.encode(labels(values, shape: shape), as: encoding)
        }
    }

    private func place(_ row: Int) -> Place { Place(file: path, object: "/y", row: row) }

    private func unknown(_ row: Int, _ name: String) -> SchemaMismatch {
        .unknownClass(place(row), name: name, classes: ["0", "1", "2"])
    }

    private let numbered = LabelSchema.classes(count: 3)
    private let named = LabelSchema(kind: .classes, classNames: ["red", "green", "blue"], width: 1)

    @Test func numbersThatAreNoClassAreNamedByRow() {
        for encoding in [LabelEncoding.classIDs(classCount: 3), .oneHot(classCount: 3)] {
            expect(numbered, encoding, of: [0, 1, 3, 9] as [Int32], throws: unknown(2, "3"))
            expect(numbered, encoding, of: [0, -1] as [Int32], throws: unknown(1, "-1"))
            expect(numbered, encoding, of: [1 << 40] as [Int64], throws: unknown(0, "1099511627776"))
        }
    }

    @Test func placesOutOfRangeAreNotClassIDs() {
        func notAClassID(_ row: RowNumber, _ value: String) -> DatasetError {
            .notAClassID(file: path, dataset: "/y", row: row, value: value, classCount: 3)
        }
        let encoding = LabelEncoding.classIDs(classCount: 3)
        expect(named, encoding, of: [0, 1, 3, 9] as [Int32], throws: notAClassID(2, "3"))
        expect(named, encoding, of: [0, -1] as [Int32], throws: notAClassID(1, "-1"))
        expect(named, encoding, of: [1 << 40] as [Int64], throws: notAClassID(0, "1099511627776"))
    }

    @Test func fractionsAndNumbersOutOfRangeAreNoClasses() {
        let encoding = LabelEncoding.classIDs(classCount: 3)
        expect(
            numbered, encoding, of: [0, 1.5] as [Float], throws: DatasetError.notAClass(place(1), value: "1.5"))
        expect(numbered, encoding, of: [3] as [Float], throws: unknown(0, "3"))
        expect(numbered, encoding, of: [-2] as [Double], throws: unknown(0, "-2"))
        expect(
            numbered, encoding, of: [1e20] as [Double], throws: DatasetError.notAClass(place(0), value: "1e+20"))
    }

    @Test func moreIDsThanNamesAreRefused() throws {
        let labels = try labels([0, 1, 2] as [Int32], classes: ["a", "b"])
        let error = DatasetError.unnamedClass(file: path, dataset: "/y", row: 2, value: "2", names: 2)
        #expect(throws: error) { try LabelSchema(of: labels, task: nil) }
        #expect(throws: error) {
            try LabelSchema(kind: .classes, classNames: ["a", "b"], width: 1)
                .encode(labels, as: .classIDs(classCount: 2))
        }
    }

    @Test func theErrorNamesARowThatIsNotOneHot() {
        expect(
            LabelSchema(kind: .oneHot, classNames: ["0", "1"], width: 2), .oneHot(classCount: 2),
            of: [0, 1, 1, 0, 1, 1] as [Float], shape: [3, 2],
            throws: DatasetError.notOneHot(file: path, dataset: "/y", row: 2))
    }

    @Test func anotherNumberOfColumnsIsRefused() {
        func unequal(_ expected: Int, _ found: Int) -> DatasetError {
            .unequalLabelWidths(file: path, dataset: "/y", expected: expected, found: found)
        }
        func numbers(_ width: Int) -> LabelSchema { LabelSchema(kind: .numbers, classNames: [], width: width) }
        let pairs: [Float] = [0, 1, 1, 0]
        expect(numbered, .classIDs(classCount: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(numbered, .oneHot(classCount: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(numbers(1), .binary(width: 1), of: pairs, shape: [2, 2], throws: unequal(1, 2))
        expect(numbers(3), .numbers(width: 3), of: pairs, shape: [2, 2], throws: unequal(3, 2))
        expect(numbers(2), .numbers(width: 2), of: [1, 2] as [Int32], throws: unequal(2, 1))
    }

    @Test func binaryTargetsOutside0To1AreNamedByRow() {
        func notBinary(_ row: RowNumber, _ value: String) -> DatasetError {
            .notBinary(file: path, dataset: "/y", row: row, value: value)
        }
        func numbers(_ width: Int) -> LabelSchema { LabelSchema(kind: .numbers, classNames: [], width: width) }
        expect(numbers(1), .binary(width: 1), of: [0, 1, 1.5] as [Float], throws: notBinary(2, "1.5"))
        expect(numbers(1), .binary(width: 1), of: [0, 2] as [Int32], throws: notBinary(1, "2"))
        expect(
            numbers(2), .binary(width: 2), of: [0, 1, 0, -1] as [Float], shape: [2, 2], throws: notBinary(1, "-1"))
    }

    @Test func textInPlaceOfMeasurementsIsRefused() throws {
        let path = try files.writeHDF5 { root in
            _ = try root.createStringDataset("y", strings: ["a", "b"])
            try root.add("X", [0, 1] as [Float])
        }
        let labels = try DatasetFile(path).labels(of: SplitPaths(features: "X", labels: "y"))
        let error = DatasetError.textIsNoMeasurement(place(0), text: "a")
        #expect(throws: error) { try LabelSchema(of: labels, task: .regression) }
        #expect(throws: error) {
            try LabelSchema(kind: .numbers, classNames: [], width: 1).encode(labels, as: .numbers(width: 1))
        }
    }

    // MARK: Labels that cannot be read

    @Test(arguments: [(Float.nan, "nan"), (.infinity, "inf")])
    func aLabelThatIsNotFiniteIsNamedByItsRow(value: Float, text: String) {
        #expect(throws: DatasetError.notFinite(file: path, dataset: "/y", row: 1, value: text)) {
            try labels([0, 1, 2, value], shape: [2, 2])
        }
    }

    @Test func labelsOfThreeDimensionsAreRefused() {
        #expect(throws: DatasetError.unusableShape(file: path, dataset: "/y", shape: [1, 2, 2])) {
            try labels([0, 1, 2, 3] as [Float], shape: [1, 2, 2])
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
}

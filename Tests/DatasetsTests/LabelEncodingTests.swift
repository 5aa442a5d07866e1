import DatasetFiles
import Datasets
import HDF5
import Kernels
import Splits
import TestSupport
import Testing

@Suite struct LabelEncodingTests {
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

    // MARK: Encodings

    @Test func classIDsOfAnyNumberTypeStayIDs() throws {
        func ids<T: HDF5Scalar>(_ values: [T]) throws -> [Int32]? {
            try labels(values).encoded(as: .classIDs(classCount: 3)).classIDs(0..<4)
        }
        #expect(try ids([0, 2, 1, 2] as [UInt8]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Int16]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Int64]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Float]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Double]) == [0, 2, 1, 2])
    }

    @Test(arguments: [[2, 1], [2, 1, 1, 1]])
    func aColumnOfClassIDsIsAccepted(shape: [Int]) throws {
        let column = try labels([1, 0] as [Int32], shape: shape)
        #expect(column.width == 1 && column.rows == 2)
        #expect(try column.encoded(as: .classIDs(classCount: 2)).classIDs(0..<2) == [1, 0])
    }

    @Test func oneHotRowsBecomeClassIDs() throws {
        for encoded in [
            try labels([0, 1, 0, 1, 0, 0] as [Float], shape: [2, 3]),
            try labels([0, 1, 0, 1, 0, 0] as [UInt8], shape: [2, 3]),
        ] {
            #expect(try LabelSchema(of: encoded, task: nil).kind == .oneHot && encoded.width == 3)
            #expect(try encoded.encoded(as: .classIDs(classCount: 3)).classIDs(0..<2) == [1, 0])
        }
    }

    @Test func classIDsBecomeOneHotRows() throws {
        let targets = try LabelSchema.classes(count: 3).encode(labels([2, 0] as [Int32]), as: .oneHot(classCount: 3))
        #expect(targets.numbers(0..<2) == [0, 0, 1, 1, 0, 0])
    }

    @Test func binaryTargetsMayBeAnythingFrom0To1() throws {
        let one = try labels([0, 1, 0.25] as [Float]).encoded(as: .binary(width: 1))
        #expect(one.numbers(0..<3) == [0, 1, 0.25])
        let two = try labels([0, 1, 1, 1] as [Float], shape: [2, 2]).encoded(as: .binary(width: 2))
        #expect(two.numbers(0..<2) == [0, 1, 1, 1])
        let integers = try labels([0, 1] as [Int32]).encoded(as: .binary(width: 1))
        #expect(integers.numbers(0..<2) == [0, 1])
    }

    @Test func regressionTargetsAreUnchanged() throws {
        let wide = try labels([1.5, -2, 1e9, 0] as [Double], shape: [2, 2]).encoded(as: .numbers(width: 2))
        #expect(wide.numbers(0..<2) == [1.5, -2, 1e9, 0])
        let integers = try labels([-3, 4] as [Int32]).encoded(as: .numbers(width: 1), task: .regression)
        #expect(integers.numbers(0..<2) == [-3, 4])
    }

    /// Losses of measurements tell two classes apart by 0 and 1, whatever the classes are called.
    @Test func twoClassesAsNumbersAre0And1() throws {
        #expect(try labels([-1, 1, -1] as [Int32]).encoded(as: .numbers(width: 1)).numbers(0..<3) == [0, 1, 0])
        #expect(try labels([7, 3] as [Float]).encoded(as: .binary(width: 1)).numbers(0..<2) == [1, 0])
    }

    @Test func aViewIsOfItsRowsOnly() throws {
        let ids = try labels([3, 2, 1, 0] as [Int32]).encoded(as: .classIDs(classCount: 4))
        #expect(ids.classIDs(1..<3) == [2, 1])
        let rows = try labels([1, 0, 1] as [Int32]).encoded(as: .oneHot(classCount: 2))
        #expect(rows.numbers(1..<3) == [1, 0, 0, 1])
    }

    @Test func classIDsHaveAtLeastTwoOutputs() {
        #expect(LabelEncoding.classIDs(classCount: 10).outputs == 10)
        #expect(LabelEncoding.classIDs(classCount: 1).outputs == 2)
        #expect(LabelEncoding.oneHot(classCount: 4).outputs == 4)
        #expect(LabelEncoding.binary(width: 1).outputs == 1)
        #expect(LabelEncoding.numbers(width: 7).outputs == 7)
    }

    // MARK: Classes

    private func classes(_ labels: Labels, task: LabelSchema.Task? = nil) throws -> [String] {
        try LabelSchema(of: labels, task: task).classNames
    }

    @Test func classesAreCalledByNamesOrColumnsOrTheirNumbers() throws {
        #expect(try classes(labels([0, 2, 1] as [Int32])) == ["0", "1", "2"])
        #expect(try classes(labels([0, 2, 1] as [Float])) == ["0", "1", "2"])
        #expect(try classes(labels([0, 1] as [Int32], classes: ["a", "b", "c", "d"])) == ["a", "b", "c", "d"])
        #expect(try classes(labels([1, 0, 0, 0, 1, 0] as [Float], shape: [2, 3])) == ["0", "1", "2"])
        #expect(try classes(labels([1] as [Int32])) == ["1"])
    }

    @Test func namesComeFromTheAttribute() throws {
        let named = try labels([0, 1] as [Int32], classes: ["shirt", "größe 42"])
        #expect(named.classNames == ["shirt", "größe 42"])
        #expect(try labels([0, 1] as [Int32]).classNames == nil)
    }

    @Test func anIDAsLargeAsTheSampleCountIsAClassLikeAnother() throws {
        #expect(try classes(labels([0, 3, 1] as [Int32])) == ["0", "1", "3"])
    }

    @Test func negativeIDsAreClassesAndFractionsAreNot() throws {
        #expect(try classes(labels([0, 1, -1] as [Int32])) == ["-1", "0", "1"])
        let place = Place(file: path, object: "/y", row: 1)
        #expect(throws: DatasetError.notAClass(place, value: "0.5")) {
            try classes(labels([0, 0.5] as [Float]), task: .classification)
        }
    }

    @Test func onlyRowsOfZerosAndOnesAreBinary() throws {
        func kind(_ values: [Float]) throws -> LabelSchema.Kind {
            try LabelSchema(of: labels(values, shape: [2, 2]), task: nil).kind
        }
        #expect(try kind([0, 1, 1, 1]) == .binary)
        #expect(try kind([0, 2, 1, 1]) == .numbers)
        #expect(try kind([0, 0.5, 1, 1]) == .numbers)
    }

    @Test(arguments: [[0, 0, 0, 1], [1, 1, 0, 1], [0.5, 0.5, 0, 1], [2, 0, 0, 1]] as [[Float]])
    func rowsWithoutExactlyOneOneAreNotOneHot(rows: [Float]) throws {
        let labels = try labels(rows, shape: [2, 2])
        #expect(try LabelSchema(of: labels, task: nil).kind != .oneHot)
        let schema = LabelSchema(kind: .oneHot, classNames: ["0", "1"], width: 2)
        #expect(throws: DatasetError.notOneHot(file: path, dataset: "/y", row: 0)) {
            try schema.encode(labels, as: .classIDs(classCount: 2))
        }
    }
}

import Datasets
import HDF5
import Kernels
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

    @Test func classIDsOfAnyIntegerTypeStayIDs() throws {
        func ids<T: HDF5Scalar>(_ values: [T]) throws -> [Int32]? {
            try LabelEncoding.classIDs(classCount: 3).encode(labels(values)).classIDs(0..<4)
        }
        #expect(try ids([0, 2, 1, 2] as [UInt8]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Int16]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Int64]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Float]) == [0, 2, 1, 2])
        #expect(try ids([0, 2, 1, 2] as [Double]) == [0, 2, 1, 2])
    }

    @Test func aColumnOfClassIDsIsAccepted() throws {
        let targets = try LabelEncoding.classIDs(classCount: 2).encode(labels([1, 0] as [Int32], shape: [2, 1]))
        #expect(targets.classIDs(0..<2) == [1, 0])
    }

    @Test func oneHotRowsBecomeClassIDs() throws {
        for encoded in [
            try labels([0, 1, 0, 1, 0, 0] as [Float], shape: [2, 3]),
            try labels([0, 1, 0, 1, 0, 0] as [UInt8], shape: [2, 3]),
        ] {
            #expect(encoded.areOneHot && encoded.areBinary && encoded.width == 3)
            let targets = try LabelEncoding.classIDs(classCount: 3).encode(encoded)
            #expect(targets.classIDs(0..<2) == [1, 0])
        }
    }

    @Test func classIDsBecomeOneHotRows() throws {
        let targets = try LabelEncoding.oneHot(classCount: 3).encode(labels([2, 0] as [Int32]))
        #expect(targets.numbers(0..<2) == [0, 0, 1, 1, 0, 0])
    }

    @Test func binaryTargetsMayBeAnythingFrom0To1() throws {
        let one = try LabelEncoding.binary(width: 1).encode(labels([0, 1, 0.25] as [Float]))
        #expect(one.numbers(0..<3) == [0, 1, 0.25])
        let two = try LabelEncoding.binary(width: 2).encode(labels([0, 1, 1, 1] as [Float], shape: [2, 2]))
        #expect(two.numbers(0..<2) == [0, 1, 1, 1])
        let integers = try LabelEncoding.binary(width: 1).encode(labels([0, 1] as [Int32]))
        #expect(integers.numbers(0..<2) == [0, 1])
    }

    @Test func regressionTargetsAreUnchanged() throws {
        let wide = try LabelEncoding.numbers(width: 2).encode(labels([1.5, -2, 1e9, 0] as [Double], shape: [2, 2]))
        #expect(wide.numbers(0..<2) == [1.5, -2, 1e9, 0])
        #expect(try LabelEncoding.numbers(width: 1).encode(labels([-3, 4] as [Int32])).numbers(0..<2) == [-3, 4])
    }

    @Test func aViewIsOfItsRowsOnly() throws {
        let ids = try LabelEncoding.classIDs(classCount: 4).encode(labels([3, 2, 1, 0] as [Int32]))
        #expect(ids.classIDs(1..<3) == [2, 1])
        let rows = try LabelEncoding.oneHot(classCount: 2).encode(labels([1, 0, 1] as [Int32]))
        #expect(rows.numbers(1..<3) == [1, 0, 0, 1])
    }

    @Test func classIDsHaveAtLeastTwoOutputs() {
        #expect(LabelEncoding.classIDs(classCount: 10).outputs == 10)
        #expect(LabelEncoding.classIDs(classCount: 1).outputs == 2)
        #expect(LabelEncoding.oneHot(classCount: 4).outputs == 4)
        #expect(LabelEncoding.binary(width: 1).outputs == 1)
        #expect(LabelEncoding.numbers(width: 7).outputs == 7)
    }

    // MARK: Class counts

    @Test func classesAreCountedByNamesColumnsOrTheLargestID() throws {
        #expect(try labels([0, 2, 1] as [Int32]).classCount() == 3)
        #expect(try labels([0, 2, 1] as [Float]).classCount() == 3)
        #expect(try labels([0, 1] as [Int32], classes: ["a", "b", "c", "d"]).classCount() == 4)
        #expect(try labels([1, 0, 0, 0, 1, 0] as [Float], shape: [2, 3]).classCount() == 3)
        // A single sample of the second class is a class id, too.
        #expect(try labels([1] as [Int32]).classCount() == 2)
    }

    @Test func namesComeFromTheAttribute() throws {
        let named = try labels([0, 1] as [Int32], classes: ["shirt", "größe 42"])
        #expect(named.classNames == ["shirt", "größe 42"])
        #expect(try labels([0, 1] as [Int32]).classNames == nil)
    }

    @Test func anIDAsLargeAsTheSampleCountIsRejected() {
        #expect(
            throws: DatasetError.moreClassesThanSamples(file: path, dataset: "/y", row: 1, value: "3", samples: 3)
        ) {
            try labels([0, 3, 1] as [Int32]).classCount()
        }
    }

    @Test func invalidClassIDsHaveNoClassCount() {
        #expect(
            throws: DatasetError.notAClassID(file: path, dataset: "/y", row: 2, value: "-1", classCount: nil)
        ) {
            try labels([0, 1, -1] as [Int32]).classCount()
        }
        #expect(
            throws: DatasetError.notAClassID(file: path, dataset: "/y", row: 1, value: "0.5", classCount: nil)
        ) {
            try labels([0, 0.5] as [Float]).classCount()
        }
    }

    @Test func onlyAllZerosAndOnesAreBinary() throws {
        #expect(try labels([0, 1, 1] as [Int32]).areBinary && labels([0, 1] as [Float]).areBinary)
        #expect(try !labels([0, 2] as [Int32]).areBinary && !labels([0, 0.5] as [Float]).areBinary)
    }

    @Test(arguments: [[0, 0, 0, 1], [1, 1, 0, 1], [0.5, 0.5, 0, 1], [2, 0, 0, 1]] as [[Float]])
    func rowsWithoutExactlyOneOneAreNotOneHot(rows: [Float]) throws {
        #expect(try !labels(rows, shape: [2, 2]).areOneHot)
        #expect(throws: DatasetError.notOneHot(file: path, dataset: "/y", row: 0)) {
            try LabelEncoding.classIDs(classCount: 2).encode(labels(rows, shape: [2, 2]))
        }
    }
}

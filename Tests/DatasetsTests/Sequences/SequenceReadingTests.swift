import DatasetFiles
import Foundation
import HDF5
import Kernels
import Splits
import TestSupport
import Testing

@testable import Datasets

/// Sequences of different lengths in HDF5 files: padded, cut by offsets, and as lists.
@Suite struct SequenceReadingTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// Three sequences of 2, 0 and 3 steps of two channels.
    private static let steps: [Float] = [1, 10, 2, 20, 3, 30, 4, 40, 5, 50]
    private static let lengths = [2, 0, 3]

    /// The same, with something else beyond their ends.
    private func padded<T: HDF5Scalar & BinaryFloatingPoint>(_ values: [T], beyond padding: T) -> [T] {
        let sequences = SequenceOffsets(lengths: Self.lengths)
        return (0..<3).flatMap { row in
            values[2 * sequences.steps(of: row).lowerBound..<2 * sequences.steps(of: row).upperBound]
                + Array(repeating: padding, count: 2 * (4 - Self.lengths[row]))
        }
    }

    private func writePadded<T: HDF5Scalar & BinaryFloatingPoint>(
        _ values: [T], beyond padding: T = .nan, _ more: (Group) throws -> Void = { _ in }
    ) throws -> RawSplit {
        let path = try files.writeHDF5 { root in
            try root.add("train/features", padded(values, beyond: padding), shape: [3, 4, 2])
            try root.add("train/lengths", Self.lengths)
            try root.add("train/labels", [0, 1, 0])
            try more(root)
        }
        let file = try DatasetFile(path)
        return try file.split(file.requiredPaths(of: .train))
    }

    private func writeCut<T: HDF5Scalar>(
        _ values: [T], shape: [Int]? = nil, _ offsets: [Int], _ more: (Group) throws -> Void = { _ in }
    ) throws -> RawSplit {
        let path = try files.writeHDF5 { root in
            try root.add("train/values", values, shape: shape ?? [values.count / 2, 2])
            try root.add("train/offsets", offsets)
            try root.add("train/labels", Array(repeating: 0, count: offsets.count - 1))
            try more(root)
        }
        let file = try DatasetFile(path)
        return try file.split(file.requiredPaths(of: .train))
    }

    private static func lists() throws -> DatasetFile {
        try DatasetFile(try #require(Bundle.module.url(forResource: "lists", withExtension: "h5")).path)
    }

    private func inputs(
        _ split: RawSplit, _ options: FeatureSchema.Options = .init(), note: (SchemaNote) -> Void = { _ in }
    ) throws -> FeatureMatrix {
        try split.inputs(
            by: FeatureSchema(of: split.features, rows: split.rows, options), note: note)
    }

    private func expectSteps(_ matrix: FeatureMatrix, _ factor: Float = 1) {
        #expect(matrix.offsets == [0, 2, 2, 5] && matrix.sampleShape == [3, 2])
        #expect(
            matrix.values([0, 1, 2]) == [1, 10, 2, 20, 0, 0, 0, 0, 0, 0, 0, 0, 3, 30, 4, 40, 5, 50].map { $0 * factor })
    }

    // MARK: Three ways to write them

    @Test(arguments: [Float.nan, .infinity, 1e38])
    func whatIsBeyondALengthIsIgnored(padding: Float) throws {
        let split = try writePadded(Self.steps, beyond: padding)
        let description = split.features.description
        #expect(description.rows == 3 && description.sampleShape == [3, 2] && description.axes == "TC")
        #expect(
            description.sequences
                == SequenceSummary(SequenceOffsets(lengths: Self.lengths), dataset: "/train/lengths"))
        expectSteps(try inputs(split))
        #expect(try inputs(split).ranges.overall == 1...50)
    }

    @Test func doublesAndBytesAreReadAlike() throws {
        expectSteps(try inputs(writePadded(Self.steps.map { Double($0) })))
        let bytes = try inputs(writeCut(Self.steps.map { UInt8($0) }, [0, 2, 2, 5]))
        expectSteps(bytes)
        #expect(bytes.byteCount == 10)
    }

    @Test func offsetsCutSteps() throws {
        let split = try writeCut(Self.steps, [0, 2, 2, 5]) { try $0.dataset("train/values").writeScalar("scale", 2.0) }
        #expect(split.features.description.sequences?.dataset == "/train/offsets")
        #expect(split.count == 3)
        expectSteps(try inputs(split), 2)
    }

    @Test func idsAreStepsOfOneChannel() throws {
        let matrix = try inputs(writeCut([7, 300, 5], shape: [3], [0, 1, 3]))
        #expect(matrix.sampleShape == [2, 1] && matrix.lengths == [1, 2])
        #expect(matrix.values([0, 1]) == [7, 0, 300, 5])
        let path = try files.writeHDF5("padded.h5") { root in
            try root.add("train/features", [7, 0, 300, 5], shape: [2, 2])
            try root.add("train/lengths", [1.0, 2])
        }
        let source = try DatasetFile(path).features(at: "train/features")
        let padded = try source.scaledMatrix()
        #expect(padded.sampleShape == [2, 1] && padded.values([0, 1]) == [7, 0, 300, 5])
    }

    @Test(arguments: ["train/features", "chunks"])
    func listsAreSequences(dataset: String) throws {
        let file = try Self.lists()
        let source = try file.features(at: dataset)
        #expect(source.description.elementType == (dataset == "chunks" ? "uint8" : "int64"))
        let matrix = try source.scaledMatrix()
        #expect(matrix.sampleShape == [5, 1] && matrix.lengths == [3, 0, 5, 1])
        #expect(
            matrix.values([0, 1, 2, 3]) == [3, 1, 4, 0, 0] + [0, 0, 0, 0, 0] + [1, 5, 9, 2, 6] + [5, 0, 0, 0, 0])
        #expect(try file.paths(of: .train)?.labels == "/train/labels")
    }

    @Test func listsOfFloatsAndManyListsAreRead() throws {
        #expect(
            try Self.lists().features(at: "numbers").scaledMatrix().values([0, 1, 2]) == [0.5, -1.25, 2, 0, 0.1, 3e38])
        let many = try Self.lists().features(at: "many").scaledMatrix()
        #expect(many.rows == 600 && many.sampleShape == [6, 1])
        for row in 0..<600 {
            let expected = (0..<6).map { $0 < row % 7 ? Float(row + $0) : 0 }
            #expect(many.values([row]) == expected)
        }
    }

    @Test func listsThatAreNoSequencesAreRefused() throws {
        let file = try Self.lists()
        #expect(throws: DatasetError.unusableShape(file: file.path, dataset: "/square", shape: [2, 2])) {
            try file.features(at: "square")
        }
        #expect(throws: DatasetError.notNumbers(file: file.path, dataset: "/texts", type: "variable-length")) {
            try file.features(at: "texts")
        }
        #expect(throws: DatasetError.noSteps(file: file.path, dataset: "/empty")) { try file.features(at: "empty") }
        #expect(
            throws: DatasetError.notFinite(
                file: file.path, dataset: "/missing", row: RowNumber(1, step: 1), value: "nan")
        ) { try file.features(at: "missing").scaledMatrix() }
    }

    @Test func lengthsThatAreAllAlikeHaveTheBitsOfNoLengths() throws {
        let path = try files.writeHDF5 { root in
            try root.add("train/features", Self.steps.dropLast(2).map { $0 }, shape: [2, 2, 2])
            try root.add("train/lengths", [2, 2])
            try root.add("plain", Self.steps.dropLast(2).map { $0 }, shape: [2, 2, 2])
        }
        let matrices = try ["train/features", "plain"].map { try DatasetFile(path).features(at: $0).scaledMatrix() }
        #expect(matrices[0].offsets == nil && matrices[0].sampleShape == matrices[1].sampleShape)
        #expect(matrices[0].values([0, 1]) == matrices[1].values([0, 1]))
    }

    /// The rows of a table may have a length, too.
    @Test func lengthsInTheRootAreThoseOfThreeDimensions() throws {
        let path = try files.writeHDF5 { root in
            try root.add("X", padded(Self.steps, beyond: .nan), shape: [3, 4, 2])
            try root.add("lengths", Self.lengths)
        }
        expectSteps(try DatasetFile(path).features(at: "X").scaledMatrix())
        let table = try files.writeHDF5("table.h5") { root in
            try root.add("X", Self.steps, shape: [5, 2])
            try root.add("lengths", [1, 2, 1, 2, 1])
            try root.add("other", padded(Self.steps, beyond: 0), shape: [3, 4, 2])
        }
        #expect(try DatasetFile(table).features(at: "X").description.sequences == nil)
        #expect(try DatasetFile(table).features(at: "other").description.sequences == nil)
    }

    @Test func valuesWithoutOffsetsAreNoSplit() throws {
        let path = try files.writeHDF5 { root in
            try root.add("train/values", Self.steps, shape: [5, 2])
            try root.add("train/labels", [0, 1, 0, 1, 0])
        }
        #expect(try DatasetFile(path).paths(of: .train) == nil)
        let cut = try writeCut(Self.steps, [0, 2, 2, 5])
        #expect(cut.features.description.dataset == "/train/values")
    }

    // MARK: Statistics and conversion

    @Test func channelsAreStandardizedOverTheStepsThatThereAre() throws {
        let mean = plainMean([1, 2, 3, 4, 5])
        let deviation = plainDeviation([1, 2, 3, 4, 5])
        for kind in [Standardization.Kind.channel, .feature] {
            let split = try writePadded(Self.steps)
            let schema = try FeatureSchema(of: split.features, rows: nil, .init(standardize: kind))
            #expect(schema.hasLengths && schema.standardization.grouping == .lastAxis(2))
            #expect(schema.standardization.shift == [mean, 10 * mean])
            let values = try split.inputs(by: schema) { _ in }.values([2])
            for (index, value) in values.enumerated() {
                let expected = (Double(index / 2) + 3 - mean) / deviation
                #expect(abs(Double(value) - expected) <= 1e-6 * max(1, abs(expected)))
            }
            #expect(try split.inputs(by: schema) { _ in }.values([1]) == [0, 0, 0, 0, 0, 0])
        }
    }

    @Test func missingStepsAreFilledOrTheirSequencesLeftOut() throws {
        var steps = Self.steps
        steps[5] = .nan
        let split = try writePadded(steps)
        for policy in [FeatureSchema.MissingPolicy.mean, .median] {
            var notes: [SchemaNote] = []
            let filled = try inputs(split, .init(missing: policy)) { notes.append($0) }
            #expect(filled.values([2]) == [3, 30, 4, 40, 5, 50])
            #expect(
                notes.first
                    == .filled(
                        file: split.features.description.file, dataset: "/train/features", feature: "1", count: 1,
                        of: 5, others: 0, areSteps: true))
        }
        var notes: [SchemaNote] = []
        let complete = try split.droppingIncompleteRows { notes.append($0) }
        #expect(complete.count == 2 && complete.rows?.indices == [0, 1])
        #expect(
            notes == [
                .droppedRows(
                    file: split.features.description.file, dataset: "/train/features", count: 1, of: 3)
            ])
        let matrix = try inputs(complete, .init(missing: .dropRow))
        #expect(matrix.lengths == [2, 0] && matrix.values([0]) == [1, 10, 2, 20])
    }

    @Test func missingStepsAreNamed() throws {
        var steps = Self.steps
        steps[8] = .nan
        let split = try writePadded(steps)
        let file = split.features.description.file
        #expect(
            throws: DatasetError.notFinite(
                file: file, dataset: "/train/features", row: RowNumber(2, step: 2), value: "nan")
        ) { try inputs(split) }
        #expect(
            throws: DatasetError.notFinite(
                file: file, dataset: "/train/features", row: RowNumber(2, step: 2), value: "nan")
        ) { try inputs(split, .init(standardize: .channel)) }
        let schema = try FeatureSchema(of: writePadded(Self.steps).features, rows: nil, .init(standardize: .channel))
        let other = try writePadded(steps)
        #expect(
            throws: DatasetError.missingCell(
                Place(file: file, object: "/train/features feature 0", row: 2, step: 2))
        ) { try other.inputs(by: schema) { _ in } }
        let filled = try writePadded(Self.steps) {
            try $0.dataset("train/features").writeScalar("_FillValue", Float(4))
        }
        #expect(
            throws: DatasetError.missingValue(
                file: file, dataset: "/train/features", row: RowNumber(2, step: 1), attribute: "_FillValue",
                value: "4")
        ) { try inputs(filled) }
    }

    @Test func emptySequencesAreTold() throws {
        let split = try writePadded(Self.steps)
        var notes: [SchemaNote] = []
        _ = try inputs(split) { notes.append($0) }
        #expect(
            notes == [
                .emptySequences(
                    file: split.features.description.file, dataset: "/train/features", count: 1, of: 3)
            ])
    }

    @Test func selectedSequencesStayWhole() throws {
        let split = try writePadded(Self.steps).selecting([0, 2])
        #expect(try inputs(split).offsets == [0, 2, 5])
        let rest = try writePadded(Self.steps).selecting([0])
        let matrix = try inputs(rest)
        #expect(matrix.sampleShape == [2, 2] && matrix.offsets == nil && matrix.values([0]) == [1, 10, 2, 20])
        #expect(rest.labels?.rows == 1)
    }

    // MARK: Against what a network has learned

    @Test func otherSequencesMayBeLongerOrAllAlike() throws {
        let schema = try FeatureSchema(of: writePadded(Self.steps).features, rows: nil, .init(standardize: .channel))
        let plain = try files.writeHDF5("plain.h5") { root in
            try root.add("X", (0..<20).map(Float.init), shape: [2, 5, 2])
            try root.add("other", (0..<20).map(Float.init), shape: [2, 2, 5])
            try root.add("turned", (0..<20).map(Float.init), shape: [2, 2, 5]).writeString("axes", "CT")
        }
        func split(_ dataset: String) throws -> RawSplit {
            try DatasetFile(plain).split(SplitPaths(features: dataset, labels: nil), withLabels: false)
        }
        let matrix = try split("X").inputs(by: schema) { _ in }
        #expect(matrix.sampleShape == [5, 2] && matrix.offsets == nil)
        let (shift, divisor) = (schema.standardization.shift, schema.standardization.divisor)
        let expected = (0..<20).map { Float((Double($0) - shift[$0 % 2]) / divisor[$0 % 2]) }
        #expect(matrix.values([0, 1]) == expected)
        #expect(
            throws: SchemaMismatch.axes(file: plain, dataset: "/turned", expected: "TC", found: "CT")
        ) { try split("turned").inputs(by: schema) { _ in } }
        #expect(throws: SchemaMismatch.channels(file: plain, dataset: "/other", expected: 2, found: 5)) {
            try split("other").inputs(by: schema) { _ in }
        }
        let longer = try writeCut((0..<14).map(Float.init), [0, 6, 7])
        #expect(try longer.inputs(by: schema) { _ in }.sampleShape == [6, 2])
    }

    @Test func samplesOfOneShapeDoNotTeachSequences() throws {
        let split = try writePadded(Self.steps)
        #expect(
            throws: SchemaMismatch.lengthsDiffer(
                file: split.features.description.file, dataset: "/train/features", lengths: "/train/lengths",
                expected: [3, 2])
        ) { try split.inputs(by: .plain([3, 2])) { _ in } }
    }

    @Test func namesOfChannelsDecideOverTheirOrder() throws {
        func named(_ names: [String]) throws -> RawSplit {
            try writeCut(Self.steps, [0, 2, 2, 5]) { _ = try $0.createStringDataset("feature_names", strings: names) }
        }
        let schema = try FeatureSchema(of: named(["a", "b"]).features, rows: nil, .init())
        #expect(schema.names == ["a", "b"])
        let turned = try named(["b", "a"]).inputs(by: schema) { _ in }
        #expect(turned.lengths == Self.lengths)
        #expect(turned.values([0]) == [10, 1, 20, 2, 0, 0])
    }
}

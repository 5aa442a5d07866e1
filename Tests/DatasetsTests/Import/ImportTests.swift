import DatasetFiles
import Datasets
import DurableFiles
import HDF5
import Kernels
import TestSupport
import Testing

/// Imports of other files to dataset files.
@Suite struct ImportTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    private var output: String { files.path("out.h5") }

    /// An IDX file of bytes.
    private func idx(_ name: String, _ shape: [UInt8], _ values: [UInt8]) throws -> String {
        try files.write([0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, 0, $0] } + values, as: name)
    }

    private func source(_ name: String, _ shape: [UInt8], labels: [UInt8]) throws -> IDXSource {
        let count = shape.reduce(1) { $0 * Int($1) }
        return IDXSource(
            images: try idx(name + "-images", shape, (0..<count).map { UInt8($0) }),
            labels: try idx(name + "-labels", [UInt8(labels.count)], labels))
    }

    // MARK: IDX

    @Test func imagesAndLabelsOfBothSplitsArrive() throws {
        let (train, test) = (
            try source("train", [3, 2, 2], labels: [2, 0, 1]), try source("test", [2, 2, 2], labels: [1, 1])
        )
        try importIDX(train: train, test: test, to: output)

        let file = try DatasetFile(output)
        #expect(
            try file.datasetPaths() == ["/test/features", "/test/labels", "/train/features", "/train/labels"])
        let paths = try file.requiredPaths(of: .train)
        let features = try file.features(at: paths.features).scaledMatrix()
        #expect(features.rows == 3 && features.sampleShape == [2, 2])
        #expect(features.scale == 1.0 / 255 && features.offset == 0)
        #expect(features.values([2]) == [8, 9, 10, 11].map { $0 * (1.0 / 255) })
        let labels = try file.labels(of: paths)
        #expect(labels.classNames == ["0", "1", "2"])
        #expect(try labels.encoded(as: .classIDs(classCount: 3)).classIDs(0..<3) == [2, 0, 1])
        let testLabels = try file.labels(of: #require(try file.paths(of: .test)))
        #expect(testLabels.rows == 2 && testLabels.classNames == ["0", "1", "2"])
    }

    @Test func imagesStayBytesOnDiskWithAChecksum() throws {
        try importIDX(train: source("train", [3, 2, 2], labels: [2, 0, 1]), test: nil, to: output)
        let file = try File.open(output)
        let (features, labels) = (try file.root.dataset("train/features"), try file.root.dataset("train/labels"))
        #expect(features.elementType == .integer(bits: 8, signed: false))
        #expect(try features.read(as: UInt8.self) == (0..<12).map { UInt8($0) })
        #expect(features.filters == ["fletcher32"] && labels.filters == ["fletcher32"])
        #expect(try !file.root.contains("test"))
    }

    @Test func imagesAndLabelsOfDifferentCountsAreRejected() throws {
        let good = try source("good", [3, 2, 2], labels: [2, 0, 1])
        let short = try idx("short", [2], [0, 1])
        let table = try idx("table", [3, 1], [0, 1, 2])
        func expect(_ source: IDXSource, throws error: ImportMismatch) {
            #expect(throws: error) { try importIDX(train: source, test: nil, to: output) }
            #expect(throws: error) { try importIDX(train: good, test: source, to: output) }
        }
        expect(
            IDXSource(images: good.images, labels: short),
            throws: .rowCountsDiffer(features: good.images, featureRows: 3, labels: short, labelRows: 2))
        expect(IDXSource(images: good.images, labels: table), throws: .notLabels(path: table, shape: [3, 1]))
        expect(IDXSource(images: short, labels: short), throws: .notImages(path: short, shape: [2]))
        let flat = try idx("flat", [3, 0, 2], [])
        expect(IDXSource(images: flat, labels: good.labels), throws: .notImages(path: flat, shape: [3, 0, 2]))
        #expect(throws: FileError.self) { try DatasetFile(output) }
    }

    @Test func testImagesMustHaveTheShapeOfTrainingImages() throws {
        let (train, test) = (
            try source("train", [3, 2, 2], labels: [2, 0, 1]), try source("test", [2, 2, 3], labels: [1, 1])
        )
        #expect(
            throws: ImportMismatch.unequalSampleShapes(path: test.images, expected: [2, 2], found: [2, 3])
        ) {
            try importIDX(train: train, test: test, to: output)
        }
    }
}

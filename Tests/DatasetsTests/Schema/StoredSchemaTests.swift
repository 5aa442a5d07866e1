import Foundation
import HDF5
import TestSupport
import Testing

@testable import DatasetFiles
@testable import Datasets
@testable import Splits

/// What HDF5 files say of their features, labels and weights.
@Suite struct StoredSchemaTests {
    private let files: WorkFiles

    init() throws { files = try WorkFiles() }

    private var path: String { files.path("data.h5") }

    private func description(_ fill: (Group) throws -> Void) throws -> FeatureDescription {
        try DatasetFile(files.writeHDF5("data.h5", fill)).features(at: "X").description
    }

    // MARK: Features

    @Test func attributesAndNamesAreRead() throws {
        let found = try description { root in
            let dataset = try root.add("X", [UInt8](repeating: 1, count: 6), shape: [3, 2])
            try dataset.writeScalar("scale_factor", 0.5)
            try dataset.writeScalar("offset", Float(2))
            try dataset.writeString("axes", "TC")
            _ = try root.createStringDataset("feature_names", strings: ["size", "größe"])
        }
        #expect(found.file == path && found.dataset == "/X" && found.rows == 3 && found.sampleShape == [2])
        #expect(found.elementType == "uint8" && found.axes == "TC" && found.names == ["size", "größe"])
        #expect(found.scale == .init(name: "scale_factor", value: 0.5))
        #expect(found.offset == .init(name: "offset", value: 2))
        #expect(found.categories == [] && !found.isTable)
    }

    @Test func aFileMayHaveTheOriginOfATable() throws {
        let found = try description { try $0.add("X", [1.5, 2], shape: [2, 1]).writeString("origin", "table") }
        #expect(found.isTable)
    }

    /// Lists of another length, of the same name twice, or of samples that are not one list.
    @Test func otherListsAreNoNames() throws {
        for (shape, names) in [
            ([2, 2], ["a"]), ([2, 2], ["a", "a"]), ([1, 2, 2], ["a", "b"]), ([2, 2], ["a", "b", "c"]),
        ] {
            let found = try description { root in
                try root.add("X", [1, 2, 3, 4], shape: shape)
                _ = try root.createStringDataset("feature_names", strings: names)
            }
            #expect(found.names == nil)
        }
    }

    @Test func codesOfTextFeaturesBecomeCategories() throws {
        let path = try files.writeHDF5 { root in
            let dataset = try root.add("X", [7, 1, 8, 0, 9, 1], shape: [3, 2])
            try dataset.writeStrings("categories", ["", #"["red", "blue"]"#])
        }
        let source = try DatasetFile(path).features(at: "X")
        #expect(source.description.categories == [nil, ["red", "blue"]])
        let split = RawSplit(features: source, labels: nil, weights: nil)
        let schema = try FeatureSchema(of: source, rows: nil, .init())
        #expect(try split.inputs(by: schema) { _ in }.inputRows == [[7, 1, 0], [8, 0, 1], [9, 1, 0]])
    }

    @Test(arguments: [[#"["a"]"#], ["", "red"], ["", #"["a", "a"]"#], ["", "", ""]])
    func otherListsOfCategoriesAreRefused(texts: [String]) throws {
        #expect(throws: DatasetError.badCategories(file: path, dataset: "/X")) {
            try description {
                let dataset = try $0.add("X", [0, 1], shape: [1, 2])
                try dataset.writeString("origin", "table")
                try dataset.writeStrings("categories", texts)
            }
        }
        // In other files the name may mean something else.
        let foreign = try description {
            try $0.add("X", [0, 1], shape: [1, 2]).writeStrings("categories", texts)
        }
        #expect(foreign.categories.isEmpty)
    }

    @Test func manyCategoriesAreWrittenBesideTheFeatures() throws {
        let many = (0..<3000).map { "a category with the number \($0)" }
        let found = try description { root in
            let dataset = try root.add("X", [0, 1], shape: [1, 2])
            try dataset.writeString("origin", "table")
            try FeatureCategories.write([many, nil], for: dataset)
        }
        #expect(found.categories == [many, nil])
        #expect(try File.open(path).root.contains("categories"))
    }

    // MARK: Missing values

    @Test(arguments: [-999.5, -0.1])
    func fillValuesAndNaNsAreMissingIfTheyMayBe(fill: Double) throws {
        let path = try files.writeHDF5 { root in
            // The fill value of 32-bit floats is a Double in the attribute.
            try root.add("X", [1, Float(fill), .nan, 3], shape: [4, 1]).writeScalar("_FillValue", fill)
        }
        let source = try DatasetFile(path).features(at: "X")
        let statistics = try source.statistics(of: nil, scale: 1, offset: 0, allowsMissing: true)
        #expect(statistics.incompleteRows == [1, 2] && statistics.features[0].mean == 2)
        #expect(throws: DatasetError.self) {
            try source.statistics(of: nil, scale: 1, offset: 0, allowsMissing: false)
        }
        #expect(try source.medians(of: [0], rows: nil, scale: 10, offset: 1) == [21])
        #expect(try source.distinctCounts(limit: 2) == [2] && source.distinctCounts(limit: 1) == [nil])
        let schema = try FeatureSchema(of: source, rows: nil, .init(missing: .mean))
        let split = RawSplit(features: source, labels: nil, weights: nil)
        #expect(try split.inputs(by: schema) { _ in }.inputRows == [[1], [2], [2], [3]])
    }

    @Test(arguments: [nil, ["size", "age"]])
    func missingValuesAreRefusedByRowAndFeature(names: [String]?) throws {
        let path = try files.writeHDF5 { root in
            try root.add("X", [1, 2, 3, .nan], shape: [2, 2])
            if let names { _ = try root.createStringDataset("feature_names", strings: names) }
        }
        let split = try DatasetFile(path).split(SplitPaths(features: "X", labels: nil), withLabels: false)
        var schema = FeatureSchema.plain([2])
        schema.elementType = "float64"
        schema.standardization = Standardization(kind: .all, grouping: .all, shift: [0], divisor: [1])
        let place = Place(file: path, object: names == nil ? "/X feature 1" : "/X age", row: 1)
        #expect(throws: DatasetError.missingCell(place)) { try split.inputs(by: schema) { _ in } }
    }

    // MARK: Labels

    private func labels(_ fill: (Group) throws -> Void) throws -> Labels {
        let path = try files.writeHDF5 { root in
            try root.add("X", [1, 2, 3] as [Float])
            try fill(root)
        }
        return try DatasetFile(path).labels(of: SplitPaths(features: "X", labels: "y"))
    }

    @Test func textLabelsAreClasses() throws {
        let found = try labels { _ = try $0.createStringDataset("y", strings: ["dog", "cat", "dog"]) }
        #expect((0..<3).map(found.text) == ["dog", "cat", "dog"])
        #expect(try LabelSchema(of: found, task: nil).classNames == ["cat", "dog"])
        #expect(try found.encoded(as: .classIDs(classCount: 2)).classIDs(0..<3) == [1, 0, 1])
    }

    /// Booleans of h5py are an enumeration; its strings have a variable length.
    @Test func enumerationsAreClassesByTheirNames() throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../HDF5Tests/Fixtures/h5py.h5").standardizedFileURL.path
        let file = try DatasetFile(fixture)
        let booleans = try file.labels(of: SplitPaths(features: "strings/variable", labels: "numbers/bool"))
        #expect((0..<3).map(booleans.text) == ["TRUE", "FALSE", "TRUE"])
        #expect(try LabelSchema(of: booleans, task: nil).classNames == ["FALSE", "TRUE"])
        let texts = try file.labels(of: SplitPaths(features: "numbers/bool", labels: "strings/variable"))
        #expect(try LabelSchema(of: texts, task: nil).classNames == ["", "zero", "zwölf"])
    }

    // MARK: Sample weights

    private func weights(_ weights: [Double], shape: [Int]? = nil, named name: String = "weights") throws -> [Double]? {
        let path = try files.writeHDF5 { root in
            try root.add("X", [1, 2, 3] as [Float])
            try root.add("y", [0, 1, 0])
            try root.add(name, weights, shape: shape)
        }
        let file = try DatasetFile(path)
        return try file.weights(of: file.requiredPaths(of: .train))
    }

    @Test(arguments: ["weights", "sample_weight", "sample_weights"])
    func weightsAreFoundUnderUsualNames(name: String) throws {
        #expect(try weights([0.5, 0, 2], named: name) == [0.5, 0, 2])
        #expect(try weights([0.5, 0, 2], shape: [3, 1], named: name) == [0.5, 0, 2])
        #expect(try weights([0.5, 0, 2], named: "other") == nil)
    }

    @Test(arguments: [(-1.0, "-1"), (.nan, "nan"), (.infinity, "inf")])
    func weightsThatAreNoWeightsAreRefusedByTheirRowInTheFile(value: Double, text: String) throws {
        _ = try weights([1, 1, value])
        let file = try DatasetFile(path)
        let split = try file.split(file.requiredPaths(of: .train)).selecting([0, 2])
        let place = Place(file: path, object: "/weights", row: 2)
        #expect(throws: DatasetError.badWeight(place, value: text)) { try split.weightBuffer() }
    }

    @Test func weightsThatAreAll0AreRefused() throws {
        _ = try weights([0, 0, 0])
        let file = try DatasetFile(path)
        let split = try file.split(file.requiredPaths(of: .train))
        #expect(throws: DatasetError.noWeight(file: path, dataset: "/weights")) { try split.weightBuffer() }
    }

    @Test(arguments: [[2], [6], [3, 2]])
    func anotherNumberOfWeightsIsRefused(shape: [Int]) {
        #expect(throws: DatasetError.unusableWeights(file: path, dataset: "/weights", shape: shape)) {
            try weights(Array(repeating: 1, count: shape.reduce(1, *)), shape: shape)
        }
    }
}

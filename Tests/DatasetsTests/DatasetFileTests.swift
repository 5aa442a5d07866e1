import DatasetFiles
import Datasets
import DurableFiles
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct DatasetFileTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// A file with one number in each of these datasets.
    private func file(_ datasets: [String], named name: String = "data.h5") throws -> DatasetFile {
        try DatasetFile(
            files.writeHDF5(name) { root in for dataset in datasets { try root.add(dataset, [1] as [Float]) } })
    }

    // MARK: Usual names

    @Test(arguments: [
        ("train/features", "train/labels"), ("x_train", "y_train"), ("X_train", "y_train"), ("train_x", "train_y"),
        ("train_images", "train_labels"), ("train_set_x", "train_set_y"), ("train/images", "train/labels"),
        ("train/x", "train/y"), ("train/X", "train/y"), ("train/data", "train/label"), ("train/data", "train/labels"),
        ("features", "labels"), ("X", "y"), ("x", "y"), ("data", "label"), ("data", "labels"), ("images", "labels"),
        ("inputs", "targets"),
    ])
    func theTrainingSplitIsFoundByItsUsualNames(features: String, labels: String) throws {
        let file = try file([features, labels])
        #expect(try file.requiredPaths(of: .train) == SplitPaths(features: features, labels: labels))
        #expect(try file.paths(of: .validation) == nil && file.paths(of: .test) == nil)
    }

    @Test(arguments: [
        ("validation/features", "validation/labels"), ("x_validation", "y_validation"), ("x_val", "y_val"),
        ("X_val", "y_val"), ("x_valid", "y_valid"), ("X_valid", "y_valid"), ("val_x", "val_y"),
        ("val_images", "val_labels"), ("val/images", "val/labels"), ("val/x", "val/y"),
    ])
    func theValidationSplitIsFoundByItsUsualNames(features: String, labels: String) throws {
        let file = try file([features, labels, "X", "y"])
        #expect(try file.paths(of: .validation) == SplitPaths(features: features, labels: labels))
        #expect(try file.paths(of: .test) == nil)
    }

    @Test(arguments: [
        ("test/features", "test/labels"), ("x_test", "y_test"), ("X_test", "y_test"), ("test_x", "test_y"),
        ("test_images", "test_labels"), ("test_set_x", "test_set_y"), ("test/images", "test/labels"),
        ("test/x", "test/y"), ("test/X", "test/y"), ("test/data", "test/label"), ("test/data", "test/labels"),
    ])
    func theTestSplitIsFoundByItsUsualNames(features: String, labels: String) throws {
        let file = try file([features, labels, "X", "y"])
        #expect(try file.paths(of: .test) == SplitPaths(features: features, labels: labels))
        #expect(try file.paths(of: .validation) == nil)
    }

    @Test func lockstepsNamesComeFirst() throws {
        let file = try file(["X", "y", "x_train", "y_train", "train/features", "train/labels"])
        #expect(try file.requiredPaths(of: .train).features == "/train/features")
    }

    @Test func aPairComesBeforeFeaturesAlone() throws {
        let pair = try file(["x_train", "X", "y"])
        #expect(try pair.paths(of: .train) == SplitPaths(features: "X", labels: "y"))
        let alone = try file(["x_test", "test/x"], named: "alone.h5")
        #expect(try alone.paths(of: .test) == SplitPaths(features: "x_test", labels: nil))
    }

    @Test func withoutAnyUsualNameTheDatasetsAreListed() throws {
        let file = try file(["b/deep/values", "a", "y"])
        #expect(
            throws: DatasetError.noSplitFound(file: file.path, datasets: ["/a", "/b/deep/values", "/y"])
        ) {
            try file.requiredPaths(of: .train)
        }
        #expect(try file.paths(of: .train) == nil)
    }

    // MARK: What is asked for

    @Test func theErrorOfAMissingDatasetListsTheExistingOnes() throws {
        let file = try file(["X", "group/y"])
        #expect(
            throws: DatasetError.noSuchDataset(file: file.path, dataset: "Z", datasets: ["/X", "/group/y"])
        ) {
            try file.features(at: "Z")
        }
        #expect(
            throws: DatasetError.noSuchDataset(file: file.path, dataset: "/z/y", datasets: ["/X", "/group/y"])
        ) {
            try file.labels(of: SplitPaths(features: "X", labels: "z/y"))
        }
    }

    @Test func aSplitWithoutLabelsHasNone() throws {
        let file = try file(["x_test"])
        let paths = try #require(try file.paths(of: .test))
        #expect(throws: DatasetError.noLabels(file: file.path, features: "/x_test")) { try file.labels(of: paths) }
    }

    @Test func featuresAndLabelsMustHaveEqualRowCounts() throws {
        let path = try files.writeHDF5 { root in
            try root.add("X", [Float](repeating: 0, count: 12), shape: [4, 3])
            try root.add("y", [0, 1, 0] as [Int32])
        }
        let file = try DatasetFile(path)
        #expect(
            throws: DatasetError.rowCountsDiffer(
                file: path, features: "/X", featureRows: 4, labels: "/y", labelRows: 3)
        ) {
            try file.labels(of: file.requiredPaths(of: .train))
        }
    }

    @Test func samplesMustHaveTheSizeOfTheNetworksInput() throws {
        let path = try files.writeHDF5 { root in
            try root.add("X", (0..<24).map(Float.init), shape: [2, 3, 4])
            try root.add("y", [0, 1] as [Float])
        }
        let file = try DatasetFile(path)
        func read(_ dataset: String, as sampleShape: [Int]) throws -> FeatureMatrix {
            let split = try file.split(SplitPaths(features: dataset, labels: nil), withLabels: false)
            return try split.inputs(by: .plain(sampleShape)) { _ in }
        }
        // A flattened sample fits, too.
        let flat = try read("X", as: [12])
        #expect(flat.sampleShape == [12] && flat.values([1]) == (12..<24).map(Float.init))
        #expect(throws: SchemaMismatch.sampleShape(file: path, dataset: "/X", expected: [13], found: [3, 4])) {
            try read("X", as: [13])
        }
        #expect(throws: SchemaMismatch.sampleShape(file: path, dataset: "/y", expected: [2], found: [1])) {
            try read("y", as: [2])
        }
    }

    @Test func aFileThatIsNotThereOrNotHDF5IsRefused() throws {
        #expect(throws: FileError(.read, files.path("nowhere.h5"), code: ENOENT)) {
            try DatasetFile(files.path("nowhere.h5"))
        }
        let text = try files.write("a,b\n1,2\n".utf8)
        let other = try #require(throws: HDF5Error.self) { try DatasetFile(text) }
        #expect(other.kind == .notHDF5 && other.path == text)
    }
}

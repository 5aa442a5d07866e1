import DatasetFiles
import Datasets
import HDF5
import TestSupport
import Testing

/// Storing and finding class names.
@Suite struct ClassNamesTests {
    private let files: WorkFiles

    init() throws {
        files = try WorkFiles()
    }

    /// The class names that are found for labels [3].
    private func names(
        _ labels: (Group) throws -> Void = { try $0.add("y", [0, 1, 2]) }, _ fill: (Group) throws -> Void
    )
        throws -> [String]?
    {
        let path = try files.writeHDF5 { root in
            try root.add("X", [1, 2, 3] as [Float])
            try labels(root)
            try fill(root)
        }
        let file = try DatasetFile(path)
        return try file.labels(of: file.requiredPaths(of: .train)).classNames
    }

    @Test func fewNamesAreStoredInAnAttribute() throws {
        let names = try names { try ClassNames.write(["a", "b", "c"], for: $0.dataset("y")) }
        #expect(names == ["a", "b", "c"])
        let root = try File.open(files.path("data.h5")).root
        #expect(try root.dataset("y").readStrings("classes") == ["a", "b", "c"])
        #expect(try !root.contains("classes"))
    }

    @Test func namesTooLongForAnAttributeAreStoredInADataset() throws {
        // Names are padded to the longest one.
        let expected = (0..<1000).map { "\($0)" } + [String(repeating: "é", count: 50)]
        let names = try names {
            try ClassNames.write(expected, for: $0.dataset("y"))
            try ClassNames.write(expected, for: $0.dataset("y"))
        }
        #expect(names == expected)
        let root = try File.open(files.path("data.h5")).root
        #expect(try root.dataset("classes").readStrings() == expected)
        #expect(try root.dataset("classes").filters.contains("fletcher32"))
    }

    @Test func anAttributeHasPrecedenceOverADataset() throws {
        let names = try names {
            try $0.dataset("y").writeStrings("classes", ["a", "b", "c"])
            _ = try $0.createStringDataset("classes", strings: ["x", "y", "z"])
        }
        #expect(names == ["a", "b", "c"])
    }

    @Test func aDatasetThatIsNotAListOfNamesIsIgnored() throws {
        #expect(try names { _ = try $0.createStringDataset("classes", strings: ["a", "a", "b"]) } == nil)
        #expect(try names { _ = try $0.createStringDataset("classes", strings: []) } == nil)
        #expect(try names { try $0.add("classes", [1, 2, 3]) } == nil)
        #expect(try names { _ = try $0.createGroup("classes") } == nil)
        #expect(try names { _ = try $0.createStringDataset("other/classes", strings: ["a", "b", "c"]) } == nil)
    }

    @Test func regressionTargetsHaveNoClassNames() throws {
        let put = { (root: Group) in _ = try root.createStringDataset("classes", strings: ["a", "b"]) }
        #expect(try names({ try $0.add("y", [0.5, 1, 2]) }, put) == nil)
        #expect(try names({ try $0.add("y", [1, 0, 0, 0, 1, 0, 0, 0, 1], shape: [3, 3]) }, put) == nil)
        #expect(try names({ try $0.add("y", [1, 0, 0, 1, 1, 0], shape: [3, 2]) }, put) == ["a", "b"])
        #expect(try names({ try $0.add("y", [1, 0, 0], shape: [3, 1]) }, put) == ["a", "b"])
    }
}

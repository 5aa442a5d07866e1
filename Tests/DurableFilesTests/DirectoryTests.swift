import DurableFiles
import Foundation
import TestSupport
import Testing

/// Listing directories and testing for files: "does not exist" and "cannot be determined" are different results.
@Suite final class DirectoryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func namesAreSorted() throws {
        for name in ["b", "a", ".c"] { try Data().write(to: URL(filePath: directory.path + "/" + name)) }
        #expect(try directoryNames(directory.path) == [".c", "a", "b"])
    }

    @Test func aMissingDirectoryHasNoNames() throws {
        #expect(try directoryNames(directory.path + "/none") == nil)
        #expect(try !exists(directory.path + "/none"))
        #expect(try exists(directory.path))
    }

    /// For a name that is too long, existence cannot be determined.
    @Test func undeterminedExistenceIsAnError() throws {
        let path = directory.path + "/" + String(repeating: "x", count: 300)
        #expect(throws: FileError(.read, path, code: ENAMETOOLONG)) { try exists(path) }
        #expect(throws: FileError(.read, path, code: ENAMETOOLONG)) { try directoryNames(path) }
    }
}

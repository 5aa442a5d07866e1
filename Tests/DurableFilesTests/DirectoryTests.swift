import DurableFiles
import Foundation
import TestSupport
import Testing

/// What is in a directory, and whether something is there at all: "no" and "cannot be told" are two answers.
@Suite final class DirectoryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test func namesAreSorted() throws {
        for name in ["b", "a", ".c"] { try Data().write(to: URL(filePath: directory.path + "/" + name)) }
        #expect(try directoryNames(directory.path) == [".c", "a", "b"])
    }

    @Test func aDirectoryThatIsNotThereHasNoNames() throws {
        #expect(try directoryNames(directory.path + "/none") == nil)
        #expect(try !exists(directory.path + "/none"))
        #expect(try exists(directory.path))
    }

    /// A name too long for any file system is neither there nor not there.
    @Test func whatCannotBeToldIsAnError() throws {
        let path = directory.path + "/" + String(repeating: "x", count: 300)
        #expect(throws: FileError(.read, path, code: ENAMETOOLONG)) { try exists(path) }
        #expect(throws: FileError(.read, path, code: ENAMETOOLONG)) { try directoryNames(path) }
    }
}

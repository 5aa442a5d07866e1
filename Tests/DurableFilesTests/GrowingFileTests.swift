import DurableFiles
import Foundation
import TestSupport
import Testing

@Suite final class GrowingFileTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/log" }

    init() throws { directory = try TemporaryDirectory() }

    private func text() throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func linesAreAppended() throws {
        try Data("one\n".utf8).write(to: URL(fileURLWithPath: path))
        let file = GrowingFile(path: path)
        try file.append(Array("two\n".utf8))
        try file.append(Array("three\n".utf8))
        #expect(try text() == "one\ntwo\nthree\n")
    }

    @Test func linesGoToANewFileAfterDeletionOrReplacement() throws {
        let file = GrowingFile(path: path)
        try file.append(Array("one\n".utf8))
        try FileManager.default.removeItem(atPath: path)
        try file.append(Array("two\n".utf8))
        #expect(try text() == "two\n")

        try replaceFile(path, with: [Array("an editor's\n".utf8)])
        try file.append(Array("three\n".utf8))
        #expect(try text() == "an editor's\nthree\n")
    }

    @Test func anUncreatableFileIsAnError() {
        let file = GrowingFile(path: path + "/below/nothing")
        #expect(throws: FileError.self) { try file.append([1]) }
    }
}

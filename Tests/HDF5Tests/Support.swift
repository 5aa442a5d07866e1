import CHDF5
import Foundation
import Testing

@testable import HDF5

/// All tests of this module. They run serially, since open ids are counted for the whole process.
@Suite(.serialized, .leavesNothingOpen)
struct HDF5Tests {}

/// Checks after each test that no HDF5 ids are left open.
struct LeavesNothingOpen: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await body() }
        let before = openIDs()
        try await body()
        #expect(openIDs() == before)
    }
}

extension Trait where Self == LeavesNothingOpen {
    static var leavesNothingOpen: Self { Self() }
}

/// The number of open ids of each type.
func openIDs() -> [String: Int] {
    let types: [(String, H5I_type_t)] = [
        ("file", H5I_FILE), ("group", H5I_GROUP), ("dataset", H5I_DATASET), ("attribute", H5I_ATTR),
        ("datatype", H5I_DATATYPE), ("dataspace", H5I_DATASPACE), ("property list", H5I_GENPROP_LST),
    ]
    return Library.locked {
        H5open()
        return Dictionary(
            uniqueKeysWithValues: types.map { name, type in
                var count: hsize_t = 0
                H5Inmembers(type, &count)
                return (name, Int(count))
            })
    }
}

/// A temporary directory for a test, which is deleted after it.
func withDirectory(_ body: (URL) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: "HDF5Tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    try body(directory)
}

extension URL {
    /// The path of a file in this directory.
    func file(_ name: String) -> String { appending(path: name).path(percentEncoded: false) }
}

/// The bytes of a file.
func bytes(_ path: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(filePath: path))) }

/// Writes bytes to a file.
func put(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

/// The file that Fixtures/make_fixture.py has created with h5py.
func fixture() throws -> File {
    try File.open(#require(Bundle.module.path(forResource: "h5py", ofType: "h5")))
}

/// Runs a program in PATH and returns its status and its output.
func run(_ program: String, _ arguments: String...) throws -> (status: Int32, output: String) {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

/// The error that an operation throws.
func failure(_ body: () throws -> Void) throws -> HDF5Error {
    try #require(throws: HDF5Error.self) { try body() }
}

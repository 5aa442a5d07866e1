import Foundation
import HDF5
import TestSupport
import Testing

/// A temporary directory in which a test runs `lockstep`.
final class Workplace: Sendable {
    private let directory: TemporaryDirectory
    private let command: Command

    init() throws {
        directory = try TemporaryDirectory()
        command = try Command(product: "lockstep")
    }

    /// Of the command.
    var lockstepPath: String { command.path }

    // MARK: Running

    func lockstep(_ arguments: String...) throws -> Command.Result {
        try run(arguments)
    }

    /// - Parameters:
    ///   - environment: added to this process's.
    ///   - signals: sent to it, each after some seconds.
    ///   - timeout: seconds after which it is killed.
    func run(
        _ arguments: [String], environment: [String: String] = [:], signals: [(number: Int32, after: Double)] = [],
        timeout: Double = 120
    ) throws -> Command.Result {
        try command.run(arguments, in: directory.path, environment: environment, signals: signals, timeout: timeout)
    }

    /// Runs `lockstep`, which must succeed, and returns its output.
    @discardableResult
    func succeed(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let result = try run(arguments)
        try #require(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        return result.output
    }

    /// Runs `lockstep`, which must succeed without output to standard error, and returns the JSON object that it prints.
    func json(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
        let result = try run(arguments + ["--json"])
        try #require(result.status == 0, "\(result.errors)", sourceLocation: sourceLocation)
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return try #require(object as? [String: Any], sourceLocation: sourceLocation)
    }

    /// Runs `lockstep`, which must fail with this message and status, without output to standard output, and without changing
    /// any file.
    func expectRefusal(
        _ arguments: [String], _ status: Int32, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try contents()
        let result = try run(arguments)
        #expect(result.errors == "error: \(message)\n", sourceLocation: sourceLocation)
        #expect(result.status == status, sourceLocation: sourceLocation)
        #expect(result.output == "", sourceLocation: sourceLocation)
        let after = try contents()
        #expect(after.keys.sorted() == before.keys.sorted(), "files left behind", sourceLocation: sourceLocation)
        #expect(after == before, "files changed", sourceLocation: sourceLocation)
    }

    /// Runs a shell command, in which `lockstep` is the built command.
    func shell(_ line: String, signals: [(number: Int32, after: Double)] = []) throws -> Command.Result {
        let line = line.replacing("lockstep", with: command.path)
        return try Command(tool: "sh").run(["-c", line], in: directory.path, signals: signals)
    }

    /// The output of a program of the system.
    func tool(_ name: String, _ arguments: String...) throws -> String {
        let result = try Command(tool: name).run(arguments, in: directory.path)
        try #require(result.status == 0, "\(result.errors)")
        return result.output
    }

    // MARK: Files

    /// The absolute path of a file here.
    func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

    func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try Data(bytes).write(to: URL(filePath: path(name)))
    }

    func write(_ text: String, to name: String) throws { try write(text.utf8, to: name) }

    /// Copies a file, or the target of a link.
    func copy(_ name: String, to copy: String) throws { try write(bytes(name), to: copy) }

    func makeDirectory(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
    }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    /// The names in a directory, sorted.
    func names(in name: String = ".") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    func link(_ name: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: path(name))
    }

    /// The contents of all files, by their relative paths.
    private func contents() throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path) {
            contents[name] = (try? bytes(name)) ?? Data()
        }
        return contents
    }

    /// Flips bits throughout a file, so that not all of them are in unused gaps.
    func damage(_ name: String) throws {
        var bytes = try [UInt8](bytes(name))
        for index in stride(from: bytes.count / 2, to: bytes.count, by: bytes.count / 16) { bytes[index] ^= 1 }
        try write(bytes, to: name)
    }

    // MARK: HDF5 files

    /// Creates an HDF5 file.
    func makeFile(_ name: String, _ fill: (Group) throws -> Void) throws {
        let file = try File.create(path(name))
        try fill(file.root)
        try file.close()
    }

    func open(_ name: String) throws -> File { try File.open(path(name)) }
}

/// The absolute path of one of the files in data/.
func data(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "data/\(name)").path(percentEncoded: false)
}

extension Group {
    /// Creates a dataset of numbers; one-dimensional if no shape is given.
    @discardableResult
    func put<T: HDF5Scalar>(_ path: String, _ values: [T], shape: [Int]? = nil) throws -> Dataset {
        let dataset = try createDataset(path, of: T.self, shape: shape ?? [values.count])
        try dataset.write(values)
        return dataset
    }
}

extension Workplace {
    /// The lines of a run's metrics.jsonl, sorted by step, since a checkpoint's line is written after the checkpoint, in the
    /// background.
    func metrics(_ run: String) throws -> [[String: Any]] {
        let lines = try text("\(run)/metrics.jsonl").split(separator: "\n").map { line in
            try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        func key(_ line: [String: Any]) -> (Int, Int) {
            let events = ["start", "rollback", "norms", "epoch", "checkpoint", "end"]
            return (line["step"] as? Int ?? 0, (line["event"] as? String).flatMap(events.firstIndex) ?? events.count)
        }
        return lines.sorted { key($0) < key($1) }
    }

    /// The settings in the newest checkpoint of a run.
    func resolved(_ run: String) throws -> [String: String] {
        let text = try open("\(run)/latest").root.dataset("config").readStrings().joined()
        let pairs = text.split(separator: "\n").map { line in
            let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

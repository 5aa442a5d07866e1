import Foundation
import Synchronization

/// A program that a test runs.
public struct Command: Sendable {
    /// The result of a program.
    public struct Result: Sendable {
        /// The exit status, or 128 plus the signal that ended it.
        public let status: Int32
        public let output: String
        public let errors: String
    }

    public struct NotBuilt: Error {
        public let product: String
    }

    public struct TimedOut: Error {
        public let arguments: [String]
    }

    public var path: String { executable.path }
    private let executable: URL
    private let leadingArguments: [String]

    /// A product of this package, from the build directory of the tests.
    public init(product: String) throws {
        let places = [Bundle.main.bundlePath] + CommandLine.arguments.filter { $0.hasPrefix("/") }
        let candidates = places.flatMap { Self.ancestors(of: $0) }.map { $0.appending(path: product) }
        guard let found = candidates.first(where: Self.isProgram) else { throw NotBuilt(product: product) }
        executable = found
        leadingArguments = []
    }

    /// A program of the system in PATH.
    public init(tool: String) {
        executable = URL(filePath: "/usr/bin/env")
        leadingArguments = [tool]
    }

    /// Runs the program to its end.
    /// - Parameters:
    ///   - environment: added to this process's.
    ///   - signals: sent to the program, each after some seconds.
    ///   - timeout: seconds after which the program is killed.
    /// - Throws: `TimedOut`.
    public func run(
        _ arguments: [String], in directory: String, environment: [String: String] = [:],
        signals: [(number: Int32, after: Double)] = [], timeout: Double = 120
    ) throws -> Result {
        let process = Process()
        process.executableURL = executable
        process.arguments = leadingArguments + arguments
        process.currentDirectoryURL = URL(filePath: directory)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (PipeReader(), PipeReader())
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        try process.run()

        let hasTimedOut = Atomic(false)
        let identifier = process.processIdentifier
        let deadline = DispatchWorkItem {
            hasTimedOut.store(true, ordering: .relaxed)
            kill(identifier, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + timeout, execute: deadline)
        let sending = signals.map { signal in DispatchWorkItem { kill(identifier, signal.number) } }
        for (item, signal) in zip(sending, signals) {
            DispatchQueue.global().asyncAfter(deadline: .now() + signal.after, execute: item)
        }
        output.start()
        errors.start()
        process.waitUntilExit()
        deadline.cancel()
        for item in sending { item.cancel() }

        let status = process.terminationStatus
        let result = Result(
            status: process.terminationReason == .uncaughtSignal ? 128 + status : status, output: output.text,
            errors: errors.text)
        if hasTimedOut.load(ordering: .relaxed) { throw TimedOut(arguments: arguments) }
        return result
    }

    private static func ancestors(of path: String) -> [URL] {
        Array(
            sequence(first: URL(filePath: path).deletingLastPathComponent()) {
                $0.path().count > 1 ? $0.deletingLastPathComponent() : nil
            })
    }

    private static func isProgram(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        let path = url.path(percentEncoded: false)
        return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && !isDirectory.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}

/// Reads a pipe to its end in a separate thread, so that a program never waits because the pipe is full.
private final class PipeReader: Sendable {
    let pipe = Pipe()
    private let data = Mutex(Data())
    private let done = DispatchSemaphore(value: 0)

    func start() {
        DispatchQueue.global().async { [self] in
            let all = pipe.fileHandleForReading.readDataToEndOfFile()
            data.withLock { $0 = all }
            done.signal()
        }
    }

    /// Waits until the other end is closed, and returns all data.
    var text: String {
        done.wait()
        defer { done.signal() }
        return data.withLock { String(decoding: $0, as: UTF8.self) }
    }
}

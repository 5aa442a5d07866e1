import DurableFiles
import Foundation
import Kernels
import Testing

@testable import HDF5

/// Requests to the child process of these tests.
private enum Probe: Codable {
    case value(Double)
    case numbers([Double])
    case fail
    case failStrangely
    case wait(seconds: Double)
    case compute(seconds: Double, beats: Int)
    case signal(Int32)
    case end(code: Int32)
    case threads
    /// Work of several child processes, some of which fail.
    case children(failing: [Int])
    case childrenThatCompute(beats: Int)
}

private let refused = HDF5Error(
    kind: .missingElements(.externalFile("raw.bin", needed: 9, found: nil)), operation: "H5Dread", path: "file.h5",
    object: "/x", detail: "no \"such\" file\n")

extension ReadingService {
    fileprivate static let probe = ReadingService(name: "probe", errors: [FileError.self, HDF5Error.self])
}

@c(lockstep_serve_probe)
func serveProbe(socket: Int32) {
    ReadingService.probe.serve(socket) { (probe: Probe) in
        switch probe {
        case .value(let value): return try .init(value)
        case .numbers(let values):
            let memory = AlignedBuffer<Double>(count: values.count, isShared: true)
            _ = memory.view.pointer.update(fromContentsOf: values)
            return try .init(memory.identifier, of: memory)
        case .fail: throw refused
        case .failStrangely: throw CancellationError()
        case .wait(let seconds): usleep(useconds_t(seconds * 1e6))
        case .compute(let seconds, let beats):
            for _ in 0..<beats {
                compute(seconds: seconds)
                ReadingService.heartbeat()
            }
        case .signal(let number): kill(getpid(), number)
        case .end(let code): exit(code)
        case .threads: return try .init(FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count)
        case .children(let failing):
            return try .init(
                ChildProcesses.run(reading: "file.h5", count: 4, throwing: [FileError.self, HDF5Error.self]) {
                    child, heartbeat in
                    for index in stride(from: child, to: 16, by: 4) {
                        heartbeat()
                        // The first failure in the order of the work is the last in time.
                        if index == failing.first { usleep(50_000) }
                        if failing.contains(index) { throw FileError(.read, "\(index)", code: EIO) }
                    }
                })
        case .childrenThatCompute(let beats):
            let errors: [any (Error & Codable).Type] = [HDF5Error.self]
            return try .init(
                ChildProcesses.run(reading: "file.h5", count: 2, throwing: errors, timeout: 1) { _, heartbeat in
                    for _ in 0..<beats {
                        heartbeat()
                        compute(seconds: 0.6)
                    }
                    while beats == 0 { compute(seconds: 1) }
                })
        }
        return try .init(true)
    }
}

/// Uses processor time.
private func compute(seconds: Double) {
    let start = clock()
    while Double(clock() - start) / Double(CLOCKS_PER_SEC) < seconds {}
}

extension HDF5Tests {
    @Suite struct ReadingProcessTests {
        private func ask<Answer: Decodable>(_ probe: Probe, for answer: Answer.Type = Bool.self) throws -> Answer {
            try ReadingProcess(.probe, reading: "file.h5", timeout: 1).ask(probe, for: answer)
        }

        private func error(_ kind: HDF5Error.Kind, _ detail: String = "") -> HDF5Error {
            HDF5Error(kind: kind, operation: "fork", path: "file.h5", object: "", detail: detail)
        }

        @Test func oneProcessAnswersOneQuestionAfterTheOther() throws {
            let process = try ReadingProcess(.probe, reading: "file.h5")
            for value in [1.5, .infinity, -.infinity] {
                #expect(try process.ask(Probe.value(value), for: Double.self) == value)
            }
            #expect(try process.ask(Probe.value(.nan), for: Double.self).isNaN)
            #expect(throws: refused) { try process.ask(Probe.fail, for: Bool.self) }
            #expect(try process.ask(Probe.value(2), for: Double.self) == 2)
        }

        /// The test process has several threads, so the child must not be a fork.
        @Test func theProcessHasOneThread() throws {
            #expect(try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count > 1)
            #expect(try ask(.threads, for: Int.self) == 1)
        }

        @Test(arguments: [1, 100, 1 << 20])
        func memoryComesWithAnAnswer(count: Int) throws {
            let values = (0..<count).map { Double($0) * 0.5 }
            func attached() throws -> AlignedBuffer<Double> {
                let process = try ReadingProcess(.probe, reading: "file.h5")
                let memory = try process.ask(Probe.numbers(values), for: Int32.self)
                return try withExtendedLifetime(process) {
                    // No more than there is.
                    #expect(AlignedBuffer<Double>(count: 2 * count + (1 << 21), attaching: memory) == nil)
                    return try #require(AlignedBuffer(count: count, attaching: memory))
                }
            }
            // The process ends, but its shared memory stays.
            let buffer = try attached()
            #expect(buffer.array == values)
        }

        @Test func anErrorOfAnUnknownTypeIsAFailure() {
            #expect(throws: error(.cannotOpen, "CancellationError()")) { try ask(.failStrangely) }
            #expect(throws: error(.killed)) { try ask(.end(code: 71)) }
        }

        /// Waiting for a slow disk, or being stopped, does not count as hanging.
        @Test func waitingDoesNotCountAsHanging() throws {
            #expect(try ask(.wait(seconds: 3.5)))
        }

        @Test func computingWithoutAHeartbeatCountsAsHanging() {
            #expect(throws: error(.hangs)) {
                try ask(.compute(seconds: 60, beats: 1))
            }
        }

        @Test func computingWithHeartbeatsDoesNotCountAsHanging() throws {
            #expect(try ask(.compute(seconds: 0.5, beats: 6)))
        }

        @Test func aCrashMeansDamageButAKillDoesNot() {
            #expect(throws: error(.crashes)) { try ask(.signal(SIGSEGV)) }
            #expect(throws: error(.killed)) { try ask(.signal(SIGKILL)) }
        }

        @Test func theCallerMayStopWaiting() throws {
            struct Stopped: Error {}
            let process = try ReadingProcess(.probe, reading: "file.h5")
            var looks = 0
            #expect(throws: Stopped.self) {
                _ = try process.ask(Probe.wait(seconds: 1000), for: Bool.self) {
                    looks += 1
                    if looks == 3 { throw Stopped() }
                }
            }
            // The answer that is left does not answer another request.
            #expect(throws: error(.killed)) { try process.ask(Probe.value(1), for: Double.self) }
        }

        @Test func childrenReportTheFirstErrorInTheOrderOfTheWork() throws {
            #expect(try ask(.children(failing: [])))
            #expect(throws: FileError(.read, "9", code: EIO)) { try ask(.children(failing: [9, 11, 12, 15])) }
        }

        @Test func childrenThatComputeWithoutAHeartbeatHang() throws {
            #expect(try ask(.childrenThatCompute(beats: 3)))
            #expect(throws: error(.hangs)) {
                try ask(.childrenThatCompute(beats: 0))
            }
        }
    }
}

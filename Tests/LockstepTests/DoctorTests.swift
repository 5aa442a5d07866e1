import Foundation
import TestSupport
import Testing

/// `lockstep doctor`.
@Suite struct DoctorTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func theMachineIsTold() throws {
        let lines = try work.succeed("doctor").split(separator: "\n")
        let keys = lines.prefix(7).map { String($0.prefix { $0 != " " }) }
        #expect(keys == ["lockstep", "oneDNN", "HDF5", "CPU", "memory", "peak", "files"])
        #expect(lines[6].hasPrefix("files     .: safe replacement of files, links, locks work; "))
        #expect(try work.names() == [])
        let object = try work.json("doctor")
        #expect((object["cores"] as? Int ?? 0) >= 1 && (object["peak"] as? Double ?? 0) > 1e8)
    }

    @Test func coresThatTheProcessMayNotUseAreTold() throws {
        guard ProcessInfo.processInfo.activeProcessorCount > 1 else { return }
        let result = try Command(tool: "taskset").run(["-c", "0", work.lockstepPath, "doctor"], in: work.path("."))
        #expect(result.status == 0)
        #expect(
            result.output.contains("mend: this process may use 1 of ")
                && result.output.contains("\n  ask the batch system, taskset or the container for more\n"))
    }

    @Test func aDirectoryThatCannotBeWrittenIsRefused() throws {
        try work.expectRefusal(
            ["doctor", "nowhere"], 73, "nowhere/lockstep-check: cannot be created: No such file or directory")
    }
}

import Foundation
import TestSupport
import Testing

@testable import DurableFiles

/// Limits of batch systems and containers.
@Suite final class ProcessLimitsTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func write(_ text: String, to path: String) throws {
        let url = URL(filePath: directory.path + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: url)
    }

    @Test func theSmallestLimitOfNestedGroupsCounts() throws {
        try write("max", to: "/memory.max")
        try write("8589934592", to: "/jobs/memory.max")
        try write("max", to: "/jobs/7/memory.max")
        try write("150000 100000", to: "/jobs/cpu.max")
        try write("max 100000", to: "/jobs/7/cpu.max")
        let groups = ControlGroups(root: directory.path, membership: "0::/jobs/7\n")
        #expect(groups.memory == 8_589_934_592)
        #expect(groups.cores == 1.5)
    }

    @Test func theFirstVersionHasAMountForEachController() throws {
        try write("1000000000", to: "/memory/slurm/job/memory.limit_in_bytes")
        try write("9223372036854771712", to: "/memory/memory.limit_in_bytes")
        try write("50000", to: "/cpu/slurm/cpu.cfs_quota_us")
        try write("20000", to: "/cpu/slurm/cpu.cfs_period_us")
        try write("-1", to: "/cpu/slurm/job/cpu.cfs_quota_us")
        try write("100000", to: "/cpu/slurm/job/cpu.cfs_period_us")
        let groups = ControlGroups(
            root: directory.path, membership: "5:memory:/slurm/job\n3:cpuacct,cpu:/slurm/job\n0::/\n")
        #expect(groups.memory == 1_000_000_000)
        #expect(groups.cores == 2.5)
    }

    /// In a container without a cgroup namespace, the path is that of the host and does not exist.
    @Test func anInvisibleGroupIsIgnored() throws {
        try write("5000", to: "/memory.max")
        #expect(ControlGroups(root: directory.path, membership: "0::/docker/0123").memory == 5000)
        #expect(ControlGroups(root: directory.path, membership: "").memory == nil)
        #expect(ControlGroups(root: directory.path, membership: "").cores == nil)
    }

    @Test func theMachineHasMemoryAndCores() {
        #expect(ProcessLimits.memory > 1 << 20)
        #expect((1...ProcessInfo.processInfo.processorCount).contains(ProcessLimits.cores))
    }

    @Test func tooLittleMemoryIsAnErrorThatNamesTheFile() {
        let error = #expect(throws: OutOfMemory.self) { try OutOfMemory.require(.max, for: "data.h5") }
        #expect(error?.what == "data.h5" && error?.needed == .max)
        #expect((1..<ProcessLimits.memory).contains(error?.available ?? 0))
    }
}

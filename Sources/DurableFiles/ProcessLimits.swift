#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The memory and cores that this process may use, according to resource limits, CPU affinity and control groups.
package enum ProcessLimits {
    /// The memory that this process may use, in bytes.
    package static var memory: Int { min(residentLimit, addressLimit) }

    /// The part of `memory` that is free, in bytes.
    package static var freeMemory: Int {
        // See proc_pid_statm(5): virtual pages and resident pages.
        let pages = String(decoding: (try? readStream("/proc/self/statm")) ?? [], as: UTF8.self)
            .split(separator: " ").prefix(2).map { (Int($0) ?? 0) * pageSize }
        guard pages.count == 2 else { return memory }
        return max(0, min(residentLimit - pages[1], addressLimit - pages[0]))
    }

    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Determined once, since every read of a dataset needs it.
    private static let residentLimit: Int = {
        let physical = sysconf(Int32(_SC_PHYS_PAGES)) * pageSize
        #if os(Linux)
        return min(physical, ControlGroups.own.memory ?? .max)
        #else
        return physical
        #endif
    }()

    private static var addressLimit: Int {
        #if os(Linux)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
        #else
        return .max
        #endif
    }

    /// The cores of the machine.
    package static let onlineCores = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// The CPU's name; nil if the system does not tell it.
    package static var processorName: String? {
        let text = String(decoding: (try? readStream("/proc/cpuinfo")) ?? [], as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
        return line?.split(separator: ":").dropFirst().first.map { $0.drop { $0 == " " } }.map(String.init)
    }

    /// The number of cores that this process may use. A fraction of a core counts as one.
    package static let cores: Int = {
        let online = onlineCores
        #if os(Linux)
        return min(online, affinity ?? online, ControlGroups.own.cores.map { Int($0.rounded(.up)) } ?? .max)
        #else
        return online
        #endif
    }()

    #if os(Linux)
    /// The number of cores in the CPU affinity mask; nil if it is unknown.
    private static var affinity: Int? {
        let status = String(decoding: (try? readStream("/proc/self/status")) ?? [], as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let mask = line?.split(separator: ":").last ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
        return count > 0 ? count : nil
    }
    #endif
}

/// The control groups of a process, version 1 or 2. The limits of a group also apply to the groups in it, so the smallest
/// limit of a group and its ancestors counts.
struct ControlGroups {
    /// The mount point.
    let root: String
    /// The content of /proc/PID/cgroup: `0::/jobs/7`, `5:memory:/jobs/7`.
    let membership: String

    /// The control groups of this process.
    static var own: ControlGroups {
        let bytes = (try? readStream("/proc/self/cgroup")) ?? []
        return ControlGroups(root: "/sys/fs/cgroup", membership: String(decoding: bytes, as: UTF8.self))
    }

    /// The memory limit in bytes; nil for no limit.
    var memory: Int? {
        let limits =
            values(of: "memory.max", controller: "") + values(of: "memory.limit_in_bytes", controller: "memory")
        return limits.compactMap { Int($0) }.min()
    }

    /// The CPU limit in cores, such as 1.5; nil for no limit.
    var cores: Double? {
        let quotas =
            values(of: "cpu.max", controller: "")
            + zip(values(of: "cpu.cfs_quota_us", controller: "cpu"), values(of: "cpu.cfs_period_us", controller: "cpu"))
            .map { "\($0) \($1)" }
        return quotas.compactMap { text in
            let numbers = text.split(separator: " ").map { Double($0) }
            guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
                return nil
            }
            return quota / period
        }.min()
    }

    /// The contents of a file in the group of a controller ("" for version 2) and in its ancestors.
    private func values(of file: String, controller: String) -> [String] {
        membership.split(separator: "\n").flatMap { line -> [String] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3,
                fields[1].split(separator: ",", omittingEmptySubsequences: false)
                    .contains(Substring(controller))
            else { return [] }
            // If controllers are mounted together, there is a symbolic link for each one.
            let mount = controller.isEmpty ? root : "\(root)/\(controller)"
            var path = fields[2].split(separator: "/")
            var found: [String] = []
            while true {
                let limitFile = ([mount] + path.map(String.init) + [file]).joined(separator: "/")
                if let bytes = try? readStream(limitFile) {
                    found.append(String(decoding: bytes.filter { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
                }
                guard !path.isEmpty else { return found }
                path.removeLast()
            }
        }
    }
}

/// Reads a file of procfs or of control groups, whose size is not known in advance.
private func readStream(_ path: String) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(.read, path) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw FileError(.read, path) }
    return Array(bytes.prefix(count))
}

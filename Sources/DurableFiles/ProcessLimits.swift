#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What this process may have of the machine: what the system's limits, its affinity mask and its control groups leave of
/// memory and cores.
package enum ProcessLimits {
    /// Bytes.
    package static var memory: Int { min(residentLimit, addressLimit) }

    /// Bytes that are left of it.
    package static var freeMemory: Int {
        // See proc_pid_statm(5): pages of addresses, and pages in memory.
        let pages = String(decoding: (try? readStream("/proc/self/statm")) ?? [], as: UTF8.self)
            .split(separator: " ").prefix(2).map { (Int($0) ?? 0) * pageSize }
        guard pages.count == 2 else { return memory }
        return max(0, min(residentLimit - pages[1], addressLimit - pages[0]))
    }

    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    /// Looked up once, as the cores are: every read of a dataset asks.
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

    /// Cores, a share of one rounded up.
    package static let cores: Int = {
        let online = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        #if os(Linux)
        return min(online, affinity ?? online, ControlGroups.own.cores.map { Int($0.rounded(.up)) } ?? .max)
        #else
        return online
        #endif
    }()

    #if os(Linux)
    /// The cores that the process is allowed to run on; nil where the system does not say.
    private static var affinity: Int? {
        let status = String(decoding: (try? readStream("/proc/self/status")) ?? [], as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        let mask = line?.split(separator: ":").last ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
        return count > 0 ? count : nil
    }
    #endif
}

/// The control groups that a process is in, of Linux's first or second version. A group's limits hold for all groups in it, so
/// the least of a group and those around it counts.
struct ControlGroups {
    /// Where they are mounted.
    let root: String
    /// What /proc/PID/cgroup says: `0::/jobs/7`, `5:memory:/jobs/7`.
    let membership: String

    static var own: ControlGroups {
        let bytes = (try? readStream("/proc/self/cgroup")) ?? []
        return ControlGroups(root: "/sys/fs/cgroup", membership: String(decoding: bytes, as: UTF8.self))
    }

    /// Bytes; nil for no limit.
    var memory: Int? {
        let limits =
            values(of: "memory.max", controller: "") + values(of: "memory.limit_in_bytes", controller: "memory")
        return limits.compactMap { Int($0) }.min()
    }

    /// Cores, 1.5 say; nil for no limit.
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

    /// What a file says in the group of a controller ("" for the second version) and in those around it.
    private func values(of file: String, controller: String) -> [String] {
        membership.split(separator: "\n").flatMap { line -> [String] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3,
                fields[1].split(separator: ",", omittingEmptySubsequences: false)
                    .contains(Substring(controller))
            else { return [] }
            // Systems that mount several controllers together have a link for each.
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

/// A file of the system, which has no size until it is read.
private func readStream(_ path: String) throws(FileError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw FileError(.read, path) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw FileError(.read, path) }
    return Array(bytes.prefix(count))
}

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Whether the file system of a directory does what keeps a run safe. It is tried with files of its own, which are deleted.
package struct DirectoryCheck: Sendable {
    package enum Ability: String, CaseIterable, Sendable {
        /// A file is replaced so that a crash leaves the old one or the new one.
        case replacement
        /// Symbolic links, as `latest` is one.
        case links
        /// A file that one process has locked cannot be locked by another.
        case locks
    }

    /// What does not work, with the system's reason.
    package let failures: [(ability: Ability, reason: String)]
    /// The space that this user may still take.
    package let freeBytes: Int?

    /// - Throws: `FileError` when no file can be created there.
    package init(of directory: String) throws(FileError) {
        let path = "\(directory)/lockstep-check"
        try requireCreatable(path)
        failures = Ability.allCases.compactMap { ability in
            defer { try? removeFile(path) }
            return Self.failure(of: ability, path).map { (ability, $0) }
        }
        var status = statvfs()
        freeBytes = statvfs(directory, &status) == 0 ? Int(status.f_bavail) * Int(status.f_frsize) : nil
    }

    /// Why an ability is missing; nil if it is there.
    private static func failure(of ability: Ability, _ path: String) -> String? {
        do {
            switch ability {
            case .replacement: for _ in 0..<2 { try replaceFile(path, with: [[1, 2, 3]]) }
            case .links: for target in ["a", "b"] { try replaceLink(path, target: target) }
            case .locks: return try failureOfLocks(path)
            }
            return nil
        } catch let error as FileError {
            return error.reason
        } catch {
            return "\(error)"
        }
    }

    private static func failureOfLocks(_ path: String) throws(FileError) -> String? {
        let files = (0..<2).map { _ in open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666) }
        defer { for file in files where file >= 0 { close(file) } }
        guard !files.contains(where: { $0 < 0 }) else { throw FileError(.create, path) }
        guard flock(files[0], LOCK_EX | LOCK_NB) == 0 else { return String(cString: strerror(errno)) }
        return flock(files[1], LOCK_EX | LOCK_NB) == 0 ? "a second process gets the lock, too" : nil
    }
}

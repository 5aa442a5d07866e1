import DurableFiles
import Foundation

/// The process that has locked a run directory.
package enum LockHolder: Sendable, Equatable {
    /// On this machine.
    case here(process: Int32)
    case elsewhere(process: Int32, host: String)
    /// The process has not written its id yet.
    case unknown

    /// Parses a lock file: `4711 node7`.
    fileprivate init(_ text: String) {
        let parts = text.split(whereSeparator: \.isWhitespace)
        guard parts.count == 2, let process = Int32(parts[0]) else {
            self = .unknown
            return
        }
        self =
            parts[1] == Self.thisHost
            ? .here(process: process) : .elsewhere(process: process, host: String(parts[1]))
    }

    fileprivate static var ownText: String { "\(getpid()) \(thisHost)\n" }

    private static let thisHost = ProcessInfo.processInfo.hostName

    /// Whether the process has ended. Processes on other machines count as running.
    fileprivate var hasEnded: Bool {
        switch self {
        case .here(let process): kill(process, 0) != 0 && errno == ESRCH
        case .elsewhere: false
        case .unknown: true
        }
    }
}

/// An exclusive lock (`flock`) on a run directory. The system releases it when the process ends, even after a crash.
///
/// Invariant: `file` is open, and locked by this process, until `deinit`.
final class RunLock: Sendable {
    private let file: Int32
    private let path: String

    /// - Throws: `RunError.runIsBusy` with the process that holds the lock; `FileError`.
    init(directory: String) throws {
        path = directory + "/lock"
        let deadline = ContinuousClock.now + .seconds(2)
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard file >= 0 else { throw FileError(.create, path, code: errno) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(file) }
                guard errno == EWOULDBLOCK else { throw FileError(.create, path, code: errno) }
                let holder = LockHolder((try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? "")
                if holder.hasEnded, ContinuousClock.now < deadline {
                    // A child process of the holder inherits the lock and may take a moment to end.
                    usleep(20_000)
                    continue
                }
                throw RunError.runIsBusy(directory: directory, holder: holder)
            }
            // The previous holder may have deleted the file between `open` and `flock`.
            var (opened, named) = (stat(), stat())
            guard fstat(file, &opened) == 0, stat(path, &named) == 0 || errno == ENOENT else {
                defer { close(file) }
                throw FileError(.create, path, code: errno)
            }
            guard opened.st_ino == named.st_ino else {
                close(file)
                continue
            }
            let text = LockHolder.ownText
            ftruncate(file, 0)
            pwrite(file, text, text.utf8.count, 0)
            self.file = file
            return
        }
    }

    deinit {
        unlink(path)
        close(file)
    }
}

extension RunDirectory {
    /// The process that is at work on the run; nil if there is none.
    /// - Throws: `FileError`.
    package func holder() throws(FileError) -> LockHolder? {
        let lock = path + "/lock"
        let file = open(lock, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw FileError(.read, lock, code: errno) }
            return nil
        }
        defer { close(file) }
        guard flock(file, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
        return LockHolder((try? readFile(lock)).map { String(decoding: $0, as: UTF8.self) } ?? "")
    }
}

import Files
import Foundation

/// The right to write to a run's directory, held by one process at a time. The system gives it back when its holder
/// ends, however that comes about, so a lock cannot be left over.
///
/// Invariant: `file` is open, and locked by this process, until `deinit`.
final class RunLock: Sendable {
    private let file: Int32
    private let path: String

    /// - Throws: `TrainingError.runIsBusy` with the process that holds the lock; `FileError`.
    init(directory: String) throws {
        path = directory + "/lock"
        let patience = ContinuousClock.now + .seconds(2)
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard file >= 0 else { throw FileError(.create, path, code: errno) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                defer { close(file) }
                guard errno == EWOULDBLOCK else { throw FileError(.create, path, code: errno) }
                let text = (try? readFile(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
                let owner = text.trimmingCharacters(in: .whitespacesAndNewlines)
                if Self.hasEnded(owner), ContinuousClock.now < patience {
                    // A child that read data for it holds the lock until it has ended, too.
                    usleep(20_000)
                    continue
                }
                throw TrainingError.runIsBusy(directory: directory, process: owner)
            }
            // The holder before may have removed the file between our opening and our locking it.
            guard Self.isSame(file, path) else {
                close(file)
                continue
            }
            let text = "\(getpid())\n"
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

    private static func hasEnded(_ process: String) -> Bool {
        Int32(process).map { kill($0, 0) != 0 && errno == ESRCH } ?? true
    }

    private static func isSame(_ file: Int32, _ path: String) -> Bool {
        var (opened, named) = (stat(), stat())
        return fstat(file, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino
    }
}

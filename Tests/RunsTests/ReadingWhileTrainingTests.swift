import DurableFiles
import Foundation
import Runs
import Testing

/// Reading checkpoints of a run in progress, which deletes old ones.
@Suite struct ReadingWhileTrainingTests {
    private let gone = FileError(.read, "old.h5", code: ENOENT)

    @Test func aDeletedCheckpointIsLocatedAgain() throws {
        var newest = ["old.h5", "new.h5"][...]
        let read = try readRetryingIfDeleted {
            newest.count > 1 ? newest.removeFirst() : newest[newest.startIndex]
        } reading: { path in
            if path == "old.h5" { throw gone }
            return path
        }
        #expect(read == "new.h5")
    }

    @Test func aMissingCheckpointIsAnError() {
        #expect(throws: gone) {
            try readRetryingIfDeleted {
                "old.h5"
            } reading: { _ in
                throw gone
            }
        }
    }
}

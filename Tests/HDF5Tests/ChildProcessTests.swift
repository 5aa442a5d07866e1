import DurableFiles
import Foundation
import HDF5
import Testing

extension HDF5Tests {
    @Suite struct ChildProcessTests {
        private func run(count: Int = 1, _ body: (_ child: Int, _ beat: () -> Void) throws -> Void) throws -> Bool {
            try ChildProcesses.run(
                reading: "file.h5", count: count, throwing: [FileError.self, HDF5Error.self], patience: 1, body)
        }

        private func error(_ kind: HDF5Error.Kind, _ detail: String = "") -> HDF5Error {
            HDF5Error(kind: kind, operation: "fork", path: "file.h5", object: "", detail: detail)
        }

        /// Of processor time.
        private func compute(seconds: Double) {
            let start = clock()
            while Double(clock() - start) / Double(CLOCKS_PER_SEC) < seconds {}
        }

        @Test func theErrorOfAChildIsThrownHere() throws {
            #expect(try run { _, _ in })
            let refused = HDF5Error(
                kind: .missingElements(.externalFile("raw.bin", needed: 9, found: nil)), operation: "H5Dread",
                path: "file.h5",
                object: "/x",
                detail: "no \"such\" file\n")
            #expect(throws: refused) { try run { _, _ in throw refused } }
            // Of several, the first in the order of the work, whichever ended first.
            #expect(throws: FileError(.read, "9", code: EIO)) {
                try run(count: 4) { child, beat in
                    for index in stride(from: child, to: 16, by: 4) {
                        beat()
                        if index == 9 { usleep(50_000) }
                        if [9, 11, 12, 15].contains(index) { throw FileError(.read, "\(index)", code: EIO) }
                    }
                }
            }
        }

        @Test func anErrorThatCannotBeThrownHereIsAFailureAllTheSame() throws {
            #expect(try !run { _, _ in throw CancellationError() })
            let long = FileError(.read, String(repeating: "x", count: 1 << 20), code: EIO)
            #expect(try !run { _, _ in throw long })
        }

        /// A slow disk, or a process that somebody stopped for a while.
        @Test func waitingIsNoSignOfDamage() throws {
            #expect(try run { _, _ in usleep(3_500_000) })
        }

        @Test func computingWithoutABeatIsOne() {
            #expect(throws: error(.damaged, "HDF5's library does not come to an end with it")) {
                try run { _, _ in
                    while true { compute(seconds: 1) }
                }
            }
        }

        @Test func computingWithBeatsIsNoSignOfDamage() throws {
            #expect(
                try run { _, beat in
                    for _ in 0..<8 {
                        compute(seconds: 0.5)
                        beat()
                    }
                })
        }

        @Test func aCrashIsDamageAndToBeKilledIsNot() {
            #expect(throws: error(.damaged, "HDF5's library crashes on it")) {
                try run { _, _ in kill(getpid(), SIGSEGV) }
            }
            #expect(throws: error(.killed)) {
                try run { _, _ in kill(getpid(), SIGKILL) }
            }
        }
    }
}

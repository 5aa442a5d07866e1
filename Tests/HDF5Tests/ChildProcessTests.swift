import Foundation
import HDF5
import Testing

extension HDF5Tests {
    @Suite struct ChildProcessTests {
        private func run(_ body: (_ child: Int, _ beat: () -> Void) -> Bool) throws -> Bool {
            try ChildProcesses.run(reading: "file.h5", patience: 1, body)
        }

        private func error(_ kind: HDF5Error.Kind, _ detail: String = "") -> HDF5Error {
            HDF5Error(kind: kind, operation: "fork", path: "file.h5", object: "", detail: detail)
        }

        /// Of processor time.
        private func compute(seconds: Double) {
            let start = clock()
            while Double(clock() - start) / Double(CLOCKS_PER_SEC) < seconds {}
        }

        @Test func whatAChildSaysComesBack() throws {
            #expect(try run { _, _ in true })
            #expect(try !run { _, _ in false })
        }

        /// A slow disk, or a process that somebody stopped for a while.
        @Test func waitingIsNoSignOfDamage() throws {
            #expect(
                try run { _, _ in
                    usleep(3_500_000)
                    return true
                })
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
                    return true
                })
        }

        @Test func aCrashIsDamageAndToBeKilledIsNot() {
            #expect(throws: error(.damaged, "HDF5's library crashes on it")) {
                try run { _, _ in
                    kill(getpid(), SIGSEGV)
                    return true
                }
            }
            #expect(throws: error(.killed)) {
                try run { _, _ in
                    kill(getpid(), SIGKILL)
                    return true
                }
            }
        }
    }
}

import Foundation
import Testing

/// Paths of run directories, and their content after a failed training.
@Suite struct RunDirectoryTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func aRunIsNotOverwritten() throws {
        try work.succeed("train", data("xor.h5"), "--epochs", "2", "--run", "run")
        try work.expectRefusal(
            ["train", data("xor.h5"), "--run", "run"], 73,
            """
            run already holds a run
              go on with it (--resume), replace it (--force), or choose another --run
            """)
    }

    @Test func forceReplacesOnlyTheRun() throws {
        try work.succeed("train", data("xor.h5"), "--epochs", "5", "--run", "run")
        try work.write("mine", to: "run/notes.txt")
        try work.succeed("train", data("xor.h5"), "--epochs", "2", "--run", "run", "--force")
        try work.succeed("train", data("xor.h5"), "--epochs", "2", "--run", "fresh")
        #expect(try work.bytes("run/latest") == work.bytes("fresh/latest"))
        #expect(try work.names(in: "run/checkpoints") == work.names(in: "fresh/checkpoints"))
        #expect(try work.metrics("run").count == work.metrics("fresh").count)
        #expect(try work.text("run/notes.txt") == "mine")
    }

    @Test func badDataWithForceLeavesTheOldRun() throws {
        try work.succeed("train", data("xor.h5"), "--epochs", "2", "--run", "run")
        try work.write("hello", to: "bad.h5")
        try work.expectRefusal(
            ["train", "bad.h5", "--run", "run", "--force"], 65, "bad.h5: not an HDF5 file")
    }

    /// Small steps are saved less often, since a save takes as long as thousands of them.
    @Test func smallStepsAreSavedEveryTenThousand() throws {
        try work.succeed(
            "train", data("xor.h5"), "--layers", "2", "--batch-size", "1", "--epochs", "3000", "--keep", "10", "--run",
            "run")
        let names = try work.names(in: "run/checkpoints")
        #expect(names.contains("step-00010000.h5") && !names.contains("step-00001000.h5"), "\(names)")
    }

    @Test func directoriesAreMade() throws {
        try work.succeed("train", data("xor.h5"), "--epochs", "2", "--run", "a/b/c")
        #expect(work.exists("a/b/c/latest"))
    }

    @Test(arguments: ["nowhere", "file"])
    func resumeNeedsARun(name: String) throws {
        try work.write("", to: "file")
        try work.expectRefusal(["resume", name], 66, "\(name): holds no run")
    }

    @Test func divergedTrainingKeepsTheLastCheckpoint() throws {
        let train = ["train", data("digits.h5"), "--quiet", "--learning-rate", "1e10", "--run"]
        #expect(try work.run(train + ["first", "--max-steps", "0"]).status == 0)
        let result = try work.run(train + ["run"])
        #expect(result.status == 70)
        #expect(result.output == "")
        let pattern =
            /error: training diverged: the (loss|gradient of dense\d) is not finite in step \d, at --learning-rate 10000000000\.0\n  the last checkpoint is kept; begin again with --force and a smaller --learning-rate, or go on with --resume --on-divergence rollback\n/
        #expect(result.errors.wholeMatch(of: pattern) != nil, "\(result.errors)")
        #expect(try work.names(in: "run/checkpoints") == ["step-00000000.h5"])
        #expect(try work.bytes("run/latest") == work.bytes("first/latest"))
        #expect(try work.metrics("run").map { $0["event"] as? String } == ["start", "checkpoint"])
    }
}

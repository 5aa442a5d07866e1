import Foundation
import TestSupport
import Testing

/// `verify`, which repeats the training between two checkpoints.
@Suite struct VerifyTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ run: String, _ more: String...) throws {
        let arguments = ["train", data("digits.h5"), "--layers", "16", "--checkpoint-every", "3", "--max-steps", "21"]
        try #require(try work.run(arguments + ["--quiet", "--keep", "9", "--run", run] + more).status == 0)
    }

    @Test(arguments: ["1", "3"])
    func repeatedTrainingHasTheSameBits(workers: String) throws {
        try train("run")
        let digest = try #require(work.json("inspect", "run")["digest"] as? String)
        let noun = workers == "1" ? "worker" : "workers"
        let last = try work.succeed("verify", "run", "--workers", workers)
        #expect(last == "steps 18 to 21, trained again with \(workers) \(noun): the same bits\n\(digest)\n")
        let first = try work.succeed("verify", "run", "--workers", workers, "--from", "0")
        #expect(first.hasPrefix("steps 0 to 3, trained again with \(workers) \(noun): the same bits\n"))
    }

    @Test func theFirstDifferenceIsNamed() throws {
        try train("run")
        try train("other", "--seed", "1")
        try work.copy("other/latest", to: "run/checkpoints/step-00000021.h5")
        let result = try work.run(["verify", "run", "--workers", "2"])
        #expect(result.status == 65)
        let message =
            /error: run: steps 18 to 21, trained again with 2 workers: not the same bits\n  step 21: \/parameters\/dense1\/weight\[0\] is \S+ in the checkpoint, \S+ now\n/
        #expect(result.errors.wholeMatch(of: message) != nil, "\(result.errors)")
    }

    /// A file has the optimizer's slots in alphabetical order; in training their order differs.
    @Test func slotsAreComparedByName() throws {
        try train("run", "--moving-average", "0.9")
        try train("other", "--moving-average", "0.5")
        let path = "optimizer/average/dense1/weight"
        let values = try ["other", "run"].map { try work.open("\($0)/latest").root.dataset(path).read(as: Float.self) }
        try work.copy("other/latest", to: "run/checkpoints/step-00000021.h5")
        let errors = try work.run(["verify", "run"]).errors
        let message = /step 21: \/(\S+)\[(\d+)\] is (\S+) in the checkpoint, (\S+) now/
        let found = try #require(errors.firstMatch(of: message), "\(errors)")
        let element = try #require(Int(found.2))
        #expect(
            found.1 == path && found.3 == "\(values[0][element])" && found.4 == "\(values[1][element])", "\(errors)")
    }

    @Test func differencesOfHistoryAndDataAreNamed() throws {
        func makeData(testFeature: Float) throws {
            try work.makeFile("data.h5") { root in
                try root.put("train/features", (0..<40).map { Float($0) / 40 }, shape: [20, 2])
                try root.put("train/labels", (0..<20).map { $0 % 2 })
                try root.put("test/features", [0.5, testFeature], shape: [1, 2])
                try root.put("test/labels", [1])
            }
        }
        for (run, feature) in [("run", 1.5), ("other", 1.25)] as [(String, Float)] {
            try makeData(testFeature: feature)
            try work.succeed(
                "train", "data.h5", "--layers", "3", "--activation", "tanh", "--checkpoint-every", "1", "--max-steps",
                "2", "--run", run)
        }
        let data = work.path("data.h5")
        try work.expectRefusal(
            ["verify", "run"], 65,
            """
            \(data): the test samples are not those that run began with
              give it that data, or begin a new run with --initial-weights run
            """)

        // The same training with another test split.
        try makeData(testFeature: 1.5)
        try work.copy("other/latest", to: "run/checkpoints/step-00000002.h5")
        let result = try work.run(["verify", "run", "--workers", "1"])
        let message =
            /error: run: steps 1 to 2, trained again with 1 worker: not the same bits\n  step 2: \/history\/testLoss\[0\] is \S+ in the checkpoint, \S+ now\n/
        #expect(result.errors.wholeMatch(of: message) != nil, "\(result.errors)")
    }

    @Test func differentSettingsAreNamed() throws {
        try train("run")
        try work.write(work.text("run/config.yaml") + "seed: 4\n", to: "run/config.yaml")
        try work.expectRefusal(
            ["verify", "run"], 64,
            """
            run: began with seed 0, which cannot change on resume (got 4)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    @Test func verificationErrorsAreReported() throws {
        try train("run")
        try work.expectRefusal(
            ["verify", "run", "--from", "4"], 66,
            "run: --from must be the step of a checkpoint with another after it: 0, 3, 6, 9, 12, 15, 18")
        try work.expectRefusal(["verify", "nowhere"], 66, "nowhere: holds no run")
        try work.succeed("train", data("xor.h5"), "--max-steps", "0", "--run", "short")
        try work.expectRefusal(
            ["verify", "short"], 66, "short: has no two checkpoints to verify a stretch between")
    }

    @Test func aDivergingRunRollsBackWithHalfTheLearningRate() throws {
        let arguments = ["train", data("digits.h5"), "--layers", "none", "--loss", "mse", "--feature-scale", "1/16"]
        let rollback = arguments + ["--on-divergence", "rollback", "--quiet", "--epochs", "40", "--run"]
        let good = try work.run(rollback + ["good", "--learning-rate", "16"])
        #expect(good.status == 0, "\(good.errors)")
        let events = try work.metrics("good").compactMap { $0["event"] as? String }
        #expect(events.contains("rollback") && events.last == "end")
        #expect(work.exists("good/best"))

        let hopeless = try work.run(rollback + ["bad", "--learning-rate", "1e30"])
        #expect(hopeless.status == 70)
        let message =
            /error: training diverged in step \d+, at a learning rate of 3\.125e\+28, after 5 rollbacks\n  the last checkpoint is kept; the data or the network need a look\n/
        let last = hopeless.errors.split(separator: "error: ").last.map { "error: " + $0 } ?? ""
        #expect(last.wholeMatch(of: message) != nil, "\(hopeless.errors)")
    }
}

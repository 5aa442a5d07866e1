import Foundation
import Testing

/// `--patience` and `--moving-average`: the network that a run selects.
@Suite struct EarlyStoppingTests {
    private let work: Workplace
    /// With a high learning rate, the loss soon rises again.
    private let settings = [
        "train", data("digits.h5"), "--layers", "32", "--batch-size", "32", "--learning-rate", "0.2", "--quiet",
    ]

    init() throws { work = try Workplace() }

    @discardableResult
    private func train(_ run: String, _ more: String...) throws -> String {
        let result = try work.run(settings + ["--run", run] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.output
    }

    private func epochs(_ run: String) throws -> [[String: Any]] {
        try work.metrics(run).filter { $0["event"] as? String == "epoch" }
    }

    @Test func patienceEndsARunAfterItsBestEpoch() throws {
        let output = try train("run", "--epochs", "200", "--patience", "3")
        let epochs = try epochs("run")
        let losses = try epochs.map { try #require($0["testLoss"] as? Double) }
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
        #expect(epochs.count == best + 1 + 3 && epochs.count < 200)
        #expect(
            output.contains(
                ", stopped early after epoch \(epochs.count); the network is that of epoch \(best + 1): train loss "))

        // Every epoch has 45 steps.
        let name = String(format: "checkpoints/step-%08d.h5", 45 * (best + 1))
        #expect(try work.link("run/best") == name)
        #expect(try work.link("run/latest") == String(format: "checkpoints/step-%08d.h5", 45 * epochs.count))
        let evaluation = try work.json("evaluate", "run", data("digits.h5"))
        #expect(evaluation["checkpoint"] as? String == "run/\(name)")
        #expect(evaluation["loss"] as? Double == losses[best])
        try work.succeed("predict", "run", data("digits.h5"), "-o", "run.csv")
        try work.succeed("predict", "run/best", data("digits.h5"), "-o", "best.csv")
        #expect(try work.text("run.csv") == work.text("best.csv"))
    }

    /// Long runs print only some epochs, but always the last one.
    @Test func theLastEpochHasALine() throws {
        let result = try work.run(Array(settings.dropLast()) + ["--run", "run", "--epochs", "200", "--patience", "3"])
        let last = try epochs("run").count
        #expect(result.errors.split(separator: "\n").last?.contains("\(last)/200 ") == true, "\(result.errors)")
    }

    @Test func aResumeCountsEarlierEpochsWithoutImprovement() throws {
        try train("whole", "--epochs", "200", "--patience", "3")
        let epochs = try epochs("whole").count
        try train("parts", "--epochs", "200", "--patience", "3", "--max-steps", "\(45 * epochs - 60)")
        try train("parts", "--epochs", "200", "--patience", "3", "--resume", "--workers", "1")
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
        #expect(try work.link("parts/best") == work.link("whole/best"))

        let finished = try work.succeed("resume", "whole", "--quiet")
        #expect(
            finished.hasPrefix("whole is finished (ask for more with --patience): step "))
        let result = try work.json("resume", "whole", "--quiet")
        #expect(result["stoppedEarly"] as? Bool == true && result["epoch"] as? Int == epochs)
        let network = try #require(result["network"] as? [String: Any])
        #expect(network["epoch"] as? Int == epochs - 3 && network["step"] as? Int == 45 * (epochs - 3))
    }

    @Test func moreEpochsOrPatienceGiveTheSameRunAsFromTheBeginning() throws {
        try train("whole", "--epochs", "200", "--patience", "5")
        try train("parts", "--epochs", "200", "--patience", "2")
        try work.succeed("resume", "parts", "--patience", "5", "--quiet")
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
    }

    @Test func unusedPatienceDoesNotChangeTheRun() throws {
        try train("with", "--epochs", "3", "--patience", "3")
        try train("without", "--epochs", "3")
        #expect(try work.bytes("with/latest") == work.bytes("without/latest"))
        // Its network is the best one.
        #expect(
            try work.json("evaluate", "with", data("digits.h5"))["checkpoint"] as? String
                == "with/\(work.link("with/best"))")
        #expect(
            try work.json("evaluate", "without", data("digits.h5"))["checkpoint"] as? String
                == "without/checkpoints/step-00000135.h5")
    }

    /// `evaluate` follows the patience that was given to `resume`.
    @Test func laterPatienceCountsPastEpochs() throws {
        try train("run", "--epochs", "30")
        let losses = try epochs("run").map { try #require($0["testLoss"] as? Double) }
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
        try #require(best < 28)
        let result = try work.run(settings + ["--run", "run", "--epochs", "40", "--patience", "2", "--resume"])
        #expect(result.output.contains("; the network is that of epoch \(best + 1): "))
        #expect(try work.json("evaluate", "run", data("digits.h5"))["loss"] as? Double == losses[best])
        // A resume without --patience keeps it.
        let again = try train("run", "--epochs", "40", "--resume")
        #expect(again.contains("; the network is that of epoch \(best + 1): ") && again.contains(" is finished "))
    }

    @Test func retentionKeepsTheBestCheckpoint() throws {
        try train("run", "--epochs", "200", "--patience", "3", "--keep", "1", "--checkpoint-every", "1epoch")
        let best = try work.link("run/best")
        #expect(try work.names(in: "run/checkpoints").map { "checkpoints/\($0)" } == [best, work.link("run/latest")])

        try FileManager.default.removeItem(atPath: work.path("run/\(best)"))
        let step = try #require(Int(best.suffix(11).dropLast(3)))
        try work.expectRefusal(
            ["evaluate", "run", data("digits.h5")], 66,
            """
            run: its network is the best checkpoint, of step \(step), which is gone
              name another checkpoint of run/checkpoints
            """)
    }

    /// The training loss also falls while a network overfits, so it cannot stop a run.
    @Test func patienceNeedsAHeldOutSplit() throws {
        try work.expectRefusal(
            ["train", data("xor.h5"), "--patience", "5"], 64,
            "--patience needs a validation or a test split, to see when the loss stops falling; \(data("xor.h5")) has neither"
        )
    }

    /// Metrics, evaluation and prediction use the moving average.
    @Test func theAverageIsEvaluatedAndUsed() throws {
        try train("averaged", "--epochs", "2", "--moving-average", "0.98")
        try train("plain", "--epochs", "2")
        let loss = try #require(epochs("averaged").last?["testLoss"] as? Double)
        #expect(try work.json("evaluate", "averaged", data("digits.h5"))["loss"] as? Double == loss)
        // The average does not affect training.
        #expect(
            try epochs("averaged").map { $0["trainLoss"] as? Double }
                == epochs("plain").map { $0["trainLoss"] as? Double })
        #expect(try loss != #require(epochs("plain").last?["testLoss"] as? Double))
        let slots = try work.json("inspect", "averaged")["slots"] as? [String]
        #expect(slots == ["average", "velocity"])

        try work.succeed(
            "train", data("digits.h5"), "--layers", "32", "--initial-weights", "averaged", "--max-steps", "0", "--run",
            "next", "--quiet")
        #expect(try work.json("evaluate", "next", data("digits.h5"))["loss"] as? Double == loss)
    }

    /// Before the first step, the average is the initial parameters.
    @Test func theAverageBeginsAtTheInitialParameters() throws {
        try train("averaged", "--max-steps", "0", "--moving-average", "0.9")
        try train("plain", "--max-steps", "0")
        let losses = try ["averaged", "plain"].map {
            try work.json("evaluate", $0, data("digits.h5"))["loss"] as? Double
        }
        #expect(losses[0] == losses[1])
    }

    @Test func aResumedAverageEqualsAnUninterruptedOne() throws {
        try train("whole", "--epochs", "2", "--moving-average", "0.9")
        try train("parts", "--epochs", "2", "--moving-average", "0.9", "--max-steps", "17")
        try train("parts", "--epochs", "2", "--moving-average", "0.9", "--resume", "--workers", "1")
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
    }

    @Test(arguments: [
        (["--patience", "0"], "--patience must be at least 1 (got 0)"),
        (["--patience", "soon"], "--patience must be a whole number (got soon)"),
        (["--moving-average", "1"], "--moving-average must be at least 0 and below 1 (got 1)"),
        (["--moving-average", "x"], "--moving-average must be a number (got x)"),
    ])
    func invalidSettingsAreRejected(arguments: [String], message: String) throws {
        try work.expectRefusal(settings + arguments, 64, message)
    }
}

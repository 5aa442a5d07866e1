import Foundation
import Testing

/// `--large-batch`.
@Suite struct LargeBatchTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// All 1,437 samples at a time: 30 steps.
    private let settings = ["train", data("digits.h5"), "--batch-size", "4096", "--epochs", "30"]

    @Test func asMuchIsLearnedInSoFewSteps() throws {
        func loss(_ more: String...) throws -> Double {
            let result = try work.run(settings + ["--quiet", "--json"] + more)
            try #require(result.status == 0, "\(result.errors)")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            return try #require(object?["trainLoss"] as? Double)
        }
        #expect(try loss("--large-batch", "--run", "large") < loss("--run", "plain") / 2)
    }

    @Test func whatWasChosenIsPrintedAndKept() throws {
        let chosen =
            "chosen   for batches of 1,437: --optimizer lamb --learning-rate 0.040166 --beta2 0.95 --warmup-steps 3 "
            + "--schedule cosine\n"
        let result = try work.run(settings + ["--large-batch", "--run", "run"])
        #expect(result.errors.contains(chosen), "\(result.errors)")
        let kept = try work.text("run/config.yaml")
        for line in ["optimizer: lamb", "learningRate: 0.040166", "beta2: 0.95", "warmupSteps: 3", "schedule: cosine"] {
            #expect(kept.contains("\(line)\n"))
        }
        #expect(!kept.contains("largeBatch"))
        #expect(try work.run(settings + ["--large-batch", "--dry-run"]).errors.contains(chosen))

        // What was printed does the same.
        let flags = chosen.split(separator: ": ")[1].split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(try work.run(settings + flags + ["--run", "flags", "--quiet"]).status == 0)
        #expect(try work.bytes("flags/latest") == work.bytes("run/latest"))
    }

    @Test func aScheduleWithoutAnEndIsRefused() throws {
        try work.expectRefusal(
            settings + ["--large-batch", "--schedule", "step:5,0.5"], 64,
            "--large-batch goes with --schedule cosine or one-cycle or polynomial (got step:5,0.5)")
    }

    @Test func itGoesOnAsItBegan() throws {
        let more = ["--large-batch", "--quiet", "--run", "parts"]
        _ = try work.run(settings + more + ["--max-steps", "11"])
        try #require(try work.run(settings + more + ["--resume"]).status == 0)
        _ = try work.run(settings + ["--large-batch", "--quiet", "--run", "whole"])
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
        #expect(try work.run(settings + more + ["--resume", "--epochs", "31"]).status == 0)
    }
}

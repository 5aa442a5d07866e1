import Foundation
import Testing

/// `--large-batch`.
@Suite struct LargeBatchTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Batches of all 1,437 samples: 30 steps.
    private let settings = ["train", data("digits.h5"), "--batch-size", "4096", "--epochs", "30"]

    @Test func fewStepsReachTheSameAccuracy() throws {
        func loss(_ more: String...) throws -> Double {
            let result = try work.run(settings + ["--quiet", "--json"] + more)
            try #require(result.status == 0, "\(result.errors)")
            let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            return try #require(object?["trainLoss"] as? Double)
        }
        #expect(try loss("--large-batch", "--run", "large") < loss("--run", "plain") / 2)
    }

    @Test func chosenSettingsArePrintedAndStored() throws {
        let chosen =
            "chosen   for batches of 1,437: --optimizer lamb --learning-rate 0.040166 --beta2 0.95 --warmup-steps 3 "
            + "--schedule cosine\n"
        let result = try work.run(settings + ["--large-batch", "--run", "run"])
        #expect(result.errors.contains(chosen), "\(result.errors)")
        let kept = try work.resolved("run")
        for (key, value) in [
            "optimizer": "lamb", "learningRate": "0.040166", "beta2": "0.95", "warmupSteps": "3", "schedule": "cosine",
        ] {
            #expect(kept[key] == value)
        }
        #expect(try work.text("run/config.yaml").contains("largeBatch: true\n"))
        #expect(try work.run(settings + ["--large-batch", "--dry-run"]).errors.contains(chosen))

        // The printed settings have the same effect.
        let flags = chosen.split(separator: ": ")[1].split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(try work.run(settings + flags + ["--run", "flags", "--quiet"]).status == 0)
        #expect(try work.bytes("flags/latest") == work.bytes("run/latest"))
    }

    @Test func specifiedSettingsWin() throws {
        let said = ["--optimizer", "sgd", "--schedule", "constant", "--warmup-steps", "0", "--learning-rate", "0.1"]
        let result = try work.run(settings + ["--large-batch", "--run", "run"] + said)
        #expect(result.errors.contains(": --optimizer sgd --learning-rate 0.1 --warmup-steps 0 --schedule constant\n"))
        let plain = try work.run(settings + ["--run", "plain", "--quiet"])
        #expect(result.status == 0 && plain.status == 0)
        #expect(try work.bytes("run/latest") == work.bytes("plain/latest"))
    }

    @Test func aRunWithoutItCannotResumeWithIt() throws {
        _ = try work.run(settings + ["--run", "run", "--max-steps", "3"])
        try work.expectRefusal(
            settings + ["--run", "run", "--resume", "--large-batch"], 64,
            """
            run: began with largeBatch false, which cannot change on resume (got true)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    @Test func aResumeKeepsTheRecipe() throws {
        let more = ["--large-batch", "--quiet", "--run", "parts"]
        _ = try work.run(settings + more + ["--max-steps", "11"])
        try #require(try work.run(settings + more + ["--resume"]).status == 0)
        _ = try work.run(settings + ["--large-batch", "--quiet", "--run", "whole"])
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
        #expect(try work.run(settings + more + ["--resume", "--epochs", "31"]).status == 0)
    }
}

import Foundation
import TestSupport
import Testing

/// A run with any interruptions and any number of workers ends with the same checkpoint, byte for byte.
@Suite struct ResumeTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ run: String, _ more: String...) throws -> Command.Result {
        let result = try work.run(
            ["train", data("digits.h5"), "--layers", "32,16", "--checkpoint-every", "7", "--run", run] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result
    }

    /// Expects that two runs have the same last checkpoint and the same metrics, apart from speed.
    private func expectSame(_ run: String, _ other: String) throws {
        let names = try (work.link("\(run)/latest"), work.link("\(other)/latest"))
        #expect(names.0 == names.1)
        #expect(try work.bytes("\(run)/latest") == work.bytes("\(other)/latest"))
        #expect(try work.metricsWithoutSpeed(run) == work.metricsWithoutSpeed(other))
        #expect(try work.link("\(run)/best") == work.link("\(other)/best"))
        #expect(try work.bytes("\(run)/best") == work.bytes("\(other)/best"))
    }

    @Test func anyNumberOfWorkersGivesTheSameBytes() throws {
        // Enough shards for three workers.
        for workers in 1...3 { _ = try train("run\(workers)", "--workers", "\(workers)", "--shards", "6") }
        for other in 2...3 {
            for name in try work.names(in: "run1/checkpoints") {
                #expect(
                    try work.bytes("run1/checkpoints/\(name)") == work.bytes("run\(other)/checkpoints/\(name)"),
                    "\(name)")
            }
            try expectSame("run1", "run\(other)")
        }
    }

    @Test func anotherSeedGivesOtherBytes() throws {
        _ = try train("run", "--epochs", "1")
        _ = try train("other", "--epochs", "1", "--seed", "1")
        #expect(try work.bytes("run/latest") != work.bytes("other/latest"))
    }

    @Test func fourEpochsAndSixMoreAreTen() throws {
        _ = try train("whole", "--epochs", "10", "--workers", "1")
        _ = try train("parts", "--epochs", "4", "--workers", "2")
        let resumed = try work.lockstep("resume", "parts", "--epochs", "10", "--workers", "3")
        #expect(resumed.errors.contains("run      parts, from step 24\n"))
        #expect(resumed.output.hasPrefix("parts: step 60, epoch 10: "))
        try expectSame("whole", "parts")
    }

    @Test func stoppedInTheMiddleOfAnEpoch() throws {
        _ = try train("whole")
        _ = try train("parts", "--max-steps", "17")
        #expect(try work.link("parts/latest") == "checkpoints/step-00000017.h5")
        let resumed = try train("parts", "--resume")
        #expect(resumed.errors.contains("run      parts, from step 17\n"))
        try expectSame("whole", "parts")
    }

    @Test func stoppedAfterEachStep() throws {
        _ = try train("whole", "--epochs", "2")
        for step in 0...11 { _ = try train("parts", "--epochs", "2", "--resume", "--max-steps", "\(step)") }
        _ = try train("parts", "--epochs", "2", "--resume")
        try expectSame("whole", "parts")
    }

    /// The images of each step are changed as if the run had never stopped.
    @Test func stoppedAfterEachStepWithChangedImages() throws {
        let changes = ["--augment", "flip,crop:2,cutout:3,shift:1", "--epochs", "2"]
        func train(_ run: String, _ more: [String]) throws {
            let result = try work.run(
                ["train", data("digits.h5"), "--layers", "16", "--checkpoint-every", "7", "--run", run] + more)
            try #require(result.status == 0, "\(result.errors)")
        }
        try train("plain", ["--epochs", "2"])
        try train("whole", changes + ["--workers", "1"])
        for step in 0...11 {
            // A resume takes them from the checkpoint.
            let settings = step == 0 ? changes : ["--epochs", "2", "--workers", "\(1 + step % 3)"]
            try train("parts", settings + ["--resume", "--max-steps", "\(step)"])
        }
        try train("parts", ["--epochs", "2", "--resume"])
        try expectSame("whole", "parts")
        #expect(try work.bytes("whole/latest") != work.bytes("plain/latest"))
        #expect(try work.resolved("parts")["augment"] == changes[1])
    }

    @Test func killedAtAnyMoment() throws {
        let arguments = ["train", data("moons.h5"), "--layers", "8", "--checkpoint-every", "50", "--quiet"]
        let endless = arguments + ["--epochs", "1000000000", "--run", "parts"]
        #expect(throws: Command.TimedOut.self) { try work.run(endless, timeout: 0.3) }
        // At any point after the last checkpoint, if there is one.
        let newest = try? work.names(in: "parts/checkpoints").last { $0.hasSuffix(".h5") }
        let step = (newest.flatMap { Int($0.dropFirst(5).dropLast(3)) } ?? 0) + 70
        for (run, more) in [("parts", ["--resume"]), ("whole", [])] {
            let limited = ["--epochs", "1000000000", "--max-steps", "\(step)", "--run", run]
            #expect(try work.run(arguments + limited + more).status == 0)
        }
        try expectSame("whole", "parts")
    }

    @Test func resumedFromAnotherDirectory() throws {
        _ = try train("whole", "--epochs", "2")
        try FileManager.default.copyItem(atPath: data("digits.h5"), toPath: work.path("digits.h5"))
        try work.succeed(
            "train", "digits.h5", "--layers", "32,16", "--checkpoint-every", "7", "--run", "parts", "--epochs", "1")
        let elsewhere = try Workplace()
        try elsewhere.succeed("resume", work.path("parts"), "--epochs", "2")
        #expect(try work.bytes("whole/latest") == work.bytes("parts/latest"))
    }

    @Test func damagedCheckpointIsNamedAndTheOneBeforeIsUsed() throws {
        _ = try train("whole")
        _ = try train("parts", "--max-steps", "17")
        try work.damage("parts/checkpoints/step-00000017.h5")
        let resumed = try train("parts", "--resume")
        #expect(
            resumed.errors.hasPrefix(
                "warning: parts/checkpoints/step-00000017.h5: damaged, so the checkpoint before it is used\n"))
        #expect(resumed.errors.contains("run      parts, from step 14\n"))
        try expectSame("whole", "parts")
    }

    @Test func damagedCheckpointIsRenamedAndAffectsNoOther() throws {
        _ = try train("whole", "--max-steps", "18")
        _ = try train("parts", "--max-steps", "16")
        try work.write("cut", to: "parts/checkpoints/step-00000017.h5")
        // A damaged checkpoint after the last step of the run.
        try work.write("cut", to: "parts/checkpoints/step-00000099.h5")
        _ = try train("parts", "--resume", "--max-steps", "18", "--keep", "1")
        try expectSame("whole", "parts")
        #expect(
            try work.names(in: "parts/checkpoints").filter { !$0.hasPrefix("step-00000006") } == [
                "step-00000017.h5.damaged", "step-00000018.h5", "step-00000099.h5.damaged",
            ])
        try work.succeed("digest", "parts")
    }

    @Test func unreadableCheckpointIsNotTreatedAsDamaged() throws {
        _ = try train("run", "--max-steps", "3")
        try work.makeDirectory("run/checkpoints/step-00000099.h5")
        try work.expectRefusal(
            ["resume", "run"], 66, "run/checkpoints/step-00000099.h5: cannot be read: Is a directory")
    }

    @Test func anotherKindOfMachineIsNamed() throws {
        _ = try train("run", "--max-steps", "3")
        let lines = try work.text("run/metrics.jsonl")
        let now = try #require(lines.firstMatch(of: /"arithmetic": "(.*?)"/)?.1)
        try work.write(lines.replacing(now, with: "oneDNN 1.0.0, abacus"), to: "run/metrics.jsonl")
        let result = try train("run", "--resume", "--quiet")
        #expect(
            result.errors == """
                warning: the run began on oneDNN 1.0.0, abacus, and goes on with \(now)
                  its bits may be others than on one kind of machine

                """)
    }

    @Test func missingConfigurationIsNamed() throws {
        _ = try train("run", "--max-steps", "3")
        try FileManager.default.removeItem(atPath: work.path("run/config.yaml"))
        try work.expectRefusal(
            ["resume", "run"], 66,
            """
            run/config.yaml: no such file
              go on with: lockstep train DATA.h5 --run run --resume, and the settings it began with
            """)
        _ = try train("run", "--resume", "--max-steps", "4")
    }

    @Test func otherFeaturesOfTheSameFileAreNoticed() throws {
        try work.makeFile("data.h5") { root in
            try root.put("a", (0..<40).map { Float($0) }, shape: [20, 2])
            try root.put("b", (0..<40).map { Float(-$0) }, shape: [20, 2])
            try root.put("labels", (0..<20).map { $0 % 2 })
        }
        let arguments = ["train", "data.h5", "--labels", "labels", "--layers", "4", "--run", "run"]
        try #require(try work.run(arguments + ["--features", "a", "--max-steps", "1"]).status == 0)
        let result = try work.run(arguments + ["--features", "b", "--resume"])
        #expect(result.status == 65)
        #expect(
            result.errors.hasPrefix("error: data.h5: the train samples are not those that run began with\n"),
            "\(result.errors)")
    }

    @Test func otherInitialWeightsAreNoticed() throws {
        for seed in ["1", "2"] { _ = try train("w\(seed)", "--seed", seed, "--max-steps", "0") }
        _ = try train("run", "--initial-weights", "w1", "--max-steps", "3")
        _ = try train("run", "--resume", "--max-steps", "4")
        _ = try train("run", "--initial-weights", "w1", "--resume", "--max-steps", "5")
        // The weights are there already, wherever the other run has gone on to.
        _ = try train("w1", "--resume", "--seed", "1", "--max-steps", "2")
        _ = try train("run", "--initial-weights", "w1", "--resume", "--max-steps", "6")
        try FileManager.default.removeItem(atPath: work.path("w1"))
        _ = try train("run", "--initial-weights", "w1", "--resume", "--max-steps", "7")
        let began = work.path("w1/checkpoints/step-00000000.h5")
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "32,16", "--run", "run", "--resume", "--initial-weights", "w2"],
            64,
            """
            run: began with initialWeights \(began), which cannot change on resume (got w2)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    @Test(arguments: [[], ["--moving-average", "0.9", "--patience", "39"]])
    func rollbackReturnsToTheSameStepForAnyCadence(settings: [String]) throws {
        let arguments =
            ["train", data("digits.h5"), "--layers", "none", "--loss", "mse", "--feature-scale", "1/16"] + [
                "--epochs", "40", "--learning-rate", "16", "--quiet",
            ] + settings
        func run(_ name: String, _ more: String...) throws -> Int32 {
            try work.run(arguments + ["--run", name] + more).status
        }
        #expect(try run("whole", "--on-divergence", "rollback") == 0)
        #expect(try work.text("whole/metrics.jsonl").contains("\"rollback\""))
        #expect(try run("parts", "--checkpoint-every", "4", "--max-steps", "5") == 0)
        #expect(try run("parts", "--checkpoint-every", "7", "--resume", "--on-divergence", "rollback") == 0)
        #expect(try work.bytes("whole/latest") == work.bytes("parts/latest"))
    }

    @Test func quietRunsWarnOfDamage() throws {
        _ = try train("parts", "--max-steps", "17")
        try work.write(work.bytes("parts/latest").prefix(3000), to: "parts/checkpoints/step-00000017.h5")
        let resumed = try train("parts", "--resume", "--quiet")
        #expect(
            resumed.errors
                == "warning: parts/checkpoints/step-00000017.h5: damaged, so the checkpoint before it is used\n")
    }

    @Test func noIntactCheckpointIsAnError() throws {
        _ = try train("run", "--max-steps", "3")
        for name in try work.names(in: "run/checkpoints") { try work.damage("run/checkpoints/\(name)") }
        try work.expectRefusal(
            ["resume", "run"], 65,
            "run/checkpoints/step-00000003.h5: damaged: its bytes are not those that were saved")
    }

    @Test func startsOverWithoutACheckpoint() throws {
        _ = try train("whole", "--epochs", "2")
        _ = try train("parts", "--epochs", "2", "--max-steps", "0")
        try FileManager.default.removeItem(atPath: work.path("parts/checkpoints"))
        let log = try work.text("parts/metrics.jsonl").split(separator: "\n")
        try work.write(log[0] + "\n", to: "parts/metrics.jsonl")
        _ = try train("parts", "--epochs", "2", "--resume")
        try expectSame("whole", "parts")
    }

    @Test(arguments: [["resume", "run"], ["train", data("digits.h5"), "--run", "run", "--resume"]])
    func missingCheckpointsAreAnError(arguments: [String]) throws {
        _ = try train("run", "--epochs", "2")
        try FileManager.default.removeItem(atPath: work.path("run/checkpoints"))
        try work.expectRefusal(
            arguments, 66,
            """
            run: metrics.jsonl tells of checkpoints, but run/checkpoints has none any more
              put them back, or begin anew with: lockstep train … --run run --force
            """)
    }

    /// Settings are compared first, before the data is read and before they are combined with those of the run.
    @Test(arguments: [("loss", "mse", "cross-entropy"), ("featureScale", "1.0", "auto"), ("optimizer", "adam", "sgd")])
    func anotherSettingIsRefusedByItsName(key: String, now: String, was: String) throws {
        _ = try train("run", "--epochs", "2")
        let flag = key == "featureScale" ? "--feature-scale" : "--\(key)"
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "32,16", "--run", "run", "--resume", flag, now], 64,
            """
            run: began with \(key) \(was), which cannot change on resume (got \(now))
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    @Test(arguments: [["--batch-size", "50"], ["--accumulate", "2"]])
    func anotherMinibatchIsRefusedByItsName(setting: [String]) throws {
        _ = try train("run", "--batch-size", "100", "--max-steps", "17")
        let (key, now) = setting[0] == "--accumulate" ? ("accumulate", "2") : ("batchSize", "50")
        try work.expectRefusal(
            ["train", data("digits.h5"), "--run", "run", "--resume"] + setting, 64,
            """
            run: began with \(key) \(key == "accumulate" ? "1" : "100"), which cannot change on resume (got \(now))
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    /// A setting of auto keeps the run's value.
    @Test func autoKeepsTheRunsChoice() throws {
        let settings = [
            "--schedule", "cosine", "--schedule-steps", "auto", "--shards", "auto", "--learning-rate", "auto",
        ]
        try #require(
            try work.run(["train", data("digits.h5"), "--epochs", "2", "--run", "run"] + settings).status == 0)
        try work.succeed("resume", "run", "--epochs", "3")
        #expect(try work.resolved("run")["scheduleSteps"] == "12")
    }

    @Test func namesOfDataAreKept() throws {
        let names = ["--features", "train/features", "--labels", "train/labels"]
        try #require(try work.run(["train", data("digits.h5"), "--epochs", "1", "--run", "run"] + names).status == 0)
        try work.succeed("train", data("digits.h5"), "--epochs", "2", "--run", "run", "--resume")
        #expect(try work.text("run/config.yaml").contains("features: train/features\nlabels: train/labels\n"))
    }

    @Test func aChangedRecipeIsRejected() throws {
        _ = try train("run", "--large-batch", "--max-steps", "3")
        try work.expectRefusal(
            ["train", data("digits.h5"), "--run", "run", "--resume", "--set", "largeBatch=false"], 64,
            """
            run: began with largeBatch true, which cannot change on resume (got false)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    /// A resume without settings keeps those of the run.
    @Test func unspecifiedSettingsStayTheSame() throws {
        let settings = ["--seed", "5", "--momentum", "0.5", "--schedule", "cosine", "--class-weights", "balanced"]
        for run in ["whole", "parts"] {
            let steps = run == "parts" ? ["--max-steps", "9"] : []
            try #require(try work.run(["train", data("digits.h5"), "--run", run] + settings + steps).status == 0)
        }
        let said = try work.text("parts/config.yaml")
        try work.succeed("train", data("digits.h5"), "--run", "parts", "--resume")
        #expect(try work.bytes("whole/latest") == work.bytes("parts/latest"))
        #expect(try work.text("parts/config.yaml") == said.replacing("maxSteps: 9\n", with: ""))
        try work.expectRefusal(
            ["train", data("digits.h5"), "--run", "parts", "--resume", "--momentum", "0.9"], 64,
            """
            parts: began with momentum 0.5, which cannot change on resume (got 0.9)
              leave it as it was, or begin a new run with --initial-weights parts
            """)
    }

    @Test func resumeOptionBeginsANewRun() throws {
        let result = try train("run", "--resume", "--epochs", "1")
        #expect(result.output.hasPrefix("run: step 6, epoch 1: "))
    }

    @Test func finishedRunSaysSo() throws {
        _ = try train("run", "--epochs", "2")
        let before = try (work.bytes("run/latest"), work.bytes("run/metrics.jsonl"))
        let resumed = try work.lockstep("resume", "run")
        #expect(resumed.status == 0)
        #expect(resumed.output.hasPrefix("run is finished"))
        #expect(resumed.errors == "")
        #expect(try work.json("resume", "run")["alreadyFinished"] as? Bool == true)
        #expect(try before == (work.bytes("run/latest"), work.bytes("run/metrics.jsonl")))
    }

    @Test func settingsThatShapeTheBitsCannotChange() throws {
        _ = try train("run", "--epochs", "2")
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "32,16", "--run", "run", "--resume", "--seed", "3"], 64,
            """
            run: began with seed 0, which cannot change on resume (got 3)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }
}

extension Workplace {
    /// The lines of a run's metrics.jsonl without the members that differ between equal runs.
    fileprivate func metricsWithoutSpeed(_ run: String) throws -> [NSDictionary] {
        try metrics(run).map { line in
            let times = ["seconds", "samplesPerSecond", "trainingSeconds", "phases"]
            return NSDictionary(dictionary: line.filter { !times.contains($0.key) })
        }
    }
}

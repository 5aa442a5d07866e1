import Foundation
import Testing

/// Learning-rate schedules on the command line.
@Suite struct ScheduleTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func rates(_ run: String) throws -> [Double] {
        try work.metrics(run).filter { $0["event"] as? String == "epoch" }.compactMap { $0["learningRate"] as? Double }
    }

    /// The result does not depend on the step of the stop, nor on the number of workers after it.
    @Test func aResumedScheduleEqualsAnUninterruptedOne() throws {
        let settings = [
            "train", data("digits.h5"), "--layers", "20", "--schedule", "one-cycle", "--warmup-steps", "5", "--epochs",
            "4",
            "--quiet",
        ]
        _ = try work.run(settings + ["--run", "whole"])
        _ = try work.run(settings + ["--run", "parts", "--max-steps", "9"])
        _ = try work.run(["resume", "parts", "--workers", "1", "--quiet"])
        try work.expectRefusal(
            ["resume", "parts", "--epochs", "0"], 64, "--epochs must be at least 1 (got 0)")
        _ = try work.run(settings + ["--run", "parts", "--resume"])
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
        #expect(try rates("parts") == rates("whole"))
        #expect(Set(try rates("whole")).count == 4)
    }

    /// Additional epochs use the last learning rate of the schedule.
    @Test func moreEpochsDoNotChangeTheSchedule() throws {
        try work.succeed(
            "train", data("digits.h5"), "--layers", "20", "--schedule", "cosine:0.25", "--epochs", "3", "--run", "run")
        let result = try work.run(["resume", "run", "--epochs", "5"])
        #expect(
            result.errors.hasPrefix(
                """
                warning: the learning rate's schedule ends with step 18; later steps go on at its last rate, 0.025
                  a new run with --initial-weights run has a schedule of its own

                """))
        #expect(try work.resolved("run")["scheduleSteps"] == "18")
        #expect(try rates("run").suffix(2) == [0.025, 0.025])
    }

    @Test func stepsWithALearningRateOfZeroGiveAWarning() throws {
        try work.succeed(
            "train", data("digits.h5"), "--layers", "20", "--schedule", "cosine", "--epochs", "3", "--run", "run")
        let result = try work.run(["resume", "run", "--epochs", "5", "--quiet"])
        #expect(
            result.errors == """
                warning: the learning rate's schedule ends with step 18; its last rate is 0, so that no later step changes anything
                  a new run with --initial-weights run has a schedule of its own

                """)
    }

    /// With --accumulate, steps are parameter updates, also for epochs and schedules.
    @Test func accumulatedBatchesAreOneStep() throws {
        try work.succeed(
            "train", data("digits.h5"), "--layers", "20", "--batch-size", "64", "--accumulate", "4", "--epochs", "2",
            "--run",
            "parts")
        try work.succeed(
            "train", data("digits.h5"), "--layers", "20", "--batch-size", "256", "--epochs", "2", "--run", "one")
        for run in ["parts", "one"] { try work.succeed("predict", run, data("digits.h5"), "-o", "\(run).csv") }
        #expect(try work.bytes("parts.csv") == work.bytes("one.csv"))
        #expect(try rates("parts").count == 2)
        try work.expectRefusal(
            ["train", data("digits.h5"), "--accumulate", "0"], 64, "--accumulate must be at least 1 (got 0)")
    }

    @Test func aDryRunPlotsTheLearningRate() throws {
        let result = try work.run([
            "train", data("digits.h5"), "--schedule", "cosine", "--warmup-steps", "6", "--epochs", "10", "--dry-run",
        ])
        #expect(result.status == 0)
        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(lines[8] == "learning rate over 60 steps, from 0.0167 to 8.46e-05")
        #expect(lines[9].hasPrefix("0.1") && lines[9].contains("█") && lines[9].hasSuffix(" "))
        #expect(lines.count == 13)
    }

    /// Settings are checked before large features are read.
    @Test(arguments: [
        (["--warmup-steps", "2"], "--warmup-steps must be below the run's 2 steps (got 2)"),
        (
            ["--optimizer", "adam", "--momentum", "0.5"],
            "--momentum goes with --optimizer sgd or rmsprop or lars (got adam)"
        ),
    ])
    func invalidSchedulesAreRejectedBeforeTheDataIsRead(arguments: [String], message: String) throws {
        try work.makeFile("data.h5") { root in
            try root.put("X", [Float.nan, 0], shape: [2, 1])
            try root.put("y", [Int32(0), 1])
        }
        try work.expectRefusal(["train", "data.h5", "--epochs", "2"] + arguments, 64, message)
    }

    @Test(arguments: [
        (
            ["--schedule", "cosin"],
            "--schedule must be one of constant, step:EVERY,FACTOR, multi-step:AT,…,FACTOR, exponential:FACTOR,EVERY, "
                + "cosine[:END], one-cycle[:PEAK], polynomial:POWER[,END] (got cosin); did you mean cosine?"
        ),
        (["--warmup-steps", "60"], "--warmup-steps must be below the run's 60 steps (got 60)"),
        (["--warmup-steps", "-1"], "--warmup-steps must be at least 0 (got -1)"),
        (
            ["--schedule", "step:10,2"],
            "--schedule must be step:EVERY,FACTOR, with EVERY a number of steps, or of epochs as 10epochs, FACTOR from 1e-6 to 1 "
                + "(got step:10,2)"
        ),
        (
            ["--schedule", "cosine:2"], "--schedule must be cosine[:END], with END from 0 to 1 (got cosine:2)"
        ),
        (
            ["--schedule", "constant:2"], "--schedule must be constant, without a number (got constant:2)"
        ),
        (
            ["--schedule-steps", "9"],
            "--schedule-steps goes with --schedule cosine or one-cycle or polynomial (got constant)"
        ),
        (["--schedule-steps", "0"], "--schedule-steps must be at least 1 (got 0)"),
    ])
    func invalidSettingsAreRejected(arguments: [String], message: String) throws {
        try work.expectRefusal(["train", data("digits.h5")] + arguments, 64, message)
    }
}

import Foundation
import Testing

/// `train` on the files in data/, as in the README.
@Suite struct TrainTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private static let digits = ["train", data("digits.h5"), "--epochs", "30", "--run", "run"]

    @Test func digitsAreLearned() throws {
        let result = try work.run(Self.digits + ["--json"])
        #expect(result.status == 0)
        let object = try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(try #require(object["testAccuracy"] as? Double) >= 0.97)
        #expect(object["run"] as? String == "run")
        #expect(object["epoch"] as? Int == 30)
        #expect(object["step"] as? Int == 180)
        #expect(object["alreadyFinished"] as? Bool == false)
    }

    @Test func resultOnStdoutAndProgressOnStderr() throws {
        let result = try work.run(Self.digits)
        #expect(result.status == 0)
        let pattern =
            /run: step 180, epoch 30: train loss 0\.\d{4}, accuracy \d+\.\d\d%; test loss 0\.\d{4}, accuracy \d+\.\d\d%\n/
        #expect(result.output.wholeMatch(of: pattern) != nil, "\(result.output)")

        let lines = result.errors.split(separator: "\n").map(String.init)
        #expect(lines[0] == "data     1,437 training, 360 test samples of 8×8")
        #expect(lines[1] == "labels   10 classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
        #expect(lines[2] == "network  64-512-256-10, relu, softmax, cross-entropy; 167,178 parameters")
        #expect(
            lines[3...7] == [
                "         layer      name    output  parameters  operations a sample  bytes a sample",
                "         512        dense1  512         33,280               65,536           4,096",
                "         256        dense2  256        131,328              262,144           2,048",
                "         output 10  output  10           2,570                5,120              80",
                "         all                           167,178              332,800           6,224",
            ])
        #expect(lines[8].hasPrefix("steps    180, 6 an epoch; minibatches of 256 in 4 shards, "))
        #expect(lines[9] == "run      run")
        #expect(
            lines[10].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
                == ["epoch", "train loss", "accuracy", "test loss", "accuracy", "samples/s", "seconds"])
        #expect(lines[11].hasPrefix("     1/30  "))
        #expect(lines.last?.hasPrefix("    30/30  ") == true)
        #expect(!result.errors.contains("\r"))
    }

    @Test func quietPrintsNoProgress() throws {
        let result = try work.run(Self.digits + ["--quiet"])
        #expect(result.errors == "")
        #expect(result.output.hasPrefix("run: step 180, "))
    }

    @Test func manyEpochsMakeFewLines() throws {
        let result = try work.lockstep("train", data("xor.h5"), "--layers", "4", "--epochs", "1000", "--run", "run")
        #expect(result.errors.split(separator: "\n").count == 10 + 20)
    }

    @Test func runDirectory() throws {
        try work.succeed("train", data("digits.h5"), "--epochs", "2", "--checkpoint-every", "5", "--run", "run")
        #expect(try work.names() == ["run"])
        #expect(
            try work.names(in: "run") == [
                "best", "checkpoints", "config.yaml", "latest", "metrics.jsonl",
            ])
        let checkpoints = ["step-00000006.h5", "step-00000010.h5", "step-00000012.h5"]
        #expect(try work.names(in: "run/checkpoints") == checkpoints)
        #expect(try work.link("run/latest") == "checkpoints/step-00000012.h5")
        #expect(try work.link("run/best") == "checkpoints/step-00000012.h5")
    }

    @Test func metricsNameEveryEvent() throws {
        try work.succeed("train", data("digits.h5"), "--epochs", "2", "--checkpoint-every", "5", "--run", "run")
        let lines = try work.metrics("run")
        #expect(
            lines.map { "\($0["event"] ?? "") \($0["step"] ?? "")" } == [
                "start 0", "checkpoint 0", "checkpoint 5", "norms 6", "epoch 6", "checkpoint 10", "norms 12",
                "epoch 12",
                "checkpoint 12", "end 12",
            ])
        #expect(
            Set(lines[4].keys) == [
                "event", "epoch", "step", "trainLoss", "trainAccuracy", "testLoss", "testAccuracy", "learningRate",
                "samplesPerSecond", "seconds", "trainingSeconds", "phases",
            ])
        #expect(lines[4]["learningRate"] as? Double == 0.1)
        // Norms of each layer, and the seconds in each phase of a step, which make up the time of training at most.
        for key in ["parameters", "gradients"] {
            let norms = try #require(lines[3][key] as? [String: Double])
            #expect(Set(norms.keys) == ["dense1", "dense2", "output"] && norms.values.allSatisfy { $0 > 0 })
        }
        let phases = try #require(lines[4]["phases"] as? [String: Double])
        #expect(Set(phases.keys) == ["gather", "forward", "backward", "reduce", "update"])
        let trainingSeconds = try #require(lines[4]["trainingSeconds"] as? Double)
        #expect(phases.values.reduce(0, +) <= trainingSeconds)
        #expect(try work.text("run/metrics.jsonl").split(separator: "\n").allSatisfy { $0.hasPrefix("{\"event\": ") })
    }

    @Test func specifiedAndChosenSettingsAreStored() throws {
        try work.succeed(
            "train", data("digits.h5"), "--epochs", "1", "--layers", "16,8", "--seed", "0", "--run", "run")
        #expect(
            try work.text("run/config.yaml") == """
                data: \(data("digits.h5"))
                layers: [16, 8]
                seed: 0
                epochs: 1

                """)
        let resolved = try work.resolved("run")
        for (key, value) in [
            "layers":
                "[dense 16 bias=yes norm=none trainable=yes rate=1, dense 8 bias=yes norm=none trainable=yes rate=1]",
            "leaves": "1",
            "loss": "cross-entropy", "outputActivation": "softmax", "shards": "1",
            "learningRate": "0.1", "beta2": "0.999", "huberDelta": "1.0", "schedule": "constant", "maxNorm": "none",
        ] {
            #expect(resolved[key] == value, "\(key)")
        }
    }

    @Test func unnamedRunsAreNumbered() throws {
        for number in 1...2 {
            let output = try work.succeed("train", data("xor.h5"), "--epochs", "1")
            #expect(output.hasPrefix("runs/xor-\(number): step 1, "))
        }
        #expect(try work.names(in: "runs") == ["xor-1", "xor-2"])
    }

    /// A training whose test loss rises and falls over twenty epochs of four steps.
    private func trainUnsteadily(_ run: String, _ more: String...) throws {
        let arguments = [
            "train", data("moons.h5"), "--layers", "8", "--learning-rate", "3", "--epochs", "20", "--quiet",
        ]
        try #require(try work.run(arguments + ["--run", run] + more).status == 0)
    }

    @Test func retentionDeletesOldCheckpointsExceptTheBest() throws {
        try trainUnsteadily("run", "--checkpoint-every", "1epoch", "--keep", "2")
        let losses = try work.metrics("run").filter { $0["event"] as? String == "epoch" }
            .compactMap { $0["testLoss"] as? Double }
        let best = try #require(losses.indices.min { losses[$0] < losses[$1] }) + 1
        #expect(best < 19, "the case is of no use where the best is among the last two")
        let name = "step-000000\(best * 4 < 10 ? "0" : "")\(best * 4).h5"
        #expect(try work.link("run/best") == "checkpoints/\(name)")
        #expect(try work.names(in: "run/checkpoints") == [name, "step-00000076.h5", "step-00000080.h5"])
    }

    @Test func bestIsTheBestOfAllEpochsForAnyCadence() throws {
        try trainUnsteadily("often", "--checkpoint-every", "1epoch")
        try trainUnsteadily("seldom", "--checkpoint-every", "1000")
        let best = try work.link("often/best")
        #expect(try work.link("seldom/best") == best)
        #expect(try work.bytes("seldom/best") == work.bytes("often/best"))
        #expect(
            try work.names(in: "seldom/checkpoints").map { "checkpoints/\($0)" }
                == ["checkpoints/step-00000000.h5", best, "checkpoints/step-00000080.h5"])
    }

    @Test func bestDoesNotDependOnStops() throws {
        try trainUnsteadily("whole")
        for stop in 1..<80 {
            try trainUnsteadily("parts", "--max-steps", "\(stop)", "--force")
            try trainUnsteadily("parts", "--resume")
            #expect(try work.link("parts/best") == work.link("whole/best"), "stopped at \(stop)")
            #expect(try work.bytes("parts/best") == work.bytes("whole/best"), "stopped at \(stop)")
        }
    }

    @Test func peopleAreClassified() throws {
        let result = try work.json(
            "train", data("people.h5"), "--layers", "2", "--activation", "sigmoid", "--output-activation", "sigmoid",
            "--loss", "mse", "--batch-size", "1", "--learning-rate", "0.1", "--momentum", "0", "--weight-decay", "0",
            "--epochs", "1000", "--run", "run")
        #expect(try #require(result["trainLoss"] as? Double) < 0.01)

        try work.succeed("predict", "run", data("people.h5"), "-o", "people.csv")
        let rows = try work.text("people.csv").split(separator: "\n").map { $0.split(separator: ",") }
        #expect(rows[0].first == "row")
        let (emily, frank) = (rows[1], rows[2])
        #expect(emily[1] == "woman" && frank[1] == "man")
        #expect(try #require(Float(emily[2])) > 0.9)
        #expect(try #require(Float(frank[2])) < 0.1)

        try work.succeed("predict", "run", data("people.h5"), "-o", "people.h5")
        let file = try work.open("people.h5")
        #expect(try file.root.dataset("predictions").read(as: Int.self) == [1, 0])
        let outputs = try file.root.dataset("outputs")
        #expect(outputs.shape == [2, 1])
        #expect(try outputs.read(as: Float.self).map { "\($0)" } == [emily[2], frank[2]].map(String.init))
    }

    @Test func xorIsLearned() throws {
        let result = try work.json("train", data("xor.h5"), "--layers", "8", "--epochs", "500")
        #expect(result["trainAccuracy"] as? Double == 1)
        let evaluation = try work.json("evaluate", "runs/xor-1", data("xor.h5"))
        #expect(evaluation["samples"] as? Int == 4)
        #expect(evaluation["accuracy"] as? Double == 1)
    }

    /// The accuracy is at least 96% with each of the seeds 0 to 6.
    @Test(arguments: ["25,100,100,10", "4,6,6,4"])
    func moonsAreLearned(layers: String) throws {
        let result = try work.json(
            "train", data("moons.h5"), "--layers", layers, "--epochs", "100", "--batch-size", "32", "--loss",
            "binary-cross-entropy", "--optimizer", "adam", "--learning-rate", "0.003")
        #expect(try #require(result["testAccuracy"] as? Double) >= 0.95)
    }
}

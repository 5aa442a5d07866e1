import HDF5
import Runs
import Testing

/// `evaluate` and `predict`.
@Suite struct EvaluatePredictTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.succeed("train", data("digits.h5"), "--layers", "32", "--epochs", "5", "--run", "run", "--quiet")
    }

    @Test func evaluationIsThatOfTheLastEpoch() throws {
        let epoch = try #require(work.metrics("run").last { $0["event"] as? String == "epoch" })
        let evaluation = try work.json("evaluate", "run", data("digits.h5"))
        #expect(evaluation["split"] as? String == "/test/features")
        #expect(evaluation["samples"] as? Int == 360)
        #expect(evaluation["loss"] as? Double == epoch["testLoss"] as? Double)
        #expect(evaluation["accuracy"] as? Double == epoch["testAccuracy"] as? Double)

        let classes = try #require(evaluation["classes"] as? [[String: Any]])
        #expect(classes.map { $0["class"] as? String } == (0...9).map(String.init))
        #expect(classes.compactMap { $0["samples"] as? Int } == [36, 36, 35, 37, 36, 37, 36, 36, 35, 36])
        let correct = classes.compactMap { $0["correct"] as? Int }.reduce(0, +)
        #expect(try correctOf360(evaluation) == correct)
    }

    private func correctOf360(_ evaluation: [String: Any]) throws -> Int {
        Int((try #require(evaluation["accuracy"] as? Double) * 360).rounded())
    }

    @Test func labelsBesideNamedFeaturesAreFound() throws {
        for features in ["train/features", "/train/features"] {
            let found = try work.json("evaluate", "run", data("digits.h5"), "--features", features)
            #expect(found["split"] as? String == "/train/features" && found["samples"] as? Int == 1437)
        }
    }

    @Test func evaluationAsText() throws {
        let all = try work.succeed("evaluate", "run", data("digits.h5")).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(try all[0] == "run/\(work.link("run/latest"))")
        let lines = Array(all.dropFirst())
        let first = /\/test\/features: 360 samples, loss 0\.\d{4}, accuracy \d\d\.\d\d%, top-5 [ 1]?\d\d\.\d\d%/
        #expect(lines[0].wholeMatch(of: first) != nil, "\(lines[0])")
        #expect(lines[1].hasPrefix("macro averages: precision "))
        #expect(lines[2] == "")
        #expect(lines[3].wholeMatch(of: /class  samples  correct  precision +recall +F1/) != nil, "\(lines[3])")
        #expect(lines[4].hasPrefix("0           36       "))
        #expect(lines[14] == "")
        #expect(lines[15] == "confusion matrix: a row for each label, a column for each prediction")
        #expect(lines.count == 28)
    }

    @Test func namedFeaturesAreEvaluated() throws {
        let evaluation = try work.json(
            "evaluate", "run/checkpoints/step-00000030.h5", data("digits.h5"), "--features", "train/features",
            "--labels", "train/labels")
        #expect(evaluation["samples"] as? Int == 1437)
        #expect(evaluation["split"] as? String == "/train/features")
    }

    @Test func resultsDoNotDependOnWorkers() throws {
        let evaluations = try ["1", "2", "3"].map {
            try work.succeed("evaluate", "run", data("digits.h5"), "--json", "--workers", $0)
        }
        #expect(Set(evaluations).count == 1)
        for workers in ["1", "3"] {
            try work.succeed("predict", "run", data("digits.h5"), "-o", "\(workers).h5", "--workers", workers)
        }
        #expect(try work.bytes("1.h5") == work.bytes("3.h5"))
    }

    @Test func predictionsAgreeWithTheEvaluation() throws {
        let output = try work.succeed("predict", "run", data("digits.h5"), "-o", "out.h5")
        #expect(output == "out.h5: 360 predictions for /test/features\n")
        let file = try work.open("out.h5")
        let predictions = try file.root.dataset("predictions")
        #expect(try predictions.readStrings("classes") == (0...9).map(String.init))
        let labels = try File.open(data("digits.h5")).root.dataset("test/labels").read(as: Int.self)
        let classes = try predictions.read(as: Int.self)
        let correct = zip(labels, classes).count { $0 == $1 }
        let evaluation = try work.json("evaluate", "run", data("digits.h5"))
        #expect(try correctOf360(evaluation) == correct)
        var matrix = Array(repeating: Array(repeating: 0, count: 10), count: 10)
        for (label, prediction) in zip(labels, classes) { matrix[label][prediction] += 1 }
        #expect(evaluation["confusionMatrix"] as? [[Int]] == matrix)

        let outputs = try file.root.dataset("outputs")
        #expect(outputs.shape == [360, 10])
        let values = try outputs.read(as: Float.self)
        let amongFive = (0..<360).count { row in
            let probabilities = values[row * 10..<row * 10 + 10]
            return probabilities.sorted(by: >)[4] <= values[row * 10 + labels[row]]
        }
        #expect(try abs(#require(evaluation["topAccuracy"] as? Double) - Double(amongFive) / 360) < 1e-12)
        for row in 0..<360 {
            let probabilities = values[row * 10..<row * 10 + 10]
            #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5)
            #expect(probabilities.firstIndex(of: probabilities.max() ?? 0) == row * 10 + classes[row])
        }
    }

    @Test func csvSaysTheSame() throws {
        for name in ["out.h5", "out.csv"] { try work.succeed("predict", "run", data("digits.h5"), "-o", name) }
        let lines = try work.text("out.csv").split(separator: "\n")
        #expect(lines[0] == "row,prediction,0,1,2,3,4,5,6,7,8,9")
        #expect(lines.count == 361)
        let file = try work.open("out.h5")
        let classes = try file.root.dataset("predictions").read(as: Int.self)
        let outputs = try file.root.dataset("outputs").read(as: Float.self)
        for row in [0, 359] {
            let values = outputs[row * 10..<row * 10 + 10].map { "\($0)" }.joined(separator: ",")
            #expect(lines[row + 1] == "\(row),\(classes[row]),\(values)")
        }
    }

    @Test func predictionNeedsNoLabels() throws {
        try work.makeFile("unlabelled.h5") {
            try $0.put("X", Array(repeating: UInt8(3), count: 2 * 64), shape: [2, 8, 8])
        }
        let result = try work.lockstep("predict", "run", "unlabelled.h5", "-o", "out.csv")
        #expect(result.status == 0 && result.output == "out.csv: 2 predictions for /X\n")
        #expect(
            result.errors
                == "note: unlabelled.h5: /X says nothing of a scale; it is read with the network's, 0.0625\n")
        #expect(try work.text("out.csv").split(separator: "\n").count == 3)
    }

    @Test func otherEndingsAreRefused() throws {
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "-o", "out.txt"], 64,
            "--output must end in .h5 or .csv, or be - for standard output (got out.txt)\n  see lockstep predict --help"
        )
    }

    @Test func otherSamplesAreRefused() throws {
        let message = "\(data("moons.h5")): /test/features has samples of 2, the network takes 8×8"
        try work.expectRefusal(["evaluate", "run", data("moons.h5")], 65, message)
        try work.expectRefusal(["predict", "run", data("moons.h5"), "-o", "out.h5"], 65, message)
    }

    @Test func labelsThatTheNetworkDoesNotKnowAreRefused() throws {
        try work.makeFile("labels.h5") {
            try $0.put("X", Array(repeating: UInt8(3), count: 2 * 64), shape: [2, 64]).writeScalar("scale", 0.0625)
            try $0.put("y", [9, 10])
        }
        try work.expectRefusal(
            ["evaluate", "run", "labels.h5"], 65,
            "labels.h5: /y row 1 is 10, which is no class of the network; it knows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
    }

    @Test func otherFilesThanCheckpointsAreRejected() throws {
        try work.write("hello", to: "hello.h5")
        try work.copy("run/latest", to: "damaged.h5")
        try work.damage("damaged.h5")
        for (model, status, message) in [
            (data("moons.h5"), Int32(65), "not a checkpoint of lockstep"),
            ("hello.h5", 65, "not a checkpoint of lockstep"),
            ("nowhere", 66, "no such file"), ("run/checkpoints", 66, "holds no run"),
            ("damaged.h5", 65, "damaged: its bytes are not those that were saved"),
        ] {
            try work.expectRefusal(["evaluate", model, data("digits.h5")], status, "\(model): \(message)")
            try work.expectRefusal(
                ["predict", model, data("digits.h5"), "-o", "o.csv"], status, "\(model): \(message)")
        }
    }

    @Test func predictionsThatCannotBeWritten() throws {
        try work.write("", to: "file")
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "-o", "file/out.csv"], 73,
            "file/out.csv: cannot be created: Not a directory")
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "-o", "nowhere/out.csv"], 73,
            "nowhere/out.csv: cannot be created: No such file or directory")
    }
    @Test(arguments: ["out.csv", "out.h5"])
    func directoryInPlaceOfTheOutput(name: String) throws {
        try work.makeDirectory(name)
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "-o", name, "--force"], 73,
            "\(name): cannot be written: Is a directory")
    }

    @Test func anotherFileIsReplacedOnlyWhenAsked() throws {
        try work.write("mine", to: "out.csv")
        try work.expectRefusal(
            ["predict", "run", data("digits.h5"), "-o", "out.csv"], 73,
            "out.csv exists already\n  replace it (--force), or choose another --output")
        try work.succeed("predict", "run", data("digits.h5"), "-o", "out.csv", "--force")
        #expect(try work.text("out.csv").hasPrefix("row,prediction,"))
    }

    /// The dataset names in a run's configuration also apply to other files that have them.
    @Test func dataIsFoundByTheNamesInTheRunsConfiguration() throws {
        try work.makeFile("data.h5") { root in
            for (name, count) in [("a", 40), ("b", 30)] {
                try root.put("\(name)/in", (0..<count).flatMap { [Float($0 % 2), 1] }, shape: [count, 2])
                try root.put("\(name)/out", (0..<count).map { Int32($0 % 2) })
            }
        }
        let names = ["--features", "a/in", "--labels", "a/out", "--test-features", "b/in", "--test-labels", "b/out"]
        #expect(try work.run(["train", "data.h5", "--run", "told", "--epochs", "1", "--quiet"] + names).status == 0)
        let evaluation = try work.json("evaluate", "told", "data.h5")
        #expect(evaluation["split"] as? String == "/b/in" && evaluation["samples"] as? Int == 30)
        #expect(
            try work.succeed("predict", "told", "data.h5", "-o", "out.csv") == "out.csv: 30 predictions for /b/in\n")
        // A checkpoint alone has no dataset names.
        #expect(try work.lockstep("evaluate", "told/latest", "data.h5").status == 65)
    }
}

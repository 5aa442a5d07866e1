import Foundation
import HDF5
import Testing

/// Networks in words through the command.
@Suite struct NetworkWordsTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private static let words = "64, residual [32, 64], dropout 0.5"
    /// How files have it.
    private static let list = "layers: [64, 'residual [32, 64]', dropout 0.5]\n"

    private func train(_ run: String, _ layers: String = words, _ more: String...) throws {
        let arguments = ["train", data("digits.h5"), "--layers", layers, "--run", run, "--quiet"]
        let epochs = more.contains("--epochs") ? [] : ["--epochs", "2"]
        let result = try work.run(arguments + epochs + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    // MARK: Where a network is said

    @Test(arguments: [
        "layers: [64, \"residual [32, 64]\", dropout 0.5]",
        "layers: 64, residual [32, 64], dropout 0.5",
        "layers:\n  - dense 64 bias=yes\n  - residual [dense 32, 64] project=auto\n  - dropout 0.50",
    ])
    func aFileGivesTheSameBytes(layers: String) throws {
        try train("flag")
        try work.write("data: \(data("digits.h5"))\nepochs: 2\n\(layers)\n", to: "run.yaml")
        try work.succeed("train", "--config", "run.yaml", "--run", "file")
        #expect(try work.bytes("file/latest") == work.bytes("flag/latest"))
        #expect(try work.text("file/config.yaml").contains(Self.list))
    }

    @Test func setGivesTheSameBytes() throws {
        try train("flag")
        try work.succeed(
            "train", data("digits.h5"), "--set", "layers=\(Self.words)", "--epochs", "2", "--run", "set")
        #expect(try work.bytes("set/latest") == work.bytes("flag/latest"))
        #expect(try work.text("set/config.yaml") == work.text("flag/config.yaml"))
    }

    /// What `train` stores begins the same run again.
    @Test func theStoredSettingsGiveTheSameBytes() throws {
        try train("one")
        try work.succeed("train", "--config", "one/config.yaml", "--run", "two")
        #expect(try work.bytes("two/latest") == work.bytes("one/latest"))
    }

    /// A checkpoint says every option, so that another version's defaults change nothing; people read the short text.
    @Test func theCheckpointHasTheFullTextAndEverythingElseTheShortOne() throws {
        try train("run")
        #expect(try work.text("run/config.yaml") == "data: \(data("digits.h5"))\n\(Self.list)epochs: 2\n")
        #expect(
            try work.resolved("run")["layers"] == """
                [dense 64 bias=yes norm=none trainable=yes rate=1, 'residual [dense 32 bias=yes norm=none trainable=yes rate=1, \
                dense 64 bias=yes norm=none trainable=yes rate=1] project=auto trainable=yes rate=1', \
                dropout 0.5 trainable=yes rate=1]
                """)
        let inspection = try work.succeed("inspect", "run").split(separator: "\n").map(String.init)
        #expect(
            inspection[1] == """
                network  64 → 64, residual [32, 64], dropout 0.5 → 10, relu, softmax, cross-entropy; 9,002 parameters
                """)
    }

    // MARK: Training

    /// A stop in the middle of the second epoch, and one after it; the same network in other words; then without any.
    @Test func aResumedRunEndsWithTheSameBytes() throws {
        try train("whole", Self.words, "--epochs", "3")
        try train("parts", Self.words, "--max-steps", "8", "--workers", "1")
        try train("parts", "dense 64, residual [dense 32, dense 64 rate=1], dropout 0.50", "--resume")
        try work.succeed("resume", "parts", "--epochs", "3", "--workers", "3")
        #expect(try work.link("parts/latest") == "checkpoints/step-00000018.h5")
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
    }

    @Test func anotherNetworkIsRefusedOnResume() throws {
        try train("run", Self.words, "--max-steps", "3")
        try work.expectRefusal(
            [
                "train", data("digits.h5"), "--run", "run", "--resume", "--layers",
                "64, residual [32, dense 64 bias=no], dropout 0.5",
            ], 64,
            """
            run: began with layers 64, residual [32, 64], dropout 0.5, which cannot change on resume (got 64, residual \
            [32, dense 64 bias=no], dropout 0.5)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }

    /// Evaluation and prediction have only the checkpoint, and no dropout.
    @Test func aCheckpointIsEvaluatedAndPredictsByItself() throws {
        try train("run")
        try work.copy("run/latest", to: "alone.h5")
        let evaluation = try work.json("evaluate", "alone.h5", data("digits.h5"))
        let trained = try #require(work.metrics("run").last { $0["event"] as? String == "epoch" })
        #expect(try #require(evaluation["loss"] as? Double) == trained["testLoss"] as? Double)
        #expect(try #require(evaluation["accuracy"] as? Double) == trained["testAccuracy"] as? Double)

        try work.succeed("predict", "alone.h5", data("digits.h5"), "-o", "out.h5")
        let predictions = try work.open("out.h5").root.dataset("predictions").read(as: Int.self)
        let labels = try File.open(data("digits.h5")).root.dataset("test/labels").read(as: Int.self)
        let correct = zip(predictions, labels).count { $0 == $1 }
        #expect(predictions.count == labels.count)
        #expect(Double(correct) / Double(labels.count) == evaluation["accuracy"] as? Double)
    }

    @Test func checkpointsNameTheLayers() throws {
        try train("run", "16, residual [8, 12 name=second trainable=no], residual [12] name=block project=yes")
        let root = try work.open("run/latest").root
        let shapes = [
            "dense1/weight": [16, 64], "dense1/bias": [16], "dense2/weight": [8, 16], "dense2/bias": [8],
            "second/weight": [12, 8], "second/bias": [12], "residual1/project/weight": [12, 16],
            "dense4/weight": [12, 12], "dense4/bias": [12], "block/project/weight": [12, 12],
            "output/weight": [10, 12], "output/bias": [10],
        ]
        for (name, shape) in shapes {
            #expect(try root.dataset("parameters/\(name)").shape == shape, "\(name)")
            #expect(try root.dataset("optimizer/velocity/\(name)").shape == shape, "\(name)")
        }
        #expect(throws: (any Error).self) { try root.dataset("parameters/residual1/project/bias") }
        #expect(throws: (any Error).self) { try root.dataset("parameters/dense3/weight") }
    }

    /// A frozen layer keeps its initial weights; so its velocity is 0.
    @Test func frozenLayersKeepTheirInitialWeights() throws {
        try train("run", "16 trainable=no, 8", "--max-steps", "0")
        try train("trained", "16 trainable=no, 8")
        func numbers(_ run: String, _ name: String) throws -> [Float] {
            try work.open("\(run)/latest").root.dataset(name).read(as: Float.self)
        }
        for (layer, isFrozen) in [("dense1", true), ("dense2", false), ("output", false)] {
            let name = "parameters/\(layer)/weight"
            #expect(try (numbers("trained", name) == numbers("run", name)) == isFrozen, "\(layer)")
            let velocity = try numbers("trained", "optimizer/velocity/\(layer)/weight")
            #expect(velocity.allSatisfy { $0 == 0 } == isFrozen, "\(layer)")
        }
    }

    /// The first layer of one network goes on as it is in another.
    @Test func frozenLayersKeepTheWeightsThatTheyAreGiven() throws {
        try train("first", "16, 8")
        try train("second", "16 trainable=no, 8", "--initial-weights", "first")
        let (first, second) = try (work.open("first/latest").root, work.open("second/latest").root)
        for (name, isFrozen) in [("dense1/weight", true), ("dense1/bias", true), ("dense2/weight", false)] {
            let (given, kept) = try (first.dataset("parameters/\(name)"), second.dataset("parameters/\(name)"))
            #expect(try (given.read(as: Float.self) == kept.read(as: Float.self)) == isFrozen, "\(name)")
        }
    }

    @Test func noneIsANetworkWithoutHiddenLayers() throws {
        try train("run", "none")
        #expect(try work.text("run/config.yaml").contains("layers: []\n"))
        #expect(try work.succeed("inspect", "run").contains("network  64-10, softmax, cross-entropy; 650 parameters\n"))
        try train("parts", "none", "--epochs", "1")
        try work.succeed("resume", "parts", "--epochs", "2")
        #expect(try work.bytes("parts/latest") == work.bytes("run/latest"))
    }
}

import Foundation
import HDF5
import RunSettings
import Testing

/// Losses and their options on the command line.
@Suite struct LossTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Standardised targets, and the default network.
    @Test func regressionWorksWithTheDefaults() throws {
        var (features, targets): ([Float], [Float]) = ([], [])
        for row in 0..<200 {
            let (x, y) = (Float(row % 20) / 5.8 - 1.65, Float(row / 20) / 2.9 - 1.57)
            features += [x, y]
            targets.append(x * y)
        }
        try work.makeFile("data.h5") { root in
            try root.put("X", features, shape: [200, 2])
            try root.put("y", targets)
        }
        try work.succeed("train", "data.h5", "--epochs", "100", "--batch-size", "32", "--run", "run", "--quiet")
        #expect(try work.resolved("run")["learningRate"] == "0.01")
        #expect(try #require(work.json("evaluate", "run", "data.h5")["rSquared"] as? Double) > 0.95)
        try work.succeed("predict", "run", "data.h5", "-o", "out.csv")
        #expect(try work.text("out.csv").hasPrefix("row,output1\n"))
    }

    @Test func manyClassesForFewSamplesGiveAWarning() throws {
        try work.makeFile("ages.h5") { root in
            try root.put("X", (0..<30).map { Float($0) / 30 }, shape: [30, 1])
            try root.put("y", (0..<30).map { Int32($0 % 16) })
        }
        let warning = """
            warning: the labels are whole numbers, taken for 16 classes, with 30 samples to learn from
              if they are measurements: --task regression

            """
        #expect(try work.lockstep("train", "ages.h5", "--epochs", "1").errors.contains(warning))
        #expect(try !work.lockstep("train", "ages.h5", "--epochs", "1", "--loss", "mse").errors.contains("warning"))
        #expect(try !work.lockstep("train", data("digits.h5"), "--epochs", "1").errors.contains("warning"))
    }

    @Test(arguments: ["softmax", "log-softmax"])
    func softmaxOfOneOutputIsRefused(activation: String) throws {
        try work.expectRefusal(
            ["train", data("moons.h5"), "--loss", "mse", "--output-activation", activation], 64,
            "--output-activation \(activation) needs two outputs or more: of one it is always the same; use sigmoid")
    }

    /// Trains on the four samples of a function of two bits, with a batch size of 1.
    private func perceptron(_ values: [Int]) throws -> Double? {
        let rows = [(0, 0), (0, 1), (1, 0), (1, 1)]
        let lines = zip(rows, values).map { "\($0.0),\($0.1),\($1)" }
        try work.write((["a,b,y"] + lines).joined(separator: "\n") + "\n", to: "bits.csv")
        try work.succeed("import", "csv", "--train", "bits.csv", "--label", "y", "-o", "bits.h5", "--force")
        try work.succeed(
            "train", "bits.h5", "--layers", "none", "--loss", "perceptron", "--initializer", "zeros", "--batch-size",
            "1",
            "--learning-rate", "1", "--momentum", "0", "--weight-decay", "0", "--epochs", "30", "--run", "run",
            "--force",
            "--quiet")
        return try work.json("evaluate", "run", "bits.h5")["accuracy"] as? Double
    }

    /// Starting from 0, the perceptron rule learns linearly separable functions and no others (Minsky and Papert 1969).
    @Test func onePerceptronLearnsANDAndORButNotXOR() throws {
        #expect(try perceptron([0, 0, 0, 1]) == 1)
        #expect(try perceptron([0, 1, 1, 1]) == 1)
        #expect(try perceptron([1, 1, 1, 0]) == 1)
        #expect(try #require(try perceptron([0, 1, 1, 0])) < 1)
    }

    @Test(arguments: ["mse", "sse", "mae", "huber", "hinge", "kl-divergence", "cross-entropy"])
    func digitsAreLearnedWithAnyLossOfClasses(loss: String) throws {
        // Learning rates for the slopes of the losses; |y − t| needs outputs between 0 and 1.
        let rate = ["sse": "0.01", "mae": "1", "huber": "1"][loss] ?? "0.1"
        let output = loss == "mae" ? "softmax" : "auto"
        let result = try work.json(
            "train", data("digits.h5"), "--layers", "64", "--loss", loss, "--learning-rate", rate, "--epochs", "60",
            "--output-activation", output)
        #expect(try #require(result["testAccuracy"] as? Double) > 0.9)
    }

    /// The loss is ln 100 if all outputs are equal, since balanced weights N / (classes present · count) add up to N.
    @Test func balancedWeightsIgnoreClassesWithoutSamples() throws {
        try work.makeFile("data.h5") { root in
            try root.put("X", Array(repeating: Float(0.5), count: 300 * 5), shape: [300, 5])
            let ids: [Int32] = (0..<300).map { [0, 0, 0, 0, 1, 99][$0 % 6] }
            try root.put("y", ids).writeStrings("classes", (0..<100).map { "c\($0)" })
        }
        let result = try work.json(
            "train", "data.h5", "--layers", "none", "--initializer", "zeros", "--epochs", "1", "--batch-size", "300",
            "--weight-decay", "0", "--class-weights", "balanced", "--quiet", "--run", "run")
        let loss = try #require(result["trainLoss"] as? Double)
        #expect(abs(loss - 4.6051702) < 1e-5)
    }

    /// A checkpoint stores the values of balanced weights, and a resumed run uses the same ones.
    @Test func balancedWeightsAreThoseOfTheTrainingLabels() throws {
        try work.write("x,y\n1,a\n2,a\n3,a\n4,b\n", to: "train.csv")
        try work.succeed("import", "csv", "--train", "train.csv", "--label", "y", "-o", "data.h5")
        try work.succeed("train", "data.h5", "--class-weights", "balanced", "--max-steps", "1", "--run", "run")
        #expect(try work.resolved("run")["classWeights"] == "0.6666666666666666,2.0")
        try work.succeed("resume", "run", "--epochs", "20")
    }

    @Test(arguments: [
        (
            ["--loss", "mse", "--label-smoothing", "0.1"],
            "--label-smoothing goes with --loss cross-entropy or binary-cross-entropy or kl-divergence (got mse)"
        ),
        (
            ["--loss", "hinge", "--class-weights", "balanced"],
            "--class-weights goes with --loss cross-entropy or binary-cross-entropy or kl-divergence (got hinge)"
        ),
        (["--huber-delta", "2"], "--huber-delta goes with --loss huber (got cross-entropy)"),
        (["--class-weights", "1,2"], "--class-weights must be 10 numbers, one a class (got 2)"),
        (
            ["--class-weights", "1,-2"],
            "--class-weights must be equal, balanced, or numbers of at least 0 separated by commas, such as 1,2.5,1 "
                + "(got 1,-2)"
        ),
        (["--label-smoothing", "1"], "--label-smoothing must be at least 0 and below 1 (got 1)"),
        (["--huber-delta", "0"], "--huber-delta must be above 0 (got 0)"),
        (
            ["--loss", "perceptron"],
            "--loss perceptron needs two classes, the labels have 10; use --loss cross-entropy"
        ),
        (
            ["--loss", "perceptron", "--output-activation", "tanh"],
            "--loss perceptron needs two classes, the labels have 10; use --loss cross-entropy"
        ),
    ])
    func settingsThatDoNotFitTheLossAreRejected(arguments: [String], message: String) throws {
        try work.expectRefusal(["train", data("digits.h5")] + arguments, 64, message)
    }

    /// The threshold of a single hinge output is 0, for predictions and for the accuracy.
    @Test func predictionsOfHingeAgreeWithItsAccuracy() throws {
        try work.succeed("train", data("moons.h5"), "--layers", "8", "--loss", "hinge", "--epochs", "3", "--run", "run")
        let accuracy = try #require(try work.json("evaluate", "run", data("moons.h5"))["accuracy"] as? Double)
        try work.succeed("predict", "run", data("moons.h5"), "-o", "out.h5")
        let predicted = try work.open("out.h5").root.dataset("predictions").read(as: Int.self)
        let labels = try File.open(data("moons.h5")).root.dataset("test/labels").read(as: Int.self)
        let correct = zip(predicted, labels).count { $0 == $1 }
        #expect(abs(accuracy - Double(correct) / Double(labels.count)) < 1e-12)
        #expect(predicted.contains(0) && predicted.contains(1))
    }

    @Test(arguments: [
        (["--activation", "step"], true), (["--layers", "64 activation=step"], true),
        (["--layers", "64, activation sign"], true),
        (["--activation", "step", "--layers", "64 activation=relu"], false),
    ])
    func flatActivationsGiveAWarning(options: [String], isFlat: Bool) throws {
        let result = try work.run(["train", data("digits.h5"), "--max-steps", "1", "--run", "run"] + options)
        let warning = "warning: step and sign are flat: their slope is 0, and no layer before them learns\n"
        #expect(result.errors.contains(warning) == isFlat)
    }

    @Test func equalWeightsOfTheOutputLayerAloneGiveNone() throws {
        let result = try work.run([
            "train", data("digits.h5"), "--layers", "dropout 0.2", "--initializer", "zeros", "--max-steps", "1",
            "--run",
            "run",
        ])
        #expect(!result.errors.contains("begin alike"))
    }

    @Test(arguments: ["zeros", "constant:0.5"])
    func equalWeightsGiveAWarning(initializer: String) throws {
        let result = try work.run([
            "train", data("digits.h5"), "--layers", "8", "--initializer", initializer, "--max-steps", "1", "--run",
            "run",
        ])
        #expect(
            result.errors.contains(
                """
                warning: with --initializer \(initializer) all neurons of a layer begin alike, get the same gradient, and \
                stay alike
                  a hidden layer then learns no more than one neuron; any random initializer will do

                """))
    }
}

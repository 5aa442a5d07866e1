import Foundation
import HDF5
import Runs
import Testing

/// The output of `evaluate` for a network whose parameters and outputs are all 0, with metrics computed by hand.
@Suite struct EvaluationMetricsTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Creates a network for some labels.
    private func network<T: HDF5Scalar>(
        for labels: [T], width: Int = 1, classes: [String]? = nil, _ options: String...
    ) throws {
        let rows = labels.count / width
        try work.makeFile("data.h5") { root in
            try root.put("X", Array(repeating: Float(0.5), count: rows * 2), shape: [rows, 2])
            let dataset = try root.put("y", labels, shape: width == 1 ? nil : [rows, width])
            if let classes { try dataset.writeStrings("classes", classes) }
        }
        let arguments =
            ["train", "data.h5", "--run", "run", "--initializer", "zeros", "--max-steps", "0"] + options
        try #require(try work.run(arguments).status == 0)
    }

    /// All outputs are equal: the plain loss is ln 2, and class weights of 1 and 3 double it for classes of equal size.
    @Test func thePlainLossAndTheTrainingLossArePrinted() throws {
        try network(for: [0, 0, 1, 1], "--class-weights", "1,3")
        let evaluation = try work.json("evaluate", "run", "data.h5")
        #expect(try abs(#require(evaluation["loss"] as? Double) - 0.6931472) < 1e-6)
        #expect(try abs(#require(evaluation["trainingLoss"] as? Double) - 2 * 0.6931472) < 1e-6)
        let text = try work.succeed("evaluate", "run", "data.h5")
        #expect(
            text.contains(
                "4 samples, loss 0.6931 (with the class weights and label smoothing of training 1.3863), accuracy 50.00%"
            ),
            "\(text)")
    }

    /// Every output is 0.5, which predicts 1: of 3 × 2 labels 4 are correct, and 1 of 3 samples in both labels.
    @Test func severalLabelsHaveAnExactMatch() throws {
        try network(for: [1, 1, 1, 0, 1, 0] as [Float], width: 2, "--loss", "binary-cross-entropy")
        let evaluation = try work.json("evaluate", "run", "data.h5")
        #expect(evaluation["accuracy"] as? Double == 4.0 / 6 && evaluation["exactMatch"] as? Double == 1.0 / 3)
        let text = try work.succeed("evaluate", "run", "data.h5")
        #expect(text.contains("accuracy 66.67% of the answers, exact match 33.33% of the samples\n"), "\(text)")
    }

    /// The first class is predicted for every sample.
    @Test func classesOfSamples() throws {
        try network(for: [0, 0, 0, 1, 2, 2, 3, 4, 5, 5], classes: ["ant", "bee", "cat", "dog", "eel", "fox"])
        #expect(
            try work.succeed("evaluate", "run", "data.h5") == """
                run/checkpoints/step-00000000.h5
                /X: 10 samples, loss 1.7918, accuracy 30.00%, top-5 80.00%
                macro averages: precision 5.00%, recall 16.67%, F1 7.69%

                class  samples  correct  precision   recall      F1
                ant          3        3     30.00%  100.00%  46.15%
                bee          1        0          -    0.00%   0.00%
                cat          2        0          -    0.00%   0.00%
                dog          1        0          -    0.00%   0.00%
                eel          1        0          -    0.00%   0.00%
                fox          2        0          -    0.00%   0.00%

                confusion matrix: a row for each label, a column for each prediction
                label  ant  bee  cat  dog  eel  fox
                ant      3    0    0    0    0    0
                bee      1    0    0    0    0    0
                cat      2    0    0    0    0    0
                dog      1    0    0    0    0    0
                eel      1    0    0    0    0    0
                fox      2    0    0    0    0    0

                """)
        let evaluation = try work.json("evaluate", "run", "data.h5", "--top", "2")
        #expect(evaluation["top"] as? Int == 2 && evaluation["topAccuracy"] as? Double == 0.4)
        let averages = try #require(evaluation["macroAverages"] as? [String: Double])
        for (key, value) in [("precision", 0.3 / 6), ("recall", 1.0 / 6), ("f1", 6.0 / 13 / 6)] {
            #expect(try abs(#require(averages[key]) - value) < 1e-12)
        }
        let classes = try #require(evaluation["classes"] as? [[String: Any]])
        for (key, value) in [("precision", 0.3), ("recall", 1), ("f1", 6.0 / 13)] {
            #expect(try abs(#require(classes[0][key] as? Double) - value) < 1e-12)
        }
        #expect(classes[1]["precision"] is NSNull && classes[1]["f1"] as? Double == 0)
        #expect((evaluation["confusionMatrix"] as? [[Int]])?.map { $0[0] } == [3, 1, 2, 1, 1, 2])
    }

    @Test func topAccuracyNeedsMoreThanKClasses() throws {
        try network(for: [0, 1, 2, 3, 4])
        #expect(try !work.succeed("evaluate", "run", "data.h5").contains("top-"))
        #expect(try !work.succeed("evaluate", "run", "data.h5", "--top", "5").contains("top-"))
        #expect(try work.succeed("evaluate", "run", "data.h5", "--top", "4").contains(", top-4 80.00%\n"))
    }

    @Test func largeConfusionMatricesAreInTheJSONOnly() throws {
        for count in [20, 21] {
            try network(for: Array(0..<count), "--task", "classification", "--force")
            #expect(try work.succeed("evaluate", "run", "data.h5").contains("confusion matrix") == (count == 20))
            let evaluation = try work.json("evaluate", "run", "data.h5")
            #expect((evaluation["confusionMatrix"] as? [[Int]])?.count == count)
        }
    }

    /// An output of 0.5 predicts 1 for every label of every sample.
    @Test func severalLabelsASample() throws {
        try network(for: [1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0] as [Float], width: 3)
        #expect(
            try work.succeed("evaluate", "run", "data.h5") == """
                run/checkpoints/step-00000000.h5
                /X: 4 samples, loss 0.6931, accuracy 50.00% of the answers, exact match 0.00% of the samples
                macro averages: precision 50.00%, recall 66.67%, F1 57.14%

                output   samples  correct  precision   recall      F1
                output1        3        3     75.00%  100.00%  85.71%
                output2        3        3     75.00%  100.00%  85.71%
                output3        0        0      0.00%        -   0.00%

                """)
        let evaluation = try work.json("evaluate", "run", "data.h5")
        let outputs = try #require(evaluation["outputs"] as? [[String: Any]])
        #expect(outputs.map { $0["output"] as? String } == ["output1", "output2", "output3"])
        #expect(outputs[0]["precision"] as? Double == 0.75 && outputs[2]["recall"] is NSNull)
        #expect(evaluation["confusionMatrix"] == nil && evaluation["classes"] == nil)
    }

    @Test func namedLabelsAreShownByName() throws {
        try network(for: [1, 0, 0, 1, 1, 0] as [Float], width: 3, classes: ["red", "round", "ripe"])
        #expect(try work.succeed("evaluate", "run", "data.h5").contains("\nround  "))
        try work.succeed("predict", "run", "data.h5", "-o", "out.csv")
        #expect(try work.text("out.csv").hasPrefix("row,red,round,ripe\n"))
    }

    @Test func regression() throws {
        try network(for: [1, 2, 3, 6] as [Float], "--task", "regression")
        #expect(
            try work.succeed("evaluate", "run", "data.h5")
                == "run/checkpoints/step-00000000.h5\n/X: 4 samples, loss 12.5000, MAE 3.0000, R² -2.5714\n")
        let evaluation = try work.json("evaluate", "run", "data.h5")
        #expect(evaluation["meanAbsoluteError"] as? Double == 3)
        #expect(try abs(#require(evaluation["rSquared"] as? Double) - (1 - 50.0 / 14)) < 1e-12)
        #expect(evaluation["errors"] == nil && evaluation["classes"] == nil)
    }

    @Test func regressionWithAConstantTarget() throws {
        try network(for: [1, 2, 3, 2, 5, 2] as [Float], width: 2)
        #expect(
            try work.succeed("evaluate", "run", "data.h5")
                == "run/checkpoints/step-00000000.h5\n/X: 3 samples, loss 7.8333, MAE 2.5000, R² -\n")
        let evaluation = try work.json("evaluate", "run", "data.h5")
        #expect(evaluation["rSquared"] is NSNull)
        let errors = try #require(evaluation["errors"] as? [[String: Any]])
        #expect(errors.map { $0["meanAbsoluteError"] as? Double } == [3, 2])
        #expect(errors[0]["rSquared"] as? Double == 1 - 35.0 / 8 && errors[1]["rSquared"] is NSNull)
    }

    /// Targets of 0 and 1 with squared error have metrics of regression and of classification.
    @Test func binaryLabelsWithSquaredError() throws {
        try work.succeed(
            "train", data("xor.h5"), "--loss", "mse", "--run", "run", "--initializer", "zeros", "--max-steps", "0")
        #expect(
            try work.succeed("evaluate", "run", data("xor.h5")) == """
                run/checkpoints/step-00000000.h5
                /train/features: 4 samples, loss 0.5000, accuracy 50.00%, MAE 0.5000, R² -1.0000
                macro averages: precision 25.00%, recall 50.00%, F1 33.33%

                class  samples  correct  precision   recall      F1
                false        2        2     50.00%  100.00%  66.67%
                true         2        0          -    0.00%   0.00%

                confusion matrix: a row for each label, a column for each prediction
                label  false  true
                false      2     0
                true       2     0

                """)
    }

    @Test(arguments: [
        ("0", "at least 1"), ("x", "a whole number"), ("2.5", "a whole number"), ("11", "at most 10"),
    ])
    func invalidTopOptions(value: String, valid: String) throws {
        try work.succeed("train", data("digits.h5"), "--max-steps", "0", "--run", "run")
        try work.expectRefusal(
            ["evaluate", "run", data("digits.h5"), "--top", value], 64, "--top must be \(valid) (got \(value))")
    }

    @Test(arguments: ["binary-cross-entropy", "mse"])
    func topOfOneOutput(loss: String) throws {
        try work.succeed("train", data("moons.h5"), "--loss", loss, "--max-steps", "0", "--run", "run")
        try work.expectRefusal(
            ["evaluate", "run", data("moons.h5"), "--top", "1"], 64,
            "--top goes with a network that has an output for each class")
    }
}

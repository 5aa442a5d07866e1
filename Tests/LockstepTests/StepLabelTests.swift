import Foundation
import HDF5
import Testing

/// Labels one a step: training, evaluation and predictions of each step, and what is refused.
@Suite struct StepLabelTests {
    private let work: Workplace
    /// Of six sequences of up to four steps.
    private static let lengths = [4, 2, 0, 3, 4, 1]

    init() throws { work = try Workplace() }

    /// The first channel of a step decides its label: whether the sum up to it is positive.
    private static let sequences: [[(values: [Float], label: Int)]] = lengths.enumerated().map { row, length in
        var sum: Float = 0
        return (0..<length).map { step in
            let value = Float((row * 7 + step * 5) % 9) - 4
            sum += value
            return ([value, Float(step)], sum > 0 ? 1 : 0)
        }
    }

    /// Values one after another, with offsets.
    private func makeFlat(_ name: String = "data.h5", lengths: [Int] = lengths) throws {
        let steps = zip(Self.sequences, lengths).flatMap { $0.prefix($1) }
        try work.makeFile(name) { root in
            try root.put("train/values", steps.flatMap(\.values), shape: [steps.count, 2])
            try root.put("train/offsets", lengths.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) })
            try root.put("train/labels", steps.map(\.label))
        }
    }

    /// Samples [6, 4, 2] with lengths, and labels [6, 4] with others in the padding.
    private func makePadded<T: HDF5Scalar & BinaryInteger>(padding: T) throws {
        var (values, labels) = ([Float](repeating: .nan, count: 48), [T](repeating: padding, count: 24))
        for (row, steps) in Self.sequences.enumerated() {
            for (index, step) in steps.enumerated() {
                (values[row * 8 + index * 2], values[row * 8 + index * 2 + 1]) = (step.values[0], step.values[1])
                labels[row * 4 + index] = T(step.label)
            }
        }
        try work.makeFile("data.h5") { root in
            try root.put("train/features", values, shape: [6, 4, 2])
            try root.put("train/lengths", Self.lengths)
            try root.put("train/labels", labels, shape: [6, 4])
        }
    }

    /// Two sequences, with a label each.
    private func makeLabelled(_ name: String) throws {
        try work.makeFile(name) { root in
            try root.put("train/values", [1, 2, 3, 4, 5, 6], shape: [3, 2])
            try root.put("train/offsets", [0, 2, 3])
            try root.put("train/labels", [0, 1])
        }
    }

    @discardableResult private func train(_ more: String..., layers: String = "lstm 5, 4") throws -> String {
        let result = try work.run(
            [
                "train", "data.h5", "--layers", layers, "--epochs", "3", "--batch-size", "4", "--force", "--run", "run",
                "--activation", "tanh",
            ] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.errors
    }

    @Test func formsOfTheSameLabelsHaveOneDigest() throws {
        try makeFlat()
        #expect(try train().contains("labels   one a step, 2 classes: 0, 1"))
        let digest = try work.succeed("digest", "run")
        try makePadded(padding: Int32(-1))
        try train()
        #expect(try work.succeed("digest", "run") == digest)
        try makePadded(padding: Int8(77))
        try train()
        #expect(try work.succeed("digest", "run") == digest)
    }

    @Test func inspectTellsThatLabelsAreOfSteps() throws {
        try makeFlat()
        #expect(
            try work.succeed("inspect", "data.h5").contains(
                "train        6  up to 4×2 float32 TC  -4 to 4  2 classes, one a step"))
    }

    /// Loss and accuracy are means over all valid steps, as those of the predictions.
    @Test func evaluationIsTheMeanOverValidSteps() throws {
        try makeFlat()
        try train()
        try work.succeed("predict", "run", "data.h5", "-o", "predictions.h5")
        let root = try work.open("predictions.h5").root
        let outputs = try root.dataset("outputs")
        #expect(outputs.shape == [14, 2])
        #expect(try root.dataset("offsets").read(as: Int.self) == [0, 4, 6, 6, 9, 13, 14])
        let probabilities = try outputs.read(as: Double.self)
        let predictions = try root.dataset("predictions").read(as: Int.self)
        let labels = Self.sequences.joined().map(\.label)
        let loss = labels.enumerated().reduce(0) { $0 - log(probabilities[2 * $1.offset + $1.element]) } / 14
        let correct = zip(labels, predictions).count { $0 == $1 }
        let evaluation = try work.json("evaluate", "run", "data.h5")
        #expect(evaluation["samples"] as? Int == 6)
        #expect(evaluation["steps"] as? Int == 14)
        #expect(try abs(#require(evaluation["loss"] as? Double) - loss) < 1e-5)
        #expect(evaluation["accuracy"] as? Double == Double(correct) / 14)
        var first = 0
        let whole = Self.lengths.count { length in
            defer { first += length }
            return length > 0 && labels[first..<first + length] == predictions[first..<first + length]
        }
        // One has no steps.
        #expect(evaluation["sequenceAccuracy"] as? Double == Double(whole) / 5)
        #expect(
            try work.succeed("evaluate", "run", "data.h5").contains(
                "/train/values: 6 sequences with 14 steps, loss "))
    }

    @Test func everyStepIsPredictedOnALine() throws {
        try makeFlat()
        try train()
        try work.succeed("predict", "run", "data.h5", "-o", "predictions.csv")
        let lines = try String(contentsOfFile: work.path("predictions.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 15)
        #expect(lines[0] == "row,step,prediction,0,1")
        #expect(lines[5].hasPrefix("1,0,") && lines[7].hasPrefix("3,0,") && lines[14].hasPrefix("5,0,"))
    }

    /// Sequences that are all as long need no lengths: [samples, steps] are then labels of steps, unless the network takes one row of a
    /// sample's steps.
    @Test func labelsOfAsManyNumbersAsStepsAreOfSteps() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/features", (0..<48).map { Float($0 % 7) - 3 }, shape: [6, 4, 2])
            try root.put("train/labels", (0..<24).map { $0 % 3 }, shape: [6, 4])
        }
        #expect(try train().contains("labels   one a step, 3 classes: 0, 1, 2"))
        try work.succeed("predict", "run", "data.h5", "-o", "predictions.h5")
        let root = try work.open("predictions.h5").root
        #expect(try root.dataset("outputs").shape == [6, 4, 3])
        #expect(try root.dataset("predictions").shape == [6, 4])
        #expect(try train(layers: "lstm 5 returns=last").contains("labels   4 measurements for each sample"))
        try work.succeed("predict", "run", "data.h5", "-o", "predictions.h5", "--force")
        #expect(try work.open("predictions.h5").root.dataset("outputs").shape == [6, 4])
    }

    @Test func severalMeasurementsAStepAreLearned() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/features", (0..<48).map { Float($0 % 7) - 3 }, shape: [6, 4, 2])
            try root.put("train/labels", (0..<72).map { Float($0 % 5) / 3 }, shape: [6, 4, 3])
        }
        #expect(try train().contains("labels   one a step, 3 measurements for each step"))
        try work.expectRefusal(
            ["train", "data.h5", "--layers", "lstm 5 returns=last", "--run", "other"], 64,
            """
            --layers: item 1, lstm 5 returns=last: labels are one a step, and its output does not have the 4 steps of the samples
              keep them with returns=sequence, with pad=same and stride=1, and without flatten and global-average-pool
            """)
    }

    @Test func finiteDifferencesAgreeWithLabelsOfSteps() throws {
        try makeFlat()
        for layers in [
            "lstm 5, 4", "lstm 5 trainable=no, rnn 4", "gru 4 bidirectional=yes", "conv 3 3 activation=tanh, rnn 4",
            "4",
        ] {
            let result = try work.run(["gradcheck", "data.h5", "--layers", layers, "--activation", "tanh"])
            #expect(result.status == 0, "\(layers): \(result.output) \(result.errors)")
        }
    }

    @Test func resumingGivesTheSameBits() throws {
        try makeFlat()
        try train("--shuffle", "full")
        let digest = try work.succeed("digest", "run")
        try work.succeed(
            "train", "data.h5", "--layers", "lstm 5, 4", "--activation", "tanh", "--batch-size", "4", "--epochs", "1",
            "--force", "--run", "run")
        try work.succeed("resume", "run", "--epochs", "3")
        #expect(try work.succeed("digest", "run") == digest)
    }

    // MARK: Refused

    @Test func aNetworkThatTakesOneRowOfTheStepsIsRefused() throws {
        try makeFlat()
        for (layers, item, name) in [
            ("lstm 5 returns=last", 1, "lstm 5 returns=last"),
            ("gru 5, global-average-pool", 2, "global-average-pool"), ("conv 3 2 pad=valid", 1, "conv 3 2 pad=valid"),
        ] {
            try work.expectRefusal(
                ["train", "data.h5", "--layers", layers, "--run", "run"], 64,
                """
                --layers: item \(item), \(name): labels are one a step, and its output does not have the 4 steps of the samples
                  keep them with returns=sequence, with pad=same and stride=1, and without flatten and global-average-pool
                """)
        }
    }

    @Test func labelsOfSamplesForANetworkOfStepsAreRefused() throws {
        try makeFlat()
        try train()
        try makeLabelled("samples.h5")
        try work.expectRefusal(
            ["evaluate", "run", "samples.h5"], 65,
            """
            samples.h5: /train/labels has one label for each sample, and the network has learned from one for each step
              train it on such labels, with returns=last
            """)
    }

    @Test func labelsOfStepsForANetworkOfSamplesAreRefused() throws {
        try makeLabelled("data.h5")
        try train()
        try makeFlat("steps.h5", lengths: [4, 2])
        try work.expectRefusal(
            ["evaluate", "run", "steps.h5"], 65,
            """
            steps.h5: /train/labels has one label for each step, and the network has learned from one for each sample
              train it on such labels, with returns=sequence
            """)
    }

    @Test func aShareWithoutStepsIsRefused() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/values", [1, 2, 3, 4], shape: [4, 1])
            try root.put("train/offsets", [0, 4, 4, 4])
            try root.put("train/labels", [0, 1, 0, 1])
        }
        try work.expectRefusal(
            ["train", "data.h5", "--layers", "rnn 2", "--test-share", "0.34", "--split", "ordered", "--run", "run"], 65,
            "data.h5: /train/labels says that all sequences are empty")
    }

    @Test func aBadLabelIsNamedByRowAndStep() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/values", [1, 2, 3, 4, 5, 6], shape: [3, 2])
            try root.put("train/offsets", [0, 1, 3])
            try root.put("train/labels", [0, 1, 0.5])
        }
        try work.expectRefusal(
            ["train", "data.h5", "--layers", "lstm 5", "--task", "classification", "--run", "run"], 65,
            "data.h5: /train/labels row 1 step 1 is 0.5; classes are texts or whole numbers\n  if these are measurements: --task regression"
        )
        try work.makeFile("data.h5") { root in
            try root.put("train/values", [1, 2, 3, 4, 5, 6], shape: [3, 2])
            try root.put("train/offsets", [0, 1, 3])
            try root.put("train/labels", [0, Double.nan, 1])
        }
        try work.expectRefusal(
            ["train", "data.h5", "--layers", "lstm 5", "--run", "run"], 65,
            "data.h5: /train/labels row 1 step 0 has the value nan; every value must be a finite number\n"
                + "  training with --missing mean, median or zero fills in features, with drop-row it leaves the row out"
        )
    }
}

import HDF5
import Testing

/// Files of sequences of different lengths: what is refused, and what is told of them.
@Suite struct SequenceDataTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let make: @Sendable (Group) throws -> Void

        init(_ description: String, _ message: String, _ make: @escaping @Sendable (Group) throws -> Void) {
            (testDescription, self.message, self.make) = (description, message, make)
        }
    }

    /// Three sequences of up to four steps of two channels, with these lengths.
    private static func put<T: HDF5Scalar>(_ lengths: [T], in root: Group, shape: [Int]? = nil) throws {
        try root.put("train/features", (0..<24).map(Float.init), shape: [3, 4, 2])
        try root.put("train/lengths", lengths, shape: shape)
        try root.put("train/labels", [0, 1, 0])
    }

    /// Six steps of two channels, with these offsets.
    private static func put<T: HDF5Scalar>(offsets: [T], labels: [Int] = [0, 1, 0], in root: Group) throws {
        try root.put("train/values", (0..<12).map(Float.init), shape: [6, 2])
        try root.put("train/offsets", offsets)
        try root.put("train/labels", labels)
    }

    private static let lengths = [
        Case(
            "a length beyond the steps",
            "bad.h5: /train/lengths row 1 is 5, but a sequence in /train/features has 0 to 4 steps"
        ) { try put([1, 5, 4], in: $0) },
        Case(
            "a negative length",
            "bad.h5: /train/lengths row 2 is -1, but a sequence in /train/features has 0 to 4 steps"
        ) { try put([1, 4, -1] as [Int8], in: $0) },
        Case(
            "an unsigned length beyond Int",
            "bad.h5: /train/lengths row 0 is 9223372036854775807, but a sequence in /train/features has 0 to 4 steps"
        ) { try put([.max, 4, 1] as [UInt64], in: $0) },
        Case("a length with a fraction", "bad.h5: /train/lengths row 1 is 2.5, which is no number of steps") {
            try put([1, 2.5, 4], in: $0)
        },
        Case("a length that is missing", "bad.h5: /train/lengths row 0 is nan, which is no number of steps") {
            try put([Double.nan, 2, 4], in: $0)
        },
        Case("too few lengths", "bad.h5: /train/lengths has 2 rows but /train/features has 3") {
            try put([1, 2], in: $0)
        },
        Case(
            "lengths of two dimensions",
            "bad.h5: /train/lengths has the shape [3, 2], which is not one number for each sequence"
        ) { try put([1, 2, 3, 4, 1, 2], in: $0, shape: [3, 2]) },
        Case("no steps at all", "bad.h5: /train/lengths says that all sequences are empty") {
            try put([0, 0, 0], in: $0)
        },
        Case("no sequences", "bad.h5: /train/features has no rows") {
            try $0.put("train/features", [Float](), shape: [0, 4, 2])
            try $0.put("train/lengths", [Int](), shape: [0])
            try $0.put("train/labels", [Int](), shape: [0])
        },
        Case(
            "lengths of text",
            """
            bad.h5: /train/lengths holds strings, not numbers
              store numbers, or import a table with its columns of text: lockstep import csv
            """
        ) {
            try $0.put("train/features", (0..<24).map(Float.init), shape: [3, 4, 2])
            _ = try $0.createStringDataset("train/lengths", strings: ["1", "2", "3"])
            try $0.put("train/labels", [0, 1, 0])
        },
        Case(
            "features without steps",
            """
            bad.h5: /train/features has the shape [3], in which /train/lengths cannot be the lengths of sequences
              sequences have the shape [samples, steps] or [samples, steps, channels]
            """
        ) {
            try $0.put("train/features", [1, 2, 3])
            try $0.put("train/lengths", [1, 2, 3])
            try $0.put("train/labels", [0, 1, 0])
        },
        Case(
            "channels before steps",
            """
            bad.h5: /train/features has the axes CT, but sequences with lengths have their steps first: TC
              write them in that order
            """
        ) {
            try put([1, 2, 3], in: $0)
            try $0.dataset("train/features").writeString("axes", "NCT")
        },
    ]

    private static let offsets = [
        Case("offsets that fall", "bad.h5: /train/offsets row 2 is 1, less than the 2 before it") {
            try put(offsets: [0, 2, 1, 6], in: $0)
        },
        Case("offsets that do not begin with 0", "bad.h5: /train/offsets begins with 1, not with 0") {
            try put(offsets: [1, 2, 4, 6], in: $0)
        },
        Case(
            "offsets beyond the end",
            """
            bad.h5: /train/offsets ends with 7, but /train/values has 6 steps
              the last offset is the number of all steps, and there is one offset more than sequences
            """
        ) { try put(offsets: [0, 2, 4, 7], in: $0) },
        Case(
            "offsets that leave steps over",
            """
            bad.h5: /train/offsets ends with 4, but /train/values has 6 steps
              the last offset is the number of all steps, and there is one offset more than sequences
            """
        ) { try put(offsets: [0, 2, 2, 4], in: $0) },
        Case("an offset with a fraction", "bad.h5: /train/offsets row 1 is 0.5, which is no number of steps") {
            try put(offsets: [0, 0.5, 2, 6], in: $0)
        },
        Case("no offsets", "bad.h5: /train/offsets has no rows") { try put(offsets: [Int](), in: $0) },
        Case(
            "as many offsets as sequences",
            """
            bad.h5: /train/labels has 4 rows but /train/offsets is of 3 sequences with 6 steps
              labels are one a sequence or one a step, and there is one offset more than sequences
            """
        ) { try put(offsets: [0, 1, 2, 6], labels: [0, 1, 0, 1], in: $0) },
        Case(
            "weights of steps", "bad.h5: /train/weights has the shape [6], which is not one weight for each sample"
        ) {
            try put(offsets: [0, 1, 2, 6], in: $0)
            try $0.put("train/weights", [1, 1, 1, 1, 1, 1])
        },
        Case(
            "a step that is missing",
            """
            bad.h5: /train/values row 2 step 1 has the value nan; every value must be a finite number
              training with --missing mean, median or zero fills in features, with drop-row it leaves the row out
            """
        ) {
            try $0.put("train/values", [0, 1, 2, 3, .nan, 5], shape: [6])
            try $0.put("train/offsets", [0, 2, 3, 6])
            try $0.put("train/labels", [0, 1, 0])
        },
        Case(
            "test sequences beside training samples of one shape",
            """
            bad.h5: /test/features has sequences of different lengths, /test/lengths; the network has learned from samples of 4×2 each
              train it on sequences with lengths, even if those are all alike
            """
        ) {
            try $0.put("train/features", (0..<24).map(Float.init), shape: [3, 4, 2])
            try $0.put("train/labels", [0, 1, 0])
            try $0.put("test/features", (0..<24).map(Float.init), shape: [3, 4, 2])
            try $0.put("test/lengths", [1, 2, 3])
            try $0.put("test/labels", [0, 1, 0])
        },
    ]

    @Test(arguments: lengths + offsets)
    func badSequencesAreRefused(bad: Case) throws {
        try work.makeFile("bad.h5", bad.make)
        try work.expectRefusal(["train", "bad.h5", "--layers", "rnn 2", "--run", "run"], 65, bad.message)
    }

    // MARK: Told

    /// Six sequences of 0 to 3 steps of two channels, which are counted on from 0.
    private func makeSequences(labels: [Int] = [0, 1, 0, 1, 0, 1]) throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/values", (0..<20).map(Float.init), shape: [10, 2])
            try root.put("train/offsets", [0, 2, 3, 3, 6, 8, 10])
            try root.put("train/labels", labels)
        }
    }

    @Test func inspectTellsTheLengths() throws {
        try makeSequences()
        #expect(
            try work.succeed("inspect", "data.h5") == """
                data.h5

                split  samples  features              values   labels
                train        6  up to 3×2 float32 TC  0 to 19  2 classes

                class  train
                0          3
                1          3

                lengths of the train split, /train/offsets: 6 sequences of 0 to 3 steps, 1.66667 on average, 1 of them empty

                """)
        let splits = try #require(work.json("inspect", "data.h5")["splits"] as? [[String: Any]])
        let lengths = try #require(splits.first?["lengths"] as? [String: Any])
        #expect(lengths["name"] as? String == "/train/offsets")
        #expect(["shortest", "longest", "steps", "empty"].map { lengths[$0] as? Int } == [0, 3, 10, 1])
        #expect(lengths["mean"] as? Double == 10.0 / 6)
    }

    private func train(_ more: String...) throws -> String {
        let result = try work.run(
            ["train", "data.h5", "--layers", "rnn 2", "--max-steps", "1", "--batch-size", "2", "--run", "run"] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.output + result.errors
    }

    @Test func trainingTellsTheLongestAndTheEmpty() throws {
        try makeSequences()
        let words = try train()
        #expect(words.contains("data     6 training sequences of up to 3×2\n"))
        #expect(words.contains("data.h5: /train/values: 1 of 6 sequences has no steps\n"))
        #expect(try work.succeed("inspect", "run").contains("\nfeatures up to 3×2 float32 TC\n"))
        #expect(try work.open("run/latest").root.group("schema/features").readScalar("lengths", as: Int.self) == 1)
    }

    /// The longest sequence is the fourth, of which `ordered` makes the test split.
    @Test func sharesAreOfWholeSequences() throws {
        try makeSequences()
        let words = try train("--split", "ordered", "--test-share", "0.5")
        #expect(words.contains("data     3 training, 3 test sequences of up to 2×2 in training\n"))
    }

    @Test func sequencesWithMissingStepsAreLeftOut() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/values", [0, 1, 2, .nan, 4, 5, 6, 7], shape: [4, 2])
            try root.put("train/offsets", [0, 1, 3, 4])
            try root.put("train/labels", [0, 0, 1])
        }
        let words = try train("--missing", "drop-row")
        #expect(words.contains("data     2 training sequences of up to 1×2\n"))
        #expect(words.contains("data.h5: /train/values: 1 of 3 rows is left out for lack of values\n"))
    }

    /// A block that takes one row of the steps has none to be added to.
    @Test func aBlockThatEndsTheStepsIsRefused() throws {
        try makeSequences()
        try work.expectRefusal(
            ["train", "data.h5", "--layers", "residual [gru 4 returns=last]", "--run", "run"], 64,
            """
            --layers: item 1, residual [gru 4 returns=last]: sequences may differ in length, so they have no common row of values
              take one row of the steps with returns=last, mean or max of a recurrent layer, or with global-average-pool
            """)
    }

    /// However they are written, the bits are the same; other lengths are other data.
    @Test func formsOfTheSameSequencesHaveOneDigest() throws {
        try makeSequences()
        _ = try train()
        let digest = try work.succeed("digest", "run")
        try work.makeFile("data.h5") { root in
            var padded = [Float](repeating: .nan, count: 6 * 3 * 2)
            for (row, (first, length)) in [(0, 2), (2, 1), (3, 0), (3, 3), (6, 2), (8, 2)].enumerated() {
                for index in 0..<2 * length { padded[row * 6 + index] = Float(2 * first + index) }
            }
            try root.put("train/features", padded, shape: [6, 3, 2])
            try root.put("train/lengths", [2, 1, 0, 3, 2, 2])
            try root.put("train/labels", [0, 1, 0, 1, 0, 1])
        }
        _ = try train("--force")
        #expect(try work.succeed("digest", "run") == digest)
        try work.makeFile("data.h5") { root in
            try root.put("train/values", (0..<20).map(Float.init), shape: [10, 2])
            try root.put("train/offsets", [0, 2, 3, 4, 6, 8, 10])
            try root.put("train/labels", [0, 1, 0, 1, 0, 1])
        }
        #expect(try work.run(["resume", "run", "--epochs", "3"]).errors.contains("data.h5"))
    }
}

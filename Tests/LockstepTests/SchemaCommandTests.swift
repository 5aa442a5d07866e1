import HDF5
import Testing

/// A network that has learned from one file, used with others: what fits, what is told, and what is refused.
@Suite struct SchemaCommandTests {
    private let work: Workplace

    /// Trains on eight samples of three named features and two named classes.
    init() throws {
        work = try Workplace()
        try work.makeFile("data.h5") { try Variation().put(in: $0) }
        let options = ["--layers", "4", "--epochs", "2", "--quiet", "--run", "run"]
        try #require(try work.run(["train", "data.h5"] + options).status == 0)
    }

    /// The same samples as in data.h5, written otherwise.
    struct Variation: Sendable {
        var names: [String]? = ["a", "b", "c"]
        /// For each column, that of data.h5.
        var columns = [0, 1, 2]
        var shape = [8, 3]
        var scale: Double? = 0.25
        var classes: [String]? = ["cat", "dog"]
        /// The number of the cat and of the dog.
        var ids: [Int32] = [0, 1]
        var texts: [String]?

        func put(in root: Group) throws {
            let values = (0..<8).flatMap { row in columns.map { UInt8((row * 7 + $0 * 5) % 13) } }
            let features = try root.put("X", values, shape: shape)
            if let scale { try features.writeScalar("scale", scale) }
            if let names { _ = try root.createStringDataset("feature_names", strings: names) }
            if let texts {
                _ = try root.createStringDataset("y", strings: (0..<8).map { texts[$0 % 2] })
            } else {
                let labels = try root.put("y", (0..<8).map { ids[$0 % 2] })
                if let classes { try labels.writeStrings("classes", classes) }
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let variation: Variation
        /// What is told of the features, and of the labels; empty for nothing.
        var features = "", labels = ""
        /// The error, which is one of the labels if `isOfLabels`.
        var refusal: String?
        var isOfLabels = false
    }

    private static let cases = [
        Case(testDescription: "the same", variation: Variation()),
        Case(
            testDescription: "columns permuted", variation: Variation(names: ["c", "a", "b"], columns: [2, 0, 1]),
            features:
                "note: other.h5: /X has the features in another order; they are brought into the network's by their names\n"
        ),
        Case(
            testDescription: "a column renamed", variation: Variation(names: ["a", "b", "d"]),
            refusal: """
                other.h5: /X lacks the feature c, which the network has learned from, and has d, which it does not know
                  add it, or rename what is meant
                """),
        Case(
            testDescription: "a column missing",
            variation: Variation(names: ["a", "c"], columns: [0, 2], shape: [8, 2]),
            refusal: """
                other.h5: /X lacks the feature b, which the network has learned from
                  add it, or rename what is meant
                """),
        Case(
            testDescription: "a column more",
            variation: Variation(names: ["a", "b", "x", "c"], columns: [0, 1, 1, 2], shape: [8, 4]),
            refusal: """
                other.h5: /X has the feature x, which the network does not know
                  take it out
                """),
        Case(
            testDescription: "no names", variation: Variation(names: nil),
            features: "note: other.h5: /X has no names; its features are taken for a, b, c, in this order\n"),
        Case(
            testDescription: "ones in the shape", variation: Variation(shape: [8, 1, 3]),
            features: "note: other.h5: /X has no names; its features are taken for a, b, c, in this order\n"),
        Case(
            testDescription: "no scale", variation: Variation(scale: nil),
            features: "note: other.h5: /X says nothing of a scale; it is read with the network's, 0.25\n"),
        Case(
            testDescription: "another scale", variation: Variation(scale: 0.5),
            refusal: """
                other.h5: /X has the scale 0.5, the network has learned with the scale 0.25
                  bring the values to that scale, or correct the attributes scale and offset
                """),
        Case(testDescription: "classes permuted", variation: Variation(classes: ["dog", "cat"], ids: [1, 0])),
        Case(
            testDescription: "classes more", variation: Variation(classes: ["ant", "cat", "bee", "dog"], ids: [1, 3])),
        Case(testDescription: "classes as texts", variation: Variation(texts: ["cat", "dog"])),
        Case(
            testDescription: "classes without names", variation: Variation(classes: nil),
            labels:
                "note: other.h5: /y has numbers without names; they are taken for the places of the network's classes: 0 cat, "
                + "1 dog\n"),
        Case(
            testDescription: "an unknown class", variation: Variation(classes: ["cat", "emu"]),
            refusal: "other.h5: /y row 1 is emu, which is no class of the network; it knows cat, dog",
            isOfLabels: true),
        Case(
            testDescription: "an unknown text", variation: Variation(texts: ["cat", "emu"]),
            refusal: "other.h5: /y row 1 is emu, which is no class of the network; it knows cat, dog",
            isOfLabels: true),
        Case(
            testDescription: "a number without a class", variation: Variation(classes: nil, ids: [0, 2]),
            labels:
                "note: other.h5: /y has numbers without names; they are taken for the places of the network's classes: 0 cat, "
                + "1 dog\n",
            refusal: "other.h5: /y row 1 is 2; class ids must be 0 to 1", isOfLabels: true),
    ]

    @Test(arguments: cases)
    func evaluateTakesWhatMeansTheSame(example: Case) throws {
        try work.makeFile("other.h5", example.variation.put)
        let result = try work.lockstep("evaluate", "run", "other.h5")
        if let refusal = example.refusal {
            #expect(result.status == 65 && result.output == "")
            #expect(result.errors == example.features + example.labels + "error: \(refusal)\n")
        } else {
            #expect(result.output == (try work.succeed("evaluate", "run", "data.h5")))
            #expect(result.errors == example.features + example.labels)
        }
    }

    @Test(arguments: cases)
    func predictTakesWhatMeansTheSame(example: Case) throws {
        try work.makeFile("other.h5", example.variation.put)
        let result = try work.lockstep("predict", "run", "other.h5", "-o", "other.csv")
        if let refusal = example.refusal, !example.isOfLabels {
            #expect(result.status == 65 && result.errors == example.features + "error: \(refusal)\n")
        } else {
            try work.succeed("predict", "run", "data.h5", "-o", "data.csv")
            #expect(try work.text("other.csv") == work.text("data.csv"))
            #expect(result.errors == example.features)
        }
    }

    /// Training warns of what other commands note.
    private func warning(_ note: String) -> String { note.replacing("note: ", with: "warning: ") }

    /// The training split is held against the weights' schema, too: after no steps the parameters are those of the file.
    @Test(arguments: cases)
    func initialWeightsTakeWhatMeansTheSame(example: Case) throws {
        try work.makeFile("other.h5", example.variation.put)
        let options = ["--layers", "4", "--max-steps", "0", "--initial-weights", "run/latest", "--run", "next"]
        let result = try work.run(["train", "other.h5"] + options)
        if let refusal = example.refusal {
            #expect(result.status == 65 && result.errors == "error: \(refusal)\n")
        } else {
            #expect(result.status == 0)
            for told in [example.features, example.labels] where !told.isEmpty {
                #expect(result.errors.contains(warning(told)))
            }
            try work.succeed("predict", "next", "data.h5", "-o", "next.csv")
            try work.succeed("predict", "run", "data.h5", "-o", "data.csv")
            #expect(try work.text("next.csv") == work.text("data.csv"))
        }
    }

    /// A test split is held against the training split of its own file.
    @Test(arguments: cases)
    func testSplitsTakeWhatMeansTheSame(example: Case) throws {
        // Names are those of the whole file.
        guard example.variation.names == Variation().names else { return }
        try work.makeFile("other.h5") { root in
            try Variation().put(in: root)
            try example.variation.put(in: root.createGroup("held"))
        }
        let paths = ["--features", "X", "--labels", "y", "--test-features", "held/X", "--test-labels", "held/y"]
        let result = try work.run(
            ["train", "other.h5", "--layers", "4", "--epochs", "1", "--run", "next"] + paths)
        if let refusal = example.refusal {
            #expect(result.status == 65)
            #expect(result.errors == "error: \(refusal.replacing("other.h5: /", with: "other.h5: /held/"))\n")
        } else {
            #expect(result.status == 0, "\(result.errors)")
            for told in [example.features, example.labels] where !told.isEmpty {
                #expect(result.errors.contains(warning(told).replacing("other.h5: /", with: "other.h5: /held/")))
            }
        }
    }

    @Test(arguments: [
        (Variation(names: ["b", "a", "c"]), "/X has other features than when the run began: b where it was a"),
        (Variation(names: nil), "/X has other features than when the run began: none"),
        (Variation(classes: ["dog", "cat"]), "/y has other classes than when the run began: dog where it was cat"),
        (Variation(classes: ["cat", "dog", "emu"]), "/y has other classes than when the run began: cat, dog, emu"),
    ])
    func resumeRefusesOtherNames(variation: Variation, problem: String) throws {
        try work.makeFile("other.h5", variation.put)
        let result = try work.lockstep("train", "other.h5", "--layers", "4", "--run", "run", "--resume")
        #expect(result.status == 65)
        #expect(
            result.errors == """
                error: other.h5: \(problem)
                  give it that data, or begin a new run with --initial-weights

                """)
    }

    @Test func settingsOfTheMeaningCannotDifferFromTheInitialWeights() throws {
        try work.expectRefusal(
            [
                "train", "data.h5", "--layers", "4", "--standardize", "feature", "--initial-weights", "run/latest",
            ], 64,
            """
            run/latest: has learned with standardize none, which its weights depend on (got feature)
              leave the setting open, or begin without --initial-weights
            """)
    }

    @Test func aScaleOfTheUserReplacesThatOfTheFile() throws {
        let options = ["--layers", "4", "--epochs", "2", "--feature-scale", "0.5", "--run", "scaled"]
        let result = try work.run(["train", "data.h5"] + options)
        #expect(result.status == 0 && !result.errors.contains("note: data.h5"), "\(result.errors)")
        try work.makeFile("other.h5") { try Variation(scale: 0.5).put(in: $0) }
        try work.succeed("train", "other.h5", "--layers", "4", "--epochs", "2", "--run", "plain")
        let numbers = try ["scaled", "plain"].map { try work.succeed("digest", $0).split(separator: "\n")[1] }
        #expect(numbers[0] == numbers[1])
        #expect(try work.lockstep("evaluate", "scaled", "data.h5").errors == "")
        #expect(try work.lockstep("resume", "scaled", "--epochs", "3").status == 0)
    }
}

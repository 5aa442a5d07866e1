import Foundation
import HDF5
import Testing

/// Runs that begin with some layers of another run.
@Suite struct OnlyTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ file: String, _ options: String..., run: String, _ more: String...) throws -> String {
        let result = try work.run(["train", file] + options + ["--run", run] + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.errors
    }

    /// The bits of a run's newest parameters, by `dense1/weight`.
    private func parameters(_ run: String, _ names: [String]) throws -> [String: [UInt32]] {
        let root = try work.open("\(run)/latest").root
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, try root.dataset("parameters/\(name)").read(as: Float.self).map(\.bitPattern))
            })
    }

    private func tensors(_ layers: String...) -> [String] { layers.flatMap { ["\($0)/weight", "\($0)/bias"] } }

    private func schema<Number: HDF5Scalar>(_ run: String, _ list: String, as type: Number.Type) throws -> [Number] {
        try work.open("\(run)/latest").root.dataset("schema/\(list)").read(as: type)
    }

    // MARK: Digits

    /// Trains the run "first" on digits.
    private func trainFirst(_ layers: String, steps: Int = 3) throws {
        _ = try train(
            data("digits.h5"), "--layers", layers, "--seed", "1", "--max-steps", "\(steps)", "--quiet", run: "first")
    }

    private func begin(_ layers: String, run: String, _ more: String...) throws -> String {
        let options = ["--layers", layers, "--seed", "2", "--max-steps", "0", "--run", run]
        let result = try work.run(["train", data("digits.h5")] + options + more)
        try #require(result.status == 0, "\(result.errors)")
        return result.errors
    }

    @Test(arguments: [
        ("dense1", "dense1", "dense2, output"), ("dense2", "dense2", "dense1, output"),
        ("output", "output", "dense1, dense2"), ("dense2, dense1", "dense1, dense2", "output"),
    ])
    func namedLayersComeFromTheFileAndOthersFromTheSeed(only: String, taken: String, new: String) throws {
        try trainFirst("16,8")
        _ = try begin("16,8", run: "plain")
        let lines = try begin("16,8", run: "next", "--initial-weights", "first/latest", "--only", only)
        #expect(lines.contains("\nweights  \(taken) of first/latest; new: \(new)\n"), "\(lines)")
        let names = tensors("dense1", "dense2", "output")
        let (first, plain) = (try parameters("first", names), try parameters("plain", names))
        for (name, bits) in try parameters("next", names) {
            let isTaken = taken.components(separatedBy: ", ").contains { name.hasPrefix("\($0)/") }
            #expect(bits == (isTaken ? first[name] : plain[name]), "\(name)")
            #expect(bits != (isTaken ? plain[name] : first[name]), "\(name)")
        }
    }

    @Test func allLayersByNameAreAllLayers() throws {
        try trainFirst("16")
        let named = try begin("16", run: "named", "--initial-weights", "first/latest", "--only", "output,dense1")
        let all = try begin("16", run: "all", "--initial-weights", "first/latest")
        for lines in [named, all] { #expect(lines.contains("\nweights  all of first/latest\n"), "\(lines)") }
        #expect(try work.bytes("named/latest") == work.bytes("all/latest"))
    }

    @Test func otherActivationsThanThoseOfTheWeightsAreTold() throws {
        try trainFirst("16 activation=tanh, 8")
        for layers in ["16 activation=tanh, 8", "16 activation=tanh trainable=no, 8 rate=0.5"] {
            let lines = try begin(layers, run: "same", "--initial-weights", "first/latest", "--force")
            #expect(lines.contains("\nweights  all of first/latest\n"), "\(lines)")
        }
        let lines = try begin("16, 8", run: "other", "--initial-weights", "first/latest")
        #expect(
            lines.contains(
                "\nweights  all of first/latest, which has learned with other activations: tanh, relu\n"), "\(lines)")
    }

    @Test func aDryRunSaysWhatIsTaken() throws {
        try trainFirst("16,8")
        let arguments = [
            "train", data("digits.h5"), "--layers", "16,4", "--initial-weights", "first", "--only", "dense1",
        ]
        let result = try work.run(arguments + ["--dry-run"])
        #expect(
            result.errors.contains("\nweights  dense1 of first/checkpoints/step-00000003.h5; new: dense2, output\n"))
        #expect(result.output.contains("\nonly: [dense1]\n"))
        #expect(try work.run(arguments + ["--max-steps", "0", "--quiet"]).errors == "")
    }

    /// The block's layers are those in its brackets, and its own.
    @Test(arguments: [
        ("residual1", "dense1, dense2, residual1/project", "dense3, output"),
        ("residual1/project", "residual1/project", "dense1, dense2, dense3, output"),
    ])
    func aBlockStandsForItsLayers(only: String, taken: String, new: String) throws {
        try trainFirst("residual [16, 16], 8")
        let lines = try begin(
            "residual [16, 16], 8", run: "next", "--initial-weights", "first/latest", "--only", only)
        #expect(lines.contains("\nweights  \(taken) of first/latest; new: \(new)\n"), "\(lines)")
        let names = ["residual1/project/weight"] + (only == "residual1" ? tensors("dense1", "dense2") : [])
        #expect(try parameters("next", names) == parameters("first", names))
    }

    @Test(arguments: [
        (
            "16,8", "dens1", 64,
            "first/latest: has no layer dens1 with weights; did you mean dense1?\n  it has dense1, dense2, output"
        ),
        (
            "16,8", "dense1,decoder", 64,
            "first/latest: has no layer decoder with weights\n  it has dense1, dense2, output"
        ),
        (
            "16", "dense2", 64,
            "--only: this run's network has no layer dense2 with weights; did you mean dense1?\n  it has dense1, output"
        ),
        (
            "residual [16, 8] name=body", "body", 64,
            "first/latest: has no layer body with weights\n  it has dense1, dense2, output"
        ),
        (
            "16,4", "dense2", 65,
            """
            first/latest: its dense2 has weight 8×16, bias 8; this run's has weight 4×16, bias 4
              make them alike, or leave dense2 out of --only
            """
        ),
        (
            "16, dense 8 bias=no", "dense1,dense2", 65,
            """
            first/latest: its dense2 has weight 8×16, bias 8; this run's has weight 8×16
              make them alike, or leave dense2 out of --only
            """
        ),
    ])
    func layersThatDoNotFitAreRefused(layers: String, only: String, status: Int32, message: String) throws {
        try trainFirst("16,8", steps: 0)
        try work.expectRefusal(
            [
                "train", data("digits.h5"), "--layers", layers, "--initial-weights", "first/latest", "--only", only,
            ], status, message)
    }

    @Test func blocksWithOtherLayersAreRefused() throws {
        try trainFirst("residual [16, 16], 8", steps: 0)
        try work.expectRefusal(
            [
                "train", data("digits.h5"), "--layers", "residual [16], 8", "--initial-weights", "first/latest",
                "--only", "residual1",
            ], 65,
            """
            first/latest: its residual1 has dense1, dense2, residual1/project; this run's has dense1, residual1/project
              make them alike, or leave residual1 out of --only
            """)
    }

    @Test(arguments: ["train", "gradcheck"])
    func layersOfNoFileAreRefused(command: String) throws {
        try work.expectRefusal(
            [command, data("digits.h5"), "--only", "dense1"], 64,
            "--only says which layers a checkpoint gives; it goes with --initial-weights")
        try work.expectRefusal(
            [command, data("digits.h5"), "--only", " , "], 64,
            "--only must be names of layers separated by commas, such as dense1,dense2 (got  , )")
    }

    // MARK: Resume

    @Test func aResumedRunKeepsItsLayers() throws {
        try trainFirst("16,8")
        let options = ["--layers", "16,8", "--epochs", "2", "--initial-weights", "first/latest", "--only", "dense1"]
        func run(_ name: String, _ more: String...) throws -> String {
            let result = try work.run(["train", data("digits.h5"), "--run", name] + options + more)
            try #require(result.status == 0, "\(result.errors)")
            return result.errors
        }
        _ = try run("whole")
        _ = try run("parts", "--max-steps", "4", "--checkpoint-every", "2")
        #expect(try work.text("parts/config.yaml").contains("\nonly: [dense1]\n"))
        #expect(try !run("parts", "--resume", "--max-steps", "5").contains("weights  "))
        #expect(try !work.resolved("parts").keys.contains("only"))
        try work.succeed("verify", "parts")
        let resumed = try work.lockstep("train", data("digits.h5"), "--epochs", "2", "--run", "parts", "--resume")
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try work.bytes("whole/latest") == work.bytes("parts/latest"))
        for (run, options, was) in [
            ("parts", ["--only", "dense1,dense2"], "dense1"), ("first", ["--only", "dense1,dense2"], "none"),
        ] {
            try work.expectRefusal(
                ["train", data("digits.h5"), "--layers", "16,8", "--run", run, "--resume"] + options, 64,
                """
                \(run): began with only \(was), which cannot change on resume (got dense1,dense2)
                  leave it as it was, or begin a new run with --initial-weights \(run)
                """)
        }
    }

    /// Classes that the run's own labels gave, in another order.
    @Test func aResumedRunKeepsItsClasses() throws {
        for (file, classes) in [("a.h5", ["cat", "dog"]), ("b.h5", ["emu", "fox"]), ("c.h5", ["fox", "emu"])] {
            try work.makeFile(file) { root in
                try root.put("X", (0..<24).map { Float($0 * 5 % 13) }, shape: [8, 3])
                let labels = try root.put("y", (0..<8).map { Int32((file == "c.h5" ? $0 + 1 : $0) % 2) })
                try labels.writeStrings("classes", classes)
            }
        }
        _ = try train("a.h5", "--layers", "4", "--max-steps", "2", run: "a")
        let options = ["--layers", "4", "--max-steps", "2", "--initial-weights", "a/latest", "--only", "dense1"]
        #expect(try work.run(["train", "b.h5", "--run", "b"] + options).status == 0)
        try work.expectRefusal(
            ["train", "c.h5", "--layers", "4", "--run", "b", "--resume"], 65,
            """
            c.h5: /y has other classes than when the run began: fox where it was emu
              give it that data, or begin a new run with --initial-weights
            """)
    }

    // MARK: What the data means

    /// Trains the run "a" on a table of two classes, and writes tables of the same features, doubled, with other labels.
    private func trainOnTable() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        func twice(_ text: String) -> Int { 2 * (Int(text) ?? 0) }
        try work.writeTable("four.csv", header: "x,y,kind") {
            ["\(twice($0[0]))", "\(twice($0[1]))", "q\(twice($0[0]) / 20)"]
        }
        try work.writeTable("price.csv", header: "x,y,price") {
            ["\(twice($0[0]))", "\(twice($0[1]))", "\(twice($0[0])).5"]
        }
        _ = try train("a.csv", "--label", "kind", "--layers", "4,3", "--epochs", "2", run: "a")
    }

    @Test func hiddenLayersServeOtherClasses() throws {
        try trainOnTable()
        let lines = try train(
            "four.csv", "--label", "kind", "--layers", "4,3", "--max-steps", "0", run: "next", "--initial-weights",
            "a/latest", "--only", "dense1,dense2")
        #expect(lines.contains("\nlabels   4 classes: q0, q1, q2, q3\nnetwork  2-4-3-4, "), "\(lines)")
        #expect(lines.contains("\nweights  dense1, dense2 of a/latest; new: output\n"))
        let names = tensors("dense1", "dense2")
        #expect(try parameters("next", names) == parameters("a", names))
        // Inputs are those that the layers have learned from.
        for list in ["features/shift", "features/divisor"] {
            #expect(try schema("next", list, as: Double.self) == schema("a", list, as: Double.self))
        }
        #expect(try work.lockstep("train", "four.csv", "--run", "next", "--resume", "--epochs", "2").status == 0)
        let result = try work.lockstep("evaluate", "next", "four.csv")
        #expect(result.status == 0 && result.output.contains("\nq3 "), "\(result.output)\(result.errors)")
    }

    @Test func hiddenLayersServeMeasurements() throws {
        try trainOnTable()
        let lines = try train(
            "price.csv", "--label", "price", "--layers", "4,3", "--max-steps", "0", run: "next", "--initial-weights",
            "a/latest", "--only", "dense1", "--task", "regression")
        #expect(lines.contains("\nlabels   measurements, standardised "), "\(lines)")
        #expect(lines.contains("\nnetwork  2-4-3-1, "))
        // The mean of 0.5, 2.5, …, 78.5.
        #expect(try schema("next", "labels/means", as: Double.self) == [39.5])
        #expect(try parameters("next", tensors("dense1")) == parameters("a", tensors("dense1")))
    }

    /// Layers that read no features leave open what these mean.
    @Test(arguments: [("dense1", 19.5), ("dense2", 39)])
    func theFirstLayerBringsTheFeatures(only: String, mean: Double) throws {
        try trainOnTable()
        _ = try train(
            "four.csv", "--label", "kind", "--layers", "4,3", "--max-steps", "0", run: "next", "--initial-weights",
            "a/latest", "--only", only)
        #expect(try schema("next", "features/shift", as: Double.self)[0] == mean)
    }

    @Test func theOutputLayerBringsTheLabels() throws {
        try trainOnTable()
        let first = try #require(SmallTable.rows.first.flatMap { Int($0[0]) })
        try work.expectRefusal(
            [
                "train", "four.csv", "--label", "kind", "--layers", "4,3", "--initial-weights", "a/latest", "--only",
                "output",
            ], 65,
            "four.csv:2: column kind is q\(first / 10), which is no class of the network; it knows high, low")
    }

    @Test(arguments: [
        ("dense1", ["--standardize", "none"], "standardize feature", "none"),
        ("dense2,dense1", ["--unseen-categories", "zeros"], "unseenCategories refuse", "zeros"),
        ("output", ["--task", "regression"], "task classification", "regression"),
        ("output", ["--standardize-targets", "yes"], "standardizeTargets no", "yes"),
    ])
    func settingsOfTheMeaningAreThoseOfTheFile(only: String, options: [String], was: String, now: String) throws {
        try trainOnTable()
        try work.expectRefusal(
            [
                "train", "price.csv", "--label", "price", "--layers", "4,3", "--initial-weights", "a/latest", "--only",
                only,
            ] + options, 64,
            """
            a/latest: has learned with \(was), which its weights depend on (got \(now))
              leave the setting open, or begin without --initial-weights
            """)
    }

    @Test(arguments: [
        ("dense2", ["--standardize", "none", "--unseen-categories", "zeros"]), ("dense1", ["--task", "regression"]),
        ("dense1", ["--standardize-targets", "no"]),
    ])
    func settingsOfAMeaningThatIsNotTakenAreFree(only: String, options: [String]) throws {
        try trainOnTable()
        let arguments = ["train", "price.csv", "--label", "price", "--layers", "4,3", "--max-steps", "0"]
        let result = try work.run(arguments + ["--initial-weights", "a/latest", "--only", only] + options)
        #expect(result.status == 0, "\(result.errors)")
    }
}

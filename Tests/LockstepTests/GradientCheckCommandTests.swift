import Foundation
import Testing

/// `lockstep gradcheck`.
@Suite struct GradientCheckCommandTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func everyTensorIsShownAndTheWorstNamed() throws {
        let output = try work.succeed("gradcheck", data("digits.h5"), "--layers", "12", "--activation", "gelu")
        let lines = output.split(separator: "\n").map(String.init)
        #expect(lines[0] == "network  64-12-10, gelu, softmax, cross-entropy; 910 parameters")
        #expect(lines[1] == "samples  8, differences over ±1e-06")
        #expect(
            lines[3...6].map { $0.prefix { $0 != " " } } == [
                "dense1/weight", "dense1/bias", "output/weight", "output/bias",
            ])
        #expect(lines[3].contains(" 25 ") && lines[4].contains(" 12 "))
        #expect(lines[7].hasPrefix("all agree; the worst is "))
    }

    /// Settings that do not affect the gradient, such as clipping, or make it less precise, such as bf16, are ignored.
    @Test(arguments: [
        ["--optimizer", "lamb", "--weight-decay", "0.5"], ["--precision", "bf16"], ["--clip-norm", "1e-3"],
        ["--schedule", "cosine", "--warmup-steps", "5"], ["--dropout", "0.5", "--l1", "0.01"], ["--max-norm", "0.1"],
        ["--class-weights", "balanced", "--label-smoothing", "0.1"], ["--loss", "hinge"], ["--accumulate", "3"],
    ])
    func irrelevantSettingsAreIgnored(settings: [String]) throws {
        let result = try work.run(["gradcheck", data("digits.h5"), "--layers", "12,7"] + settings)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("\nall agree"))
    }

    /// Outputs are rounded to 0 and 1, but their logarithms are not.
    @Test(arguments: [
        ["people.h5", "--loss", "binary-cross-entropy"], ["digits.h5", "--initializer", "normal:1"],
        ["digits.h5", "--feature-scale", "255"],
        ["digits.h5", "--activation", "softplus", "--initializer", "normal:2"],
        ["moons.h5", "--loss", "binary-cross-entropy", "--initializer", "normal:3"],
        ["digits.h5", "--class-weights", "0,1,1,1,1,1,1,1,1,1"],
    ])
    func largeLogitsHaveGradients(arguments: [String]) throws {
        let result = try work.run(["gradcheck", data(arguments[0])] + arguments.dropFirst())
        #expect(result.status == 0, "\(result.output)\(result.errors)")
    }

    @Test func theParametersOfACheckpointAreChecked() throws {
        try work.succeed("train", data("digits.h5"), "--layers", "12", "--run", "run", "--quiet")
        let trained = try work.succeed(
            "gradcheck", data("digits.h5"), "--layers", "12", "--initial-weights", "run")
        #expect(try trained != work.succeed("gradcheck", data("digits.h5"), "--layers", "12"))
    }

    @Test func anInfiniteLossHasNoGradient() throws {
        try work.expectRefusal(
            ["gradcheck", data("digits.h5"), "--loss", "mse", "--initializer", "constant:1e30"], 70,
            """
            the loss is not finite with these parameters, so there is no gradient to check
              smaller weights (--initializer) or features (--feature-scale) may help
            """)
    }

    @Test func aFileOfSettingsNamesTheData() throws {
        try work.write("data: \(data("moons.h5"))\nlayers: [4, 3]\nloss: binary-cross-entropy\n", to: "run.yaml")
        #expect(try work.succeed("gradcheck", "run.yaml").contains("network  2-4-3-1, relu, sigmoid, "))
    }

    @Test func invalidInputIsRejected() throws {
        try work.expectRefusal(["gradcheck", "none.h5"], 66, "none.h5: no such file")
        try work.expectRefusal(["gradcheck", "none.yaml"], 66, "none.yaml: no such file")
        try work.write("layers: 4\n", to: "run.yaml")
        try work.expectRefusal(
            ["gradcheck", "run.yaml"], 64, "Missing expected argument '<data>'\n  see lockstep gradcheck --help")
        try work.expectRefusal(
            ["gradcheck", "run.yaml", "--config", "other.yaml"], 64,
            "--config is another file of settings than run.yaml\n  see lockstep gradcheck --help")
        try work.write("data: \(data("xor.h5"))\nlearningRate: x\n", to: "bad.yaml")
        try work.expectRefusal(["gradcheck", "bad.yaml"], 64, "bad.yaml:2:15: learningRate must be a number (got x)")
    }

    /// In Float, 10⁸ + 1 − 10⁸ is 0, so neurons with a negative bias are inactive; in Double they are active.
    @Test func theErrorNamesAWrongGradient() throws {
        try work.makeFile("data.h5") { root in
            try root.put("X", [1e8, 1, -1e8] as [Float], shape: [1, 3])
            try root.put("y", [0.5] as [Float])
        }
        let result = try work.lockstep(
            "gradcheck", "data.h5", "--layers", "16", "--activation", "step", "--initializer", "constant:1")
        #expect(result.status == 70)
        let message =
            /error: output\/weight \[0, \d+\]: the gradient is \S+, differences find \S+\n  features far from 0 to 1 may do that, see --feature-scale; else it is a bug in lockstep\n/
        #expect(result.errors.wholeMatch(of: message) != nil, "\(result.errors)")
    }
}

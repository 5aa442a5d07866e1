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
                "dense1/weight", "dense1/bias", "dense2/weight", "dense2/bias",
            ])
        #expect(lines[3].contains(" 25 ") && lines[4].contains(" 12 "))
        #expect(lines[7].hasPrefix("all agree; the worst is dense"))
    }

    /// What is no part of the gradient, as clipping, or makes it coarse, as bf16, is left out.
    @Test(arguments: [
        ["--optimizer", "lamb", "--weight-decay", "0.5"], ["--precision", "bf16"], ["--clip-norm", "1e-3"],
        ["--schedule", "cosine", "--warmup-steps", "5"], ["--dropout", "0.5", "--l1", "0.01"], ["--max-norm", "0.1"],
        ["--class-weights", "balanced", "--label-smoothing", "0.1"], ["--loss", "hinge"], ["--accumulate", "3"],
    ])
    func anySettingsAreTakenAsTheyAre(settings: [String]) throws {
        let result = try work.run(["gradcheck", data("digits.h5"), "--layers", "12,7"] + settings)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("\nall agree"))
    }

    @Test func aFileOfSettingsNamesTheData() throws {
        try work.write("data: \(data("moons.h5"))\nlayers: [4, 3]\nloss: binary-cross-entropy\n", to: "run.yaml")
        #expect(try work.succeed("gradcheck", "run.yaml").contains("network  2-4-3-1, relu, sigmoid, "))
    }

    @Test func whatCannotBeCheckedIsRefused() throws {
        try work.expectRefusal(["gradcheck", "none.h5"], 66, "none.h5: no such file")
        try work.expectRefusal(["gradcheck", "none.yaml"], 66, "none.yaml: no such file")
        try work.write("layers: 4\n", to: "run.yaml")
        try work.expectRefusal(
            ["gradcheck", "run.yaml"], 64, "Missing expected argument '<data>'\n  see lockstep gradcheck --help")
        try work.expectRefusal(
            ["gradcheck", "run.yaml", "--config", "other.yaml"], 64,
            "--config is another file of settings than run.yaml\n  see lockstep gradcheck --help")
        try work.write("data: \(data("xor.h5"))\nlearningRate: x\n", to: "bad.yaml")
        try work.expectRefusal(["gradcheck", "bad.yaml"], 64, "bad.yaml: learningRate must be a number (got x)")
    }

    /// Features of some 10⁷: sums in Float are off by more than differences in Double let pass.
    @Test func aGradientThatIsOffIsNamed() throws {
        let result = try work.lockstep(
            "gradcheck", data("digits.h5"), "--feature-scale", "1e7", "--layers", "12", "--loss", "mse", "--activation",
            "identity")
        #expect(result.status == 70)
        #expect(result.errors.hasPrefix("error: dense1/bias ["))
        #expect(
            result.errors.hasSuffix(
                "\n  features far from 0 to 1 may do that, see --feature-scale; else it is a bug in lockstep\n"))
    }
}

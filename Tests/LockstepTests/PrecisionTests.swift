import Foundation
import Testing

/// `--precision bf16`, on CPUs with and without bf16 instructions.
@Suite struct PrecisionTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func accuracy(_ arguments: [String], environment: [String: String]) throws -> (
        accuracy: Double, errors: String
    ) {
        let result = try work.run(
            [
                "train", data("digits.h5"), "--layers", "64,32", "--epochs", "8", "--batch-size", "64", "--run", "run",
                "--force", "--json",
            ] + arguments, environment: environment)
        try #require(result.status == 0, "\(result.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return (try #require(object?["testAccuracy"] as? Double), result.errors)
    }

    /// oneDNN is limited to the instructions of other CPUs: without bfloat16, and without 512-bit vectors.
    @Test(arguments: ["", "AVX2", "AVX512_CORE"])
    func bfloat16LearnsAsWellAsFloat(instructions: String) throws {
        let environment = instructions.isEmpty ? [:] : ["ONEDNN_MAX_CPU_ISA": instructions]
        let fp32 = try accuracy([], environment: environment)
        let bf16 = try accuracy(["--precision", "bf16"], environment: environment)
        #expect(fp32.accuracy > 0.9)
        // Two networks as good as each other: three standard deviations of a share of 360 samples.
        let deviation = (fp32.accuracy * (1 - fp32.accuracy) / 360).squareRoot()
        #expect(abs(bf16.accuracy - fp32.accuracy) <= 3 * deviation)
        #expect(!fp32.errors.contains("warning"))
        let warning = """
            warning: this CPU has no instructions for bf16: operands are rounded to it, and multiplied as fp32
              the results are as good, but a step takes a little longer than with --precision fp32

            """
        if !instructions.isEmpty { #expect(bf16.errors.contains(warning)) }
    }

    @Test func aRunGoesOnWithItsPrecision() throws {
        try work.succeed(
            "train", data("xor.h5"), "--precision", "bf16", "--layers", "4", "--max-steps", "3", "--run", "run")
        try work.expectRefusal(
            [
                "train", data("xor.h5"), "--precision", "fp32", "--layers", "4", "--max-steps", "5", "--run", "run",
                "--resume",
            ],
            64,
            """
            run: began with precision bf16, which cannot change on resume (got fp32)
              leave it as it was, or begin a new run with --initial-weights run
            """)
        try work.succeed("resume", "run", "--epochs", "20")
    }
}

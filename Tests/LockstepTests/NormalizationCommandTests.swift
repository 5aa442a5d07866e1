import Foundation
import HDF5
import Testing

/// Normalisations through the commands.
@Suite struct NormalizationCommandTests {
    private let work: Workplace
    private static let words = "conv 6 3x3 norm=batch, max-pool 2, 20 norm=layer, 12 norm=batch"

    init() throws { work = try Workplace() }

    @Test func theHeadSaysOfHowManySamplesStatisticsAre() throws {
        for (options, words) in [
            (["--batch-size", "64"], "minibatches of 64 in 2 shards, statistics of 64 samples"),
            (
                ["--batch-size", "64", "--accumulate", "2"],
                "minibatches of 128 in 2 microbatches of 2 shards, statistics of 64 samples"
            ),
        ] {
            let result = try work.run(
                [
                    "train", data("digits.h5"), "--layers", Self.words, "--shards", "2", "--max-steps", "1", "--run",
                    "run",
                ]
                    + ["--force"] + options)
            #expect(result.errors.contains(words), "\(result.errors)")
        }
    }

    /// 1,437 samples in batches of 359 leave one.
    @Test func aSampleByItselfIsRefusedWithBatchSizesThatLeaveNone() throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "16 norm=batch", "--batch-size", "359"], 64,
            """
            batch normalisation compares samples, and with --batch-size 359 one of 1,437 samples is by itself
              use --batch-size 358 or 360, or norm=layer
            """)
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "16 norm=batch", "--batch-size", "1"], 64,
            """
            batch normalisation compares samples, and with --batch-size 1 one of 1,437 samples is by itself
              use --batch-size 3, or norm=layer
            """)
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", "16 norm=batch statistics=2", "--batch-size", "7"], 64,
            """
            batch normalisation compares samples, and with --batch-size 7, computed in groups of 2, one of 1,437 samples is by itself
              use norm=layer
            """)
        // A channel of an image has many values in one sample.
        try work.succeed(
            "train", data("digits.h5"), "--layers", "conv 4 3x3 norm=batch", "--batch-size", "1", "--max-steps", "2",
            "--run", "images")
    }

    @Test(arguments: ["16 norm=batch statistics=4, 12 norm=layer", words, "conv 4 3x3 norm=group:2, instance-norm"])
    func gradcheckAgrees(words: String) throws {
        try work.succeed("gradcheck", data("digits.h5"), "--layers", words)
    }

    /// Evaluation and prediction use the running statistics, so a sample's outputs do not depend on the others.
    @Test func outputsOfASampleDependOnNoOther() throws {
        try work.succeed("train", data("digits.h5"), "--layers", Self.words, "--epochs", "2", "--run", "run")
        try work.succeed("predict", "run", data("digits.h5"), "-o", "all.csv")
        let all = try work.text("all.csv").split(separator: "\n")
        let features = try File.open(data("digits.h5")).root.dataset("test/features")
        let pixels = try features.read(as: UInt8.self)
        try work.makeFile("one.h5") { root in
            let one = try root.put("test/features", Array(pixels[64 * 5..<64 * 6]), shape: [1, 8, 8])
            try one.writeScalar("scale", features.readScalar("scale", as: Double.self))
        }
        try work.succeed("predict", "run", "one.h5", "-o", "one.csv")
        let alone = try work.text("one.csv").split(separator: "\n")
        #expect(alone.count == 2 && alone[0] == all[0])
        #expect(alone[1].split(separator: ",").dropFirst() == all[6].split(separator: ",").dropFirst())
    }

    @Test func statisticsComeWithInitialWeightsAndStayFrozen() throws {
        try work.succeed("train", data("digits.h5"), "--layers", Self.words, "--epochs", "1", "--run", "first")
        try work.succeed(
            "train", data("digits.h5"), "--layers", "conv 6 3x3 norm=batch trainable=no, max-pool 2, 20 norm=batch",
            "--initial-weights", "first", "--only", "conv1", "--moving-average", "0.9", "--max-steps", "5", "--run",
            "second")
        func values(_ run: String, _ path: String) throws -> [Float] {
            try work.open("\(run)/latest").root.dataset(path).read(as: Float.self)
        }
        for name in ["mean", "variance"] {
            let first = try values("first", "state/conv1/\(name)")
            #expect(try values("second", "state/conv1/\(name)") == first)
            #expect(try values("second", "optimizer/average/conv1/\(name)") == first)
            #expect(Set(first).count > 1)
            #expect(try Set(values("second", "state/dense1/\(name)")).count > 1)
        }
    }

    @Test func aResumedRunEndsWithTheSameBytes() throws {
        let train = [
            "train", data("digits.h5"), "--layers", Self.words, "--batch-size", "100", "--moving-average", "0.9",
        ]
        for more in [
            ["--max-steps", "20", "--run", "whole"], ["--max-steps", "7", "--run", "parts", "--workers", "3"],
            ["--max-steps", "20", "--run", "parts", "--workers", "1", "--resume"],
        ] {
            let result = try work.run(train + more)
            #expect(result.status == 0, "\(result.errors)")
        }
        #expect(try work.bytes("whole/latest") == work.bytes("parts/latest"))
        #expect(try work.succeed("verify", "whole").contains("the same bits"))
        let parameters = try work.succeed("inspect", "whole/latest")
        #expect(parameters.contains("conv1/mean"))
    }
}

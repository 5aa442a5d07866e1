import Foundation
import Kernels
import TestSupport
import Testing

/// A run of lockstep 0.1.0: `train xor.h5 --layers 3 --epochs 3 --checkpoint-every 2 --keep 2 --momentum 0.8 --seed 3
/// --batch-size 2`. Its config.yaml has all settings, and its checkpoints have no separate digest of the values. The expected
/// values are the output of 0.1.0.
@Suite struct FormerRunTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/run-of-0.1.0.tar.gz")
        _ = try work.tool("tar", "-xzf", fixture.path)
        try work.write(Data(contentsOf: URL(filePath: data("xor.h5"))), to: "xor.h5")
    }

    @Test func itsCheckpointIsRead() throws {
        #expect(
            try work.succeed("digest", "run").hasPrefix(
                "digest   sha256:c3bf23a777337e0bfc5b008e919e4a760e2f53d6441f9e706c6a023f7f21c49a\n"))
        let result = try work.json("evaluate", "run", "xor.h5")
        #expect(abs(try #require(result["loss"] as? Double) - 0.4616914071108417) < 1e-6)
        #expect(result["accuracy"] as? Double == 1)
    }

    @Test func itIsResumed() throws {
        let result = try work.lockstep("resume", "run", "--epochs", "6", "--quiet")
        #expect(result.status == 0, "\(result.errors)")
        // 0.1.0 prints the same line for six epochs without a stop.
        #expect(result.output == "run: step 12, epoch 6: train loss 0.3866, accuracy 100.00%\n")
        let losses = try work.text("run/metrics.jsonl").matches(of: /"trainLoss": ([0-9.]+)/).map { Double($0.1) ?? 0 }
        // The first three lines are those of the run; 0.1.0 wrote the last one in a run of six epochs.
        #expect(losses.count == 6)
        #expect(abs(losses[5] - 0.38655610828176706) < 1e-6)
    }

    @Test func itsLastStepsAreVerified() throws {
        // Another kind of machine may give other bits.
        guard try work.text("run/metrics.jsonl").contains("\"arithmetic\": \"\(Arithmetic.description)\"") else {
            return
        }
        #expect(
            try work.succeed("verify", "run").hasPrefix("steps 4 to 6, trained again with 1 worker: the same bits\n"))
    }
}

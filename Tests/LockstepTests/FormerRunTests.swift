import Foundation
import Runs
import TestSupport
import Testing

/// A run of lockstep 0.1.0: `train xor.h5 --layers 3 --epochs 3 --checkpoint-every 2 --keep 2 --momentum 0.8 --seed 3
/// --batch-size 2`. Its checkpoints are of version 1: they do not say what inputs and outputs mean, so no command uses them.
@Suite struct FormerRunTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/run-of-0.1.0.tar.gz")
        _ = try work.tool("tar", "-xzf", fixture.path)
        try work.write(Data(contentsOf: URL(filePath: data("xor.h5"))), to: "xor.h5")
    }

    @Test(arguments: [
        ["resume", "run", "--epochs", "6"], ["evaluate", "run", "xor.h5"],
        ["predict", "run", "xor.h5", "-o", "out.csv"], ["inspect", "run"], ["digest", "run"],
    ])
    func itsCheckpointsAreRefusedByTheirVersion(arguments: [String]) throws {
        try work.expectRefusal(
            arguments, 65,
            """
            run/checkpoints/step-00000006.h5: a checkpoint of version 1, which this lockstep (\(lockstepVersion)) does not read
              use lockstep 0.1 with it, or train anew: it does not say what its inputs and outputs mean
            """)
    }

    @Test(arguments: ["verify run", "train xor.h5 --layers 3 --initial-weights run/latest"])
    func itsCheckpointsAreNoStartForOtherRuns(line: String) throws {
        let result = try work.run(line.split(separator: " ").map(String.init))
        #expect(result.status == 65)
        #expect(result.errors.contains(": a checkpoint of version 1, which this lockstep"), "\(result.errors)")
    }
}

import HDF5
import Runs
import Testing

/// Checkpoints with a valid digest and impossible values: each is rejected with an error or used, and no command crashes or
/// hangs.
@Suite struct ForgedCheckpointTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        // Nine minibatches per epoch, so that the newest checkpoint is in the middle of the third epoch.
        let options = ["--layers", "2", "--batch-size", "100", "--max-steps", "23", "--checkpoint-every", "5"]
        let result = try work.run(["train", data("moons.h5"), "--run", "run", "--quiet", "--keep", "2"] + options)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Rewrites the newest checkpoint of the run.
    private func forge(_ forgery: Forgery) throws {
        let name = try work.link("run/latest")
        let original = try work.open("run/latest").root
        try work.makeFile("forged.h5") { root in
            try original.copy(to: root, forging: forgery)
            // Without the attribute "numbers", the content digest covers all values.
            try root.writeString(ContentDigest.attribute, ContentDigest.of(root))
        }
        try work.copy("forged.h5", to: "run/\(name)")
    }

    @Test func aRewrittenCheckpointIsRead() throws {
        let numbers = try work.succeed("digest", "run").split(separator: "\n").last
        try forge([:])
        #expect(try work.succeed("digest", "run").split(separator: "\n").last == numbers)
        try work.succeed("train", data("moons.h5"), "--run", "run", "--resume", "--max-steps", "30")
    }

    private static let wild: [Double] = [-1, 7, 0x1p52, 0x1p62, 1e30]

    private static let forgeries: [Forgery] =
        ["step", "epoch", "position", "epochCorrect", "rollbacks"].flatMap { name in
            wild.map { ["progress/\(name)": $0] }
        }
        + ["epoch", "step", "testLoss"].flatMap { name in
            (wild + [.infinity]).map { ["history/\(name)": $0] }
        }
        + [.nan, .infinity, 1e300].map { ["progress/epochLoss": $0] }
        + wild.flatMap { [["progress/step": $0, "progress/epoch": $0], ["history/step": $0, "history/epoch": $0]] }
        + [.nan, .infinity, 3e38].map { ["parameters/dense1/weight": $0] }

    @Test(arguments: 0..<forgeries.count)
    func impossibleValuesAreRejectedOrUsed(index: Int) throws {
        try forge(Self.forgeries[index])
        for arguments in [
            ["inspect", "run"], ["verify", "run"],
            ["train", data("moons.h5"), "--run", "run", "--resume", "--max-steps", "60", "--patience", "2"],
        ] {
            let result = try work.run(arguments, timeout: 60)
            #expect(
                result.status == 0 || result.errors.contains("error: "),
                "\(Self.forgeries[index]), \(arguments): \(result.status), \(result.errors)")
            #expect([0, 65, 70].contains(result.status), "\(Self.forgeries[index]), \(arguments): \(result.status)")
        }
    }
}

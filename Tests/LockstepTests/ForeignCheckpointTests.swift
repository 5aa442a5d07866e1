import Foundation
import HDF5
import Runs
import Testing

/// Checkpoints of other programs or of a newer version: valid in form, invalid in content.
@Suite struct ForeignCheckpointTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        try work.succeed(
            "train", data("digits.h5"), "--layers", "4", "--batch-size", "100", "--max-steps", "17",
            "--checkpoint-every", "15", "--keep", "9", "--quiet", "--run", "run")
    }

    /// Rewrites the newest checkpoint with a valid digest.
    private func rewrite(
        to name: String, forging forgery: Forgery = [:], configuration change: (String) -> String = { $0 }
    ) throws {
        let original = try work.open("run/latest").root
        try work.makeFile("forged.h5") { try original.copy(to: $0, forging: forgery) }
        let forged = try work.open("forged.h5").root
        try work.makeFile(name) { root in
            for attribute in ["format", "lockstep"] {
                try root.writeString(attribute, forged.readString(attribute))
            }
            try root.writeScalar("version", forged.readScalar("version", as: Int64.self))
            let text = try forged.dataset("config").readStrings().joined()
            _ = try root.createStringDataset("config", strings: [change(text)])
            for member in try forged.members() where member.kind == .group {
                try forged.group(member.name).copy(to: root.createGroup(member.name))
            }
            try root.writeString(ContentDigest.attribute, ContentDigest.of(root))
        }
    }

    @Test func aCheckpointWithoutTheDigestOfItsNumbersIsRead() throws {
        try rewrite(to: "old.h5")
        let numbers = try work.json("inspect", "run")["numbers"] as? String
        #expect(try work.json("inspect", "old.h5")["numbers"] as? String == numbers)
    }

    @Test func aSettingOfANewerVersionIsRejected() throws {
        try rewrite(to: "new.h5") { $0 + "sharpness: 3\n" }
        try work.expectRefusal(
            ["evaluate", "new.h5", data("digits.h5")], 65,
            """
            new.h5: /config has a setting sharpness, which this lockstep (\(lockstepVersion)) does not know
              a newer one made it; use that
            """)
    }

    @Test(arguments: [("features/shape", 0x1p62), ("labels/width", 0x1p62)])
    func hugeSizesAreRejected(object: String, size: Double) throws {
        try rewrite(to: "wild.h5", forging: ["schema/\(object)": size])
        try work.expectRefusal(
            ["evaluate", "wild.h5", data("digits.h5")], 65, "wild.h5: has no usable /schema/\(object)")
    }

    @Test(
        arguments: [
            ["position": 1], ["step": 18],
            ["epoch": 1, "position": 1437, "step": 30],
        ] as [[String: Int]])
    func inconsistentProgressIsRejected(progress: [String: Int]) throws {
        let forgery = progress.map { ("progress/\($0)", Double($1)) }
        try rewrite(to: "wild.h5", forging: Dictionary(uniqueKeysWithValues: forgery))
        try work.copy("wild.h5", to: "run/checkpoints/step-00000017.h5")
        let step = progress["step"] ?? 17
        try work.expectRefusal(
            ["resume", "run", "--epochs", "20"], 65,
            """
            run: its checkpoint of step \(step) is altered: no run on this data is at that place after so many steps
              move it away, to go on from the one before
            """)
        try FileManager.default.removeItem(atPath: work.path("run/checkpoints/step-00000017.h5"))
        #expect(try work.lockstep("resume", "run", "--quiet").status == 0)
    }

    /// A small file may claim more elements than fit into any memory.
    @Test func aFileLargerThanMemoryIsNotRead() throws {
        try work.copy("run/latest", to: "large.h5")
        _ = try work.tool("truncate", "--size", "1T", "large.h5")
        let result = try work.lockstep("digest", "large.h5")
        #expect(result.status == 71)
        let message =
            /error: large\.h5: it takes 5,242,880 MiB of memory, and [0-9,]+ MiB are left\n  free memory, or raise the limit of this job\n/
        #expect(result.errors.wholeMatch(of: message) != nil, "\(result.errors)")
    }

    /// A user block without an HDF5 file, and a file of zeros.
    @Test func otherFilesAreRejectedByTheirFirstBytes() throws {
        try work.write(work.bytes("run/latest").prefix(512), to: "head.h5")
        try work.expectRefusal(["digest", "head.h5"], 65, "head.h5: damaged: its bytes are not those that were saved")
        _ = try work.tool("truncate", "--size", "1T", "zeros.h5")
        let result = try work.lockstep("digest", "zeros.h5")
        #expect(result.status == 65)
        #expect(result.errors == "error: zeros.h5: not a checkpoint of lockstep\n")
    }
}

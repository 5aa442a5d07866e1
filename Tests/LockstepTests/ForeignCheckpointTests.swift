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
        to name: String, progress: [String: Int64] = [:], configuration change: (String) -> String = { $0 }
    ) throws {
        let original = try work.open("run/latest").root
        try work.makeFile(name) { root in
            for attribute in ["format", "lockstep"] {
                try root.writeString(attribute, original.readString(attribute))
            }
            try root.writeScalar("version", original.readScalar("version", as: Int64.self))
            let text = try original.dataset("config").readStrings().joined()
            _ = try root.createStringDataset("config", strings: [change(text)])
            for group in ["parameters", "optimizer", "state", "history"] {
                try copy(original.group(group), to: root.createGroup(group))
            }
            let (from, to) = (try original.group("progress"), try root.createGroup("progress"))
            for name in try from.attributeNames() {
                if name == "epochLoss" {
                    try to.writeScalar(name, from.readScalar(name, as: Double.self))
                } else {
                    try to.writeScalar(name, progress[name] ?? from.readScalar(name, as: Int64.self))
                }
            }
            try root.writeString(ContentDigest.attribute, ContentDigest.of(root))
        }
    }

    private func copy(_ from: Group, to: Group) throws {
        for member in try from.members() {
            if member.kind == .group {
                try copy(from.group(member.name), to: to.createGroup(member.name))
                continue
            }
            let dataset = try from.dataset(member.name)
            switch dataset.elementType {
            case .float(bits: 32): try to.put(member.name, dataset.read(as: Float.self), shape: dataset.shape)
            case .float: try to.put(member.name, dataset.read(as: Double.self), shape: dataset.shape)
            default: try to.put(member.name, dataset.read(as: Int64.self), shape: dataset.shape)
            }
        }
    }

    @Test func anOldCheckpointIsRead() throws {
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

    @Test(arguments: [
        ("input: [8, 8]", "input: [4611686018427387904, 4]", "input"),
        ("outputs: 10", "outputs: 9223372036854775807", "outputs"),
    ])
    func hugeSizesAreRejected(was: String, now: String, key: String) throws {
        try rewrite(to: "wild.h5") { $0.replacing(was, with: now) }
        try work.expectRefusal(
            ["evaluate", "wild.h5", data("digits.h5")], 65, "wild.h5: /config has no usable \(key)")
    }

    @Test(
        arguments: [
            ["position": 1], ["step": 18],
            ["epoch": 1, "position": 1437, "step": 30],
        ] as [[String: Int64]])
    func inconsistentProgressIsRejected(progress: [String: Int64]) throws {
        try rewrite(to: "wild.h5", progress: progress)
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

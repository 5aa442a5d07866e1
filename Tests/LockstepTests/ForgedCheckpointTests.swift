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

    /// The replaced values: an attribute of /progress as `progress/step`, all elements of a dataset as `history/epoch`.
    private typealias Forgery = [String: Double]

    /// Rewrites the newest checkpoint of the run.
    private func forge(_ forgery: Forgery) throws {
        let name = try work.link("run/latest")
        let original = try work.open("run/latest").root
        try work.makeFile("forged.h5") { root in
            try copy(original, to: root, "", forgery)
            // Without the attribute "numbers", the content digest covers all values.
            try root.writeString(ContentDigest.attribute, ContentDigest.of(root))
        }
        try work.copy("forged.h5", to: "run/\(name)")
    }

    private func copy(_ source: Group, to target: Group, _ path: String, _ forgery: Forgery) throws {
        for name in try source.attributeNames() where !["digest", "numbers"].contains(name) {
            let value = forgery[path + name]
            switch try source.attributeType(name) {
            case .string: try target.writeString(name, source.readString(name))
            case .integer:
                try target.writeScalar(
                    name, value.map(integer) ?? source.readScalar(name, as: Int64.self))
            default: try target.writeScalar(name, value ?? source.readScalar(name, as: Double.self))
            }
        }
        for member in try source.members() {
            let (name, path) = (member.name, path + member.name)
            guard member.kind == .dataset else {
                try copy(source.group(name), to: target.createGroup(name), path + "/", forgery)
                continue
            }
            let dataset = try source.dataset(name)
            func put<T: HDF5Scalar>(_ values: [T], _ forged: (Double) -> T) throws {
                let values = forgery[path].map { value in values.map { _ in forged(value) } } ?? values
                try target.put(name, values, shape: dataset.shape)
            }
            switch dataset.elementType {
            case .string: _ = try target.createStringDataset(name, strings: dataset.readStrings())
            case .integer: try put(dataset.read(as: Int64.self), integer)
            case .float(bits: 32): try put(dataset.read(as: Float.self)) { Float($0) }
            default: try put(dataset.read(as: Double.self)) { $0 }
            }
        }
    }

    private func integer(_ value: Double) -> Int64 { Int64(exactly: value) ?? (value < 0 ? .min : .max) }

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

import HDF5
import Testing

/// Files of other programs: the same samples under other names and in other types give the same network, byte for byte.
@Suite struct ForeignFileTests {
    private let work: Workplace
    /// Two interleaved half circles.
    private let features: [Float]
    private let labels: [UInt8]
    private let classes = ["upper", "lower"]

    init() throws {
        work = try Workplace()
        let moons = try File.open(data("moons.h5")).root
        features = try moons.dataset("train/features").read(as: Float.self)
        labels = try moons.dataset("train/labels").read(as: UInt8.self)
    }

    /// The digest of a short training on a file.
    private func digest(_ file: String, _ more: String...) throws -> String {
        let arguments = ["train", file, "--layers", "8", "--epochs", "2", "--quiet", "--force", "--run", "run"] + more
        let result = try work.run(arguments)
        try #require(result.status == 0, "\(result.errors)")
        return try work.succeed("digest", "run")
    }

    /// Writes the samples with Lockstep's names and types.
    private func putOurs(_ root: Group, _ split: String = "train") throws {
        try root.put("\(split)/features", features, shape: [900, 2])
        try root.put("\(split)/labels", labels).writeStrings("classes", classes)
    }

    @Test(arguments: [
        ("x_train", "y_train"), ("X_train", "y_train"), ("train_images", "train_labels"),
        ("train/images", "train/labels"),
        ("X", "y"), ("x", "y"), ("data", "label"), ("images", "labels"), ("features", "labels"),
    ])
    func usualNames(featuresName: String, labelsName: String) throws {
        try work.makeFile("ours.h5") { try putOurs($0) }
        try work.makeFile("theirs.h5") {
            try $0.put(featuresName, features, shape: [900, 2])
            try $0.put(labelsName, labels).writeStrings("classes", classes)
        }
        #expect(try digest("theirs.h5") == digest("ours.h5"))
    }

    @Test func usualNamesOfTheTestSplit() throws {
        try work.makeFile("ours.h5") {
            try putOurs($0)
            try putOurs($0, "test")
        }
        try work.makeFile("theirs.h5") {
            for split in ["train", "test"] {
                try $0.put("x_\(split)", features, shape: [900, 2])
                try $0.put("y_\(split)", labels).writeStrings("classes", classes)
            }
        }
        #expect(try digest("theirs.h5") == digest("ours.h5"))
        #expect(try work.metrics("run").first { $0["event"] as? String == "epoch" }?["testLoss"] is Double)
    }

    @Test func namedDatasets() throws {
        try work.makeFile("ours.h5") {
            try putOurs($0)
            try putOurs($0, "validation")
            try putOurs($0, "test")
        }
        try work.makeFile("theirs.h5") {
            try $0.put("here/points", features, shape: [900, 2])
            try $0.put("there/moon", labels).writeStrings("classes", classes)
        }
        let paths = ["", "validation-", "test-"].flatMap {
            ["--\($0)features", "here/points", "--\($0)labels", "/there/moon"]
        }
        let arguments = ["train", "theirs.h5", "--layers", "8", "--epochs", "2", "--run", "theirs", "--quiet"]
        #expect(try work.run(arguments + paths).status == 0)
        #expect(try work.succeed("digest", "theirs") == digest("ours.h5"))
    }

    @Test(arguments: ["float64", "one-hot", "float labels", "labels [N, 1]", "features [N, 1, 2]", "packed"])
    func otherForms(form: String) throws {
        try work.makeFile("ours.h5") { try putOurs($0) }
        try work.makeFile("theirs.h5") { root in
            switch form {
            case "float64": try root.put("X", features.map(Double.init), shape: [900, 2])
            case "packed":
                let options = DatasetOptions(chunkShape: [7, 2], gzipLevel: 9, shuffle: true, fletcher32: true)
                try root.createDataset("X", of: Float.self, shape: [900, 2], options: options).write(features)
            case "features [N, 1, 2]": try root.put("X", features, shape: [900, 1, 2])
            default: try root.put("X", features, shape: [900, 2])
            }
            let dataset =
                switch form {
                case "one-hot":
                    try root.put("y", labels.flatMap { $0 == 0 ? [1.0, 0] : [0, 1] }, shape: [900, 2])
                case "float labels": try root.put("y", labels.map(Float.init))
                case "labels [N, 1]": try root.put("y", labels.map(Int64.init), shape: [900, 1])
                default: try root.put("y", labels)
                }
            try dataset.writeStrings("classes", classes)
        }
        // The default loss depends on the form of the labels, so it is given.
        let (theirs, ours) = (
            try digest("theirs.h5", "--loss", "cross-entropy"), try digest("ours.h5", "--loss", "cross-entropy")
        )
        if ["float64", "one-hot", "features [N, 1, 2]"].contains(form) {
            // The form is part of the content digest by the schema, but not of the digest of the values.
            #expect(theirs != ours)
            #expect(theirs.split(separator: "\n").last == ours.split(separator: "\n").last)
        } else {
            #expect(theirs == ours)
        }
    }

    @Test func oneFeatureNeedsNoSecondDimension() throws {
        let column = stride(from: 0, to: features.count, by: 2).map { features[$0] }
        try work.makeFile("matrix.h5") {
            try $0.put("X", column, shape: [900, 1])
            try $0.put("y", labels)
        }
        try work.makeFile("vector.h5") {
            try $0.put("X", column)
            try $0.put("y", labels)
        }
        #expect(try digest("vector.h5") == digest("matrix.h5"))
    }

    @Test(arguments: [["scale", "offset"], ["scale_factor", "add_offset"]])
    func scaleAndOffsetAreApplied(names: [String]) throws {
        let raw = (0..<1800).map { UInt8($0 * 7 % 256) }
        try work.makeFile("bytes.h5") {
            let dataset = try $0.put("X", raw, shape: [900, 2])
            try dataset.writeScalar(names[0], 0.25)
            try dataset.writeScalar(names[1], -8.0)
            try $0.put("y", labels)
        }
        try work.makeFile("floats.h5") {
            try $0.put("X", raw.map { Float($0) / 4 - 8 }, shape: [900, 2])
            try $0.put("y", labels)
        }
        #expect(try weights("bytes.h5") == weights("floats.h5"))
    }

    /// The digest of the values after training on a file.
    private func weights(_ file: String) throws -> [[Float]] {
        _ = try digest(file)
        let parameters = try work.open("run/latest").root.group("parameters")
        return try ["dense1", "output"].map { try parameters.dataset("\($0)/weight").read(as: Float.self) }
    }

    @Test func regressionTargetsAreFitted() throws {
        try work.makeFile("line.h5") {
            let x = (0..<100).map { Float($0) / 100 }
            try $0.put("X", x)
            try $0.put("y", x.map { 2.5 * $0 - 1 })
        }
        let result = try work.json(
            "train", "line.h5", "--layers", "none", "--epochs", "200", "--batch-size", "10", "--weight-decay", "0",
            "--run", "run")
        #expect(try #require(result["trainLoss"] as? Double) < 1e-6)
        #expect(result["trainAccuracy"] == nil)
        let root = try work.open("run/latest").root
        #expect(abs(try root.dataset("parameters/output/weight").read(as: Float.self)[0] - 2.5) < 0.001)
        #expect(abs(try root.dataset("parameters/output/bias").read(as: Float.self)[0] + 1) < 0.001)

        try work.succeed("predict", "run", "line.h5", "-o", "out.h5")
        #expect(try work.open("out.h5").root.members().map(\.name) == ["outputs"])
    }
}

import Foundation
import HDF5
import Testing

/// `inspect` and `digest`, and checkpoints in other programs.
@Suite struct InspectTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ run: String, _ more: String...) throws {
        let arguments = ["train", data("moons.h5"), "--layers", "3,2", "--epochs", "2", "--run", run, "--quiet"]
        let result = try work.run(arguments + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    // MARK: Datasets

    @Test func dataset() throws {
        let path = data("moons.h5")
        let lines = try work.succeed("inspect", path).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 14)
        #expect(lines[0] == path)
        #expect(lines[2] == "split  samples  features   values                   labels")
        #expect(lines[3].hasPrefix("train      900  2 float32  -"))
        #expect(lines[4].hasPrefix("test       100  2 float32  -"))
        #expect(lines[3].hasSuffix("  2 classes"))
        #expect(
            lines[6].split(separator: " ") == [
                "feature", "type", "smallest", "largest", "mean", "deviation", "distinct", "missing",
            ])
        // The numbers are NumPy's.
        #expect(
            lines[7].split(separator: " ") == [
                "0", "number", "-1.38465", "2.45429", "0.515492", "0.883201", "900", "0",
            ])
        #expect(
            lines[8].split(separator: " ") == [
                "1", "number", "-0.999762", "1.53651", "0.249865", "0.539447", "900", "0",
            ])
        #expect(lines[10...12] == ["class  train  test", "upper    450    50", "lower    450    50"])
    }

    @Test func datasetAsJSON() throws {
        let object = try work.json("inspect", data("digits.h5"))
        #expect(object["file"] as? String == data("digits.h5"))
        let splits = try #require(object["splits"] as? [NSDictionary])
        #expect(
            splits == [
                [
                    "split": "train", "features": "/train/features", "labels": "/train/labels", "samples": 1437,
                    "shape": [8, 8], "type": "uint8",
                ],
                [
                    "split": "test", "features": "/test/features", "labels": "/test/labels", "samples": 360,
                    "shape": [8, 8], "type": "uint8",
                ],
            ])
    }

    @Test func foreignFile() throws {
        try work.makeFile("foreign.h5") {
            try $0.put("weather/rain", [1.5, 2, 3, 4, 5, 6], shape: [2, 3])
            try $0.put("weather/days", [Int16(1), 2])
        }
        #expect(
            try work.succeed("inspect", "foreign.h5") == """
                foreign.h5: no data under the usual names

                dataset        shape  type
                /weather/days  2      int16
                /weather/rain  2×3    float64

                """)
        let datasets = try #require(work.json("inspect", "foreign.h5")["datasets"] as? [NSDictionary])
        #expect(
            datasets == [
                ["path": "/weather/days", "shape": [2], "type": "int16"],
                ["path": "/weather/rain", "shape": [2, 3], "type": "float64"],
            ])
    }

    private func inspect<Label: HDF5Scalar>(_ labels: [Label], classes: [String]? = nil) throws -> String {
        try work.makeFile("data.h5") {
            try $0.put("X", labels.indices.map { Float($0) })
            let dataset = try $0.put("y", labels)
            if let classes { try dataset.writeStrings("classes", classes) }
        }
        return try work.succeed("inspect", "data.h5")
    }

    @Test func classesWithoutANameAreCountedToo() throws {
        #expect(
            try inspect([0, 1, 2, 3, 3, 7, 0], classes: ["a", "b", "c"]) == """
                data.h5

                split  samples  features   values  labels
                train        7  1 float32  0 to 6  unusable

                class  train
                a          2
                b          1
                c          1
                3          2
                7          1

                warning: data.h5: /y row 3 is 3, but its attribute classes names only 3 classes, 0 to 2
                  name every class, or take the attribute away

                """)
    }

    @Test func negativeIDsAreClassesLikeOthers() throws {
        #expect(
            try inspect([-1, 1, 1, -1]).hasSuffix(
                """
                  2 classes

                class  train
                -1         2
                1          2

                """))
    }

    @Test func unlistedClassesAreCounted() throws {
        let text = try inspect((0..<1300).map { $0 % 130 })
        #expect(text.contains("\n98        10\n99        10\nand 30 more classes\n"), "\(text)")
    }

    @Test func splitsWithoutClassesHaveNoCounts() throws {
        try work.makeFile("data.h5") {
            for (name, labels) in [("train", [0, 1, 1.5]), ("test", [2.5])] {
                try $0.put("\(name)/features", labels)
                if name == "train" {
                    try $0.put("\(name)/labels", [0, 1, 0])
                } else {
                    try $0.put("\(name)/labels", labels)
                }
            }
        }
        #expect(
            try work.succeed("inspect", "data.h5").hasSuffix(
                """
                class  train  test
                0          2     -
                1          1     -

                """))
    }

    @Test func valuesAreThoseOfTheFile() throws {
        let cases: [(values: [Double], text: String)] = [
            ([0x1p53 - 1, 0, 0.5], "0 to 9007199254740991"), ([0.1, 0.2, 3.5], "0.1 to 3.5"),
            ([1e300 / 1e270, 0, -0.7], "-0.7 to 1e+30"),
        ]
        for (values, text) in cases {
            try work.makeFile("data.h5") { try $0.put("X", values) }
            #expect(try work.succeed("inspect", "data.h5").contains("  \(text)  "))
        }
        try work.makeFile("data.h5") { try $0.put("X", [UInt64(1) << 63 + 5, 0]) }
        #expect(try work.succeed("inspect", "data.h5").contains("  0 to 9.223372e+18  "))
    }

    @Test func whatIsNotHDF5IsRefused() throws {
        try work.write("hello", to: "hello.h5")
        for (command, problem) in [("inspect", "an HDF5 file"), ("digest", "a checkpoint of lockstep")] {
            try work.expectRefusal([command, "hello.h5"], 65, "hello.h5: not \(problem)")
            try work.expectRefusal([command, "nowhere.h5"], 66, "nowhere.h5: no such file")
        }
        try work.expectRefusal(["digest", data("xor.h5")], 65, "\(data("xor.h5")): not a checkpoint of lockstep")
    }

    // MARK: Checkpoints

    @Test func checkpoint() throws {
        try train("run", "--max-steps", "6")
        let lines = try work.succeed("inspect", "run").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "run/checkpoints/step-00000006.h5")
        #expect(lines[2] == "network  2-3-2-2, relu, softmax, cross-entropy; 23 parameters")
        #expect(lines[3...4] == ["features 2 float32", "labels   2 classes: upper, lower"])
        #expect(lines[5] == "step     6, after 1 epoch and 512 samples")
        #expect(try lines[6...7].joined(separator: "\n") + "\n" == work.succeed("digest", "run"))
        #expect(
            lines[9].split(separator: " ") == [
                "parameter", "shape", "count", "mean", "deviation", "smallest", "largest",
            ])
        #expect(lines[10].hasPrefix("dense1/weight  3×2        6  "))
        #expect(lines[15].hasPrefix("output/bias    2          2  "))
        #expect(lines[17].contains("epoch  step  trainLoss  trainAccuracy  testLoss  testAccuracy  learningRate"))
        #expect(lines[18].hasPrefix("    1     4  "))
    }

    @Test func checkpointAsJSON() throws {
        try train("run")
        let object = try work.json("inspect", "run/latest")
        #expect(object["step"] as? Int == 8 && object["epoch"] as? Int == 2)
        #expect(object["slots"] as? [String] == ["velocity"])
        let parameters = try #require(object["parameters"] as? [NSDictionary])
        #expect(parameters.count == 6)
        #expect(parameters.first == ["name": "dense1/weight", "shape": [3, 2]])
        let history = try #require(object["history"] as? [[String: Any]])
        #expect(history.map { $0["step"] as? Int } == [4, 8])
        #expect(try object["digest"] as? String == work.open("run/latest").root.readString("digest"))
    }

    @Test func equalRunsHaveEqualDigests() throws {
        try train("one", "--workers", "1")
        try train("two", "--workers", "2")
        try train("other", "--seed", "1")
        let digests = try ["one", "two", "other", "one/latest"].map { try work.succeed("digest", $0) }
        #expect(digests[0].wholeMatch(of: /digest   sha256:[0-9a-f]{64}\nnumbers  sha256:[0-9a-f]{64}\n/) != nil)
        #expect(digests[0] == digests[1])
        #expect(digests[0] == digests[3])
        #expect(digests[0] != digests[2])
    }

    /// Lets h5repack rewrite the checkpoint as repacked.h5. It keeps the user block, whose checksum is then invalid, so the
    /// user block is removed.
    private func repack(_ filter: String) throws {
        _ = try work.tool("h5repack", "-f", filter, "run/latest", "with-block.h5")
        try work.write(work.bytes("with-block.h5").dropFirst(512), to: "repacked.h5")
    }

    @Test func repackedCheckpointIsTheSame() throws {
        try train("run")
        try repack("GZIP=9")
        #expect(try work.succeed("digest", "repacked.h5") == work.succeed("digest", "run"))
        let evaluations = try ["repacked.h5", "run"].map { name in
            try work.succeed("evaluate", name, data("moons.h5")).split(separator: "\n").dropFirst()
        }
        #expect(evaluations[0] == evaluations[1])
    }

    @Test func damagedCheckpointIsRefused() throws {
        try train("run")
        try work.copy("run/latest", to: "damaged.h5")
        try work.damage("damaged.h5")
        for command in ["inspect", "digest"] {
            try work.expectRefusal(
                [command, "damaged.h5"], 65, "damaged.h5: damaged: its bytes are not those that were saved")
        }
    }

    @Test func changedNumberInRepackedCheckpointIsRefused() throws {
        try train("run")
        try repack("NONE")
        let weights = try work.open("run/latest").root.dataset("parameters/dense1/weight").read(as: Float.self)
        var bytes = try [UInt8](work.bytes("repacked.h5"))
        let pattern = withUnsafeBytes(of: weights[0]) { Array($0) }
        for start in bytes.indices.dropLast(4) where Array(bytes[start..<start + 4]) == pattern { bytes[start] ^= 1 }
        try work.write(bytes, to: "repacked.h5")
        try work.expectRefusal(
            ["digest", "repacked.h5"], 65, "repacked.h5: damaged: its bytes are not those that were saved")
    }

    @Test func otherProgramsSeeTheLayout() throws {
        try train("run")
        let listing = try work.tool("h5dump", "-n", "1", "run/latest")
        let objects = listing.split(separator: "\n").dropFirst(2).dropLast(2).map {
            $0.split(separator: " ", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }.joined(
                separator: " ")
        }
        let tensors = ["dense1", "dense2", "output"].flatMap { layer in
            ["group X/\(layer)", "dataset X/\(layer)/bias", "dataset X/\(layer)/weight"]
        }
        func group(_ path: String, _ members: [String]) -> [String] {
            ["group \(path)"] + members.map { $0.replacing("X", with: path) }
        }
        let expected =
            [
                "group /", "attribute /digest", "attribute /format", "attribute /lockstep", "attribute /numbers",
                "attribute /version",
                "dataset /config",
            ]
            + group(
                "/history",
                ["epoch", "learningRate", "step", "testAccuracy", "testLoss", "trainAccuracy", "trainLoss"].map {
                    "dataset X/\($0)"
                })
            + ["group /optimizer"] + group("/optimizer/velocity", tensors) + group("/parameters", tensors)
            + group(
                "/progress",
                ["epoch", "epochCorrect", "epochLoss", "position", "rollbacks", "step"].map { "attribute X/\($0)" })
            + ["group /schema"]
            + group(
                "/schema/features",
                ["allowsUnseen", "elementType", "grouping", "missing", "offset", "scale", "standardization"].map {
                    "attribute X/\($0)"
                } + ["largest", "shape", "smallest"].map { "dataset X/\($0)" })
            + group(
                "/schema/labels",
                ["kind", "task", "width"].map { "attribute X/\($0)" } + ["dataset X/classes"])
            + ["group /state"]
        #expect(objects == expected)

        let header = try work.tool("h5dump", "-H", "-d", "/parameters/dense1/weight", "run/latest")
        #expect(header.contains("DATATYPE  H5T_IEEE_F32LE"))
        #expect(header.contains("DATASPACE  SIMPLE { ( 3, 2 ) / ( 3, 2 ) }"))
        let storage = try work.tool("h5dump", "-B", "-p", "-H", "run/latest")
        #expect(storage.contains("USERBLOCK_SIZE 512"))
        #expect(storage.split(separator: "DATASET ").count - 1 == storage.split(separator: "FLETCHER32").count - 1)
    }

    @Test func checkpointsBeginWithALineOfText() throws {
        try train("run")
        let line = try String(decoding: work.bytes("run/latest").prefix { $0 != 10 }, as: UTF8.self)
        #expect(line.wholeMatch(of: /lockstep-checkpoint 2 sha256:[0-9a-f]{64}/) != nil)
    }

    @Test func checkpointsNameNoPathAndNoWorkers() throws {
        try train("run", "--workers", "2")
        let file = try work.open("run/latest")
        #expect(try file.root.readString("format") == "lockstep-checkpoint")
        #expect(try file.root.readScalar("version", as: Int.self) == 2)
        let config = try #require(file.root.dataset("config").readStrings().first)
        #expect(config.contains("seed: 0\n"))
        #expect(try file.root.dataset("schema/labels/classes").readStrings() == ["upper", "lower"])
        #expect(!config.contains("moons.h5") && !config.contains("workers"))
    }
}

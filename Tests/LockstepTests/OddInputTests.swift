import Foundation
import Testing

/// Unusual input, files and paths.
@Suite struct OddInputTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func resumeOnOtherDataIsRefused() throws {
        try work.succeed("train", data("moons.h5"), "--layers", "4", "--max-steps", "6", "--run", "run")
        try work.makeFile("other.h5") {
            try $0.put("X", (0..<8).map(Float.init), shape: [4, 2])
            try $0.put("y", [0, 1, 0, 1]).writeStrings("classes", ["upper", "lower"])
        }
        let classes = ": /train/labels has other classes than when the run began: "
        for (file, difference, wayOut) in [
            ("other.h5", ": the train samples are not those that run began with", " run"),
            (data("xor.h5"), classes + "false where it was upper", ""),
            (data("digits.h5"), classes + "0, 1, 2, 3, 4, 5, 6, 7, 8, 9", ""),
        ] {
            let before = try work.text("run/config.yaml")
            let arguments = ["train", file, "--layers", "4", "--run", "run", "--resume"]
            let result = try work.run(arguments)
            let after = try work.text("run/config.yaml")
            #expect(result.status == 65)
            #expect(
                result.errors == """
                    error: \(file)\(difference)
                      give it that data, or begin a new run with --initial-weights\(wayOut)

                    """)
            #expect(after == before)
            try work.write(before, to: "run/config.yaml")
        }
    }

    @Test func dataThatMovedIsFoundThroughTheConfiguration() throws {
        try work.write(Data(contentsOf: URL(filePath: data("xor.h5"))), to: "old.h5")
        try work.succeed("train", "old.h5", "--max-steps", "3", "--run", "run")
        try work.copy("old.h5", to: "new.h5")
        try FileManager.default.removeItem(atPath: work.path("old.h5"))
        let old = work.path("old.h5")
        try work.expectRefusal(
            ["resume", "run"], 66,
            """
            \(old): no such file, and run learns from it
              if it has moved, write its new path in run/config.yaml
            """)
        try work.write(work.text("run/config.yaml").replacing("old.h5", with: "new.h5").utf8, to: "run/config.yaml")
        try work.succeed("resume", "run")
    }

    @Test func dataLargerThanMemory() throws {
        try work.makeFile("data.h5") { root in
            _ = try root.createDataset(
                "train/features", of: Float.self, shape: [1 << 40, 1 << 20], options: .init(chunkShape: [1, 1 << 20]))
            try root.put("train/labels", [0, 1])
        }
        try work.expectRefusal(
            ["train", "data.h5"], 71,
            "data.h5: /train/features is 1099511627776×1048576 numbers, more than the memory that this process may have"
        )
    }

    @Test func scaleThatIsNotANumber() throws {
        try work.makeFile("data.h5") { root in
            try root.put("train/features", [1, 2] as [Float]).writeScalar("scale", Float.nan)
            try root.put("train/labels", [0, 1])
        }
        try work.expectRefusal(
            ["train", "data.h5"], 65,
            """
            data.h5: /train/features has an attribute scale that is not a finite number
              write it anew, or give --feature-scale
            """)
    }

    @Test func compressionThatHDF5HereLacks() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../HDF5Tests/Fixtures/h5py.h5")
            .standardizedFileURL.path
        try work.expectRefusal(
            ["train", file, "--features", "numbers/lzf", "--labels", "numbers/compressed"], 65,
            """
            \(file): /numbers/lzf is compressed with lzf, which the HDF5 library here cannot read
              write it with gzip; in h5py: compression="gzip"
            """)
    }

    @Test func nonFiniteParametersAfterTheLastStepAreDivergence() throws {
        let arguments =
            ["train", data("digits.h5"), "--learning-rate", "3e38", "--max-steps", "1", "--run", "run"] + [
                "--loss", "mse", "--feature-scale", "1000000",
            ]
        let result = try work.run(arguments)
        #expect(result.status == 70)
    }

    @Test func repackedCheckpointWithItsUserBlock() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--max-steps", "0", "--run", "run")
        _ = try work.tool("h5repack", "-f", "GZIP=9", "run/latest", "repacked.h5")
        let digest = try work.lockstep("digest", "repacked.h5").output
        let expected = try work.succeed("digest", "run")
        #expect(digest == expected)
    }

    @Test func networkLargerThanMemory() throws {
        let result = try work.run(["train", data("xor.h5"), "--layers", "1000000,1000000,1000000"])
        #expect(result.status == 71)
        let message =
            /error: a network of 2,000,007,000,002 parameters needs [0-9,]+ GiB to train, this process may have [0-9,]+\n  make the network narrower, or --batch-size smaller; --accumulate adds the gradients of small batches\n/
        #expect(result.errors.wholeMatch(of: message) != nil, "\(result.errors)")
        #expect(try work.names() == [])
    }

    @Test func truncatedDataset() throws {
        let bytes = try Data(contentsOf: URL(filePath: data("digits.h5")))
        try work.write(bytes.prefix(3000), to: "cut.h5")
        try work.expectRefusal(
            ["train", "cut.h5"], 65, "cut.h5: cut short: it has 3000 of \(bytes.count) bytes; copy or make it again")
    }

    @Test func truncatedCheckpoint() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--max-steps", "0", "--run", "run")
        try work.write(work.bytes("run/latest").prefix(3000), to: "cut.h5")
        try work.expectRefusal(["inspect", "cut.h5"], 65, "cut.h5: damaged: its bytes are not those that were saved")
    }

    @Test func directoryInPlaceOfADataset() throws {
        try work.makeDirectory("data")
        try work.expectRefusal(["train", "data"], 66, "data: cannot be read: Is a directory")
    }

    /// Opening a pipe would wait for a writer.
    @Test func aPipeIsNotADataset() throws {
        _ = try work.tool("mkfifo", "data.h5")
        for command in [["train"], ["inspect"], ["digest"]] {
            try work.expectRefusal(
                command + ["data.h5"], 66, "data.h5: cannot be read: it is a pipe or a device, not a file")
        }
    }

    @Test func unwritableRunDirectory() throws {
        try work.write("", to: "file")
        for run in ["file", "file/run"] {
            try work.expectRefusal(
                ["train", data("xor.h5"), "--run", run], 73, "\(run): cannot be created: Not a directory")
        }
    }

    @Test func unwritablePredictions() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--max-steps", "0", "--run", "run")
        try work.expectRefusal(
            ["predict", "run", data("xor.h5"), "-o", "nowhere/out.h5"], 73,
            "nowhere/out.h5: cannot be created: No such file or directory")
    }

    /// A file size limit has the same effect as a full disk.
    @Test(arguments: [0, 1, 8, 40, 80])
    func noRoomForAnHDF5File(blocks: Int) throws {
        // At least 100 KB of features and 50 KB of predictions.
        let rows = (0..<6_400).map { "\($0),2,3,\($0 % 2)\n" }
        try work.write("a,b,c,kind\n" + rows.joined(), to: "train.csv")
        try work.succeed("import", "csv", "--train", "train.csv", "--label", "kind", "-o", "data.h5")
        try work.succeed("train", "data.h5", "--layers", "none", "--max-steps", "0", "--run", "run")
        for command in ["import csv --train train.csv --label kind", "predict run data.h5"] {
            let result = try work.shell("ulimit -f \(blocks); exec lockstep \(command) -o new.h5")
            #expect(result.errors == "error: new.h5: cannot be written: File too large\n")
            #expect(result.status == 73)
            #expect(try work.names() == ["data.h5", "run", "train.csv"])
        }
    }

    @Test func unwritableImport() throws {
        try work.write("x,kind\n1,a\n2,b\n", to: "train.csv")
        try work.expectRefusal(
            ["import", "csv", "--train", "train.csv", "--label", "kind", "-o", "nowhere/out.h5"], 73,
            "nowhere/out.h5: cannot be created: No such file or directory")
    }

    @Test func namedFeaturesThatAreMissing() throws {
        try work.expectRefusal(
            ["train", data("xor.h5"), "--features", "x"], 65,
            "\(data("xor.h5")): there is no dataset /x; the file has /train/features, /train/labels")
    }

    @Test(arguments: ["", "validation-", "test-"])
    func labelsWithoutFeaturesAreAnError(prefix: String) throws {
        try work.expectRefusal(
            ["train", data("xor.h5"), "--layers", "4", "--\(prefix)labels", "x"], 64,
            "--\(prefix)labels needs --\(prefix)features")
    }

    @Test(arguments: ["--batch-size", "--workers", "--shards", "--epochs"])
    func negativeNumbersAreValues(option: String) throws {
        try work.expectRefusal(["train", data("xor.h5"), option, "-5"], 64, "\(option) must be at least 1 (got -5)")
    }

    @Test func finishedRun() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--epochs", "1", "--run", "run")
        let output = try work.succeed("resume", "run")
        #expect(output.hasPrefix("run is finished (ask for more with --epochs): step 1, epoch 1: train loss "))
    }

    @Test func fewerEpochsThanWereTrainedLeaveTheConfiguration() throws {
        try work.succeed("train", data("xor.h5"), "--layers", "4", "--epochs", "3", "--run", "run")
        try work.succeed("resume", "run", "--epochs", "2")
        let configuration = try work.text("run/config.yaml")
        #expect(configuration.contains("epochs: 3\n"))
    }
}

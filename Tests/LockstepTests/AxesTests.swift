import Foundation
import HDF5
import TestSupport
import Testing

/// Images whose channels come first, as those of CIFAR-10, through the command.
@Suite struct AxesTests {
    private let work: Workplace
    private static let (channels, side, imagesOfFile) = (3, 32, 24)
    private static let pixels = side * side
    private static let convolutions = ["--layers", "conv 4 3x3, max-pool 2", "--batch-size", "32", "--quiet"]

    /// Makes the files of CIFAR-10's binary version, with random images, and of them HDF5 files: `first.h5` with the images
    /// as they are, and `last.h5` with their channels last.
    init() throws {
        work = try Workplace()
        try Self.writeRecords(to: work)
        try makeFile("first.h5", areFirst: true)
        try makeFile("last.h5", areFirst: false)
    }

    // MARK: Files

    private static let trainingFiles = (1...5).map { "data_batch_\($0).bin" }

    /// A record is a byte with the class, and 3,072 bytes: all of the image's red, all green, all blue.
    private static func writeRecords(to work: Workplace) throws {
        var random = TestRandom(seed: 3)
        for name in trainingFiles + ["test_batch.bin"] {
            let records = (0..<imagesOfFile).flatMap { image in
                let values = random.floats(channels * pixels).map { UInt8(255 * (0.5 + 0.49 * max(-1, min(1, $0)))) }
                return [UInt8(image % 10)] + values
            }
            try work.write(records, to: name)
        }
    }

    /// The classes and images of some files.
    private func records(_ names: [String]) throws -> (classes: [UInt8], images: [[UInt8]]) {
        let length = 1 + Self.channels * Self.pixels
        let bytes = try names.flatMap { try [UInt8](work.bytes($0)) }
        let starts = stride(from: 0, to: bytes.count, by: length)
        return (starts.map { bytes[$0] }, starts.map { Array(bytes[$0 + 1..<$0 + length]) })
    }

    /// - Parameter axes: the attribute of all features; nil for none.
    private func makeFile(_ name: String, areFirst: Bool, axes: String? = nil) throws {
        try work.makeFile(name) { root in
            for (split, names) in [("train", Self.trainingFiles), ("test", ["test_batch.bin"])] {
                let (classes, images) = try records(names)
                let ordered = areFirst ? images : images.map(Self.withChannelsLast)
                let sample =
                    areFirst ? [Self.channels, Self.side, Self.side] : [Self.side, Self.side, Self.channels]
                let group = try root.createGroup(split)
                let features = try group.put("features", ordered.flatMap(\.self), shape: [images.count] + sample)
                try features.writeScalar("scale", 1.0 / 255)
                if let axes { try features.writeString("axes", axes) }
                try group.put("labels", classes)
            }
        }
    }

    private static func withChannelsLast(_ image: [UInt8]) -> [UInt8] {
        (0..<pixels).flatMap { pixel in (0..<channels).map { image[$0 * pixels + pixel] } }
    }

    /// The digest of the numbers after three steps.
    private func numbers(_ run: String, _ file: String, _ options: String..., layers: [String] = convolutions) throws
        -> String
    {
        let result = try work.run(["train", file, "--run", run, "--max-steps", "3"] + layers + options)
        try #require(result.status == 0, "\(result.errors)")
        return try #require(work.json("inspect", run)["numbers"] as? String)
    }

    // MARK: The attribute

    @Test(arguments: ["CHW", "NCHW", "nchw"])
    func theAttributeIsUnderstoodWithAnNAndInSmallLetters(axes: String) throws {
        try makeFile("said.h5", areFirst: true, axes: axes)
        #expect(try head("said.h5", "--layers", "conv 4 3x3").contains("axes     CHW, as the file says"))
    }

    @Test func anAttributeThatMeansOtherAxesIsIgnoredWithAWord() throws {
        try makeFile("other.h5", areFirst: true, axes: "x:y:z")
        let result = try work.run(["train", "other.h5", "--layers", "conv 4 3x3", "--dry-run"])
        #expect(result.status == 0)
        #expect(
            result.errors.contains(
                "the attribute axes is x:y:z, which is none of HWC, CHW, HW, TC, T; it is ignored"), "\(result.errors)")
        let shown = try work.succeed("inspect", "other.h5")
        #expect(shown.contains("warning: other.h5: /train/features: the attribute axes is x:y:z"), "\(shown)")
    }

    @Test func anAttributeThatCannotBeIsRefused() throws {
        for (axes, right) in [("HW", "HWC or CHW"), ("WHC", "HWC or CHW")] {
            try makeFile("wrong.h5", areFirst: false, axes: axes)
            try work.expectRefusal(
                ["train", "wrong.h5", "--run", "wrong"] + Self.convolutions, 65,
                """
                wrong.h5: /train/features has samples of 32×32×3, which cannot have the axes \(axes)
                  correct its attribute axes: \(right)
                """)
        }
    }

    // MARK: Training

    @Test(arguments: [[], ["--standardize", "channel"], ["--standardize", "feature"]])
    func imagesWithTheirChannelsFirstAndLastGiveTheSameNumbers(options: [String]) throws {
        let layers = Self.convolutions + options
        let last = try numbers("last", "last.h5", layers: layers)
        #expect(try numbers("first", "first.h5", "--axes", "CHW", layers: layers) == last)
        #expect(try numbers("told", "first.h5", layers: layers) == last)
        try makeFile("said.h5", areFirst: true, axes: "CHW")
        #expect(try numbers("said", "said.h5", layers: layers) == last)
        #expect(try work.resolved("said")["axes"] == "CHW")
        #expect(try work.resolved("last")["axes"] == "HWC")
        #expect(try work.open("said/latest").root.group("schema").group("features").readString("axes") == "CHW")
    }

    /// A normalisation needs the channels as a convolution does.
    @Test(arguments: ["batch-norm, 8", "instance-norm, dropout 0.1, 8"])
    func normalisationsOfImagesTakeTheirChannels(words: String) throws {
        let layers = ["--layers", words, "--batch-size", "32", "--quiet"]
        #expect(try numbers("first", "first.h5", layers: layers) == numbers("last", "last.h5", layers: layers))
        try work.expectRefusal(
            ["train", data("digits.h5"), "--layers", words], 64,
            """
            --layers: item 1, \(words.prefix { $0 != "," }): samples of 8×8 may be images or sequences
              say what they are: --axes HW, or TC for time and channels
            """)
    }

    /// Dense layers read the values as the file has them, unless somebody says what they are.
    @Test func denseNetworksReadSamplesAsTheyAreUnlessAxesAreSaid() throws {
        let dense = ["--layers", "8", "--quiet"]
        let last = try numbers("last", "last.h5", layers: dense)
        #expect(try numbers("first", "first.h5", layers: dense) != last)
        #expect(try work.resolved("first")["axes"] == "auto")
        #expect(try numbers("said", "first.h5", "--axes", "CHW", layers: dense) == last)
    }

    @Test func aResumedRunTakesTheAxesFromItsCheckpoint() throws {
        _ = try numbers("whole", "first.h5", "--axes", "CHW")
        for steps in ["1", "2", "3"] {
            let result = try work.run(
                ["train", "first.h5", "--run", "parts", "--resume", "--max-steps", steps] + Self.convolutions
                    + (steps == "1" ? ["--axes", "CHW"] : []))
            try #require(result.status == 0, "\(result.errors)")
        }
        #expect(try work.bytes("parts/latest") == work.bytes("whole/latest"))
    }

    // MARK: Other files

    /// Each file is read by its own axes.
    @Test func aNetworkIsUsedOnFilesOfBothKinds() throws {
        _ = try numbers("run", "first.h5", "--axes", "CHW")
        try makeFile("said.h5", areFirst: false, axes: "HWC")
        let own = try work.json("evaluate", "run", "first.h5")
        let other = try work.lockstep("evaluate", "run", "said.h5", "--json")
        #expect(other.errors.contains("has the axes HWC; its samples are brought into the network's order, CHW\n"))
        let object = try JSONSerialization.jsonObject(with: Data(other.output.utf8)) as? [String: Any]
        #expect(try #require(object?["loss"] as? Double) == own["loss"] as? Double)
        for (file, name) in [("first.h5", "first"), ("said.h5", "said")] {
            try work.succeed("predict", "run", file, "-o", "\(name).csv")
        }
        #expect(try work.bytes("first.csv") == work.bytes("said.csv"))
        try work.expectRefusal(
            ["evaluate", "run", "last.h5"], 65,
            """
            last.h5: /test/features has samples of 32×32×3, the network takes 3×32×32, CHW
              if its axes are HWC, let its attribute axes say so
            """)
    }

    // MARK: Words

    private func head(_ arguments: String...) throws -> [String] {
        let result = try work.run(["train"] + arguments + ["--dry-run"])
        try #require(result.status == 0, "\(result.errors)")
        return result.errors.split(separator: "\n").map(String.init)
    }

    @Test func theHeadSaysTheAxesAndWhoSaysThem() throws {
        let (words, shape) = ("conv 4 3x3", "as the shape says")
        try makeFile("said.h5", areFirst: true, axes: "CHW")
        #expect(
            try head("first.h5", "--layers", words, "--axes", "CHW").prefix(2) == [
                "data     120 training, 24 test samples of 3×32×32", "axes     CHW, as --axes says",
            ])
        #expect(try head("said.h5", "--layers", words)[1] == "axes     CHW, as the file says")
        #expect(
            try head("first.h5", "--layers", words)[1] == "axes     CHW, \(shape) (--axes HWC: the channels are last)")
        #expect(
            try head("last.h5", "--layers", words)[1] == "axes     HWC, \(shape) (--axes CHW: the channels are first)")
        #expect(
            try head(data("digits.h5"), "--layers", words)[1] == "axes     HW, as the network's windows say")
        #expect(try head("first.h5", "--layers", "8")[1].hasPrefix("labels "))
    }

    @Test func inspectShowsTheAxes() throws {
        try makeFile("said.h5", areFirst: true, axes: "CHW")
        #expect(try work.succeed("inspect", "said.h5").contains("  3×32×32 uint8 CHW  "))
        let splits = try work.json("inspect", "said.h5")["splits"] as? [[String: Any]]
        #expect(splits?.map { $0["axes"] as? String } == ["CHW", "CHW"])
        _ = try numbers("run", "said.h5")
        #expect(try work.succeed("inspect", "run").contains("\nfeatures 3×32×32 uint8 CHW\n"))
    }

    /// Nobody has images that are 3 high and have 32 channels.
    @Test func channelsThatAreFirstAreNotReadAsTheLast() throws {
        let problem =
            "has samples of 3×32×32; as HWC they are 3 high and have 32 channels, so their channels come first\n"
        try work.expectRefusal(
            ["train", "first.h5", "--axes", "HWC"] + Self.convolutions, 65,
            "first.h5: /train/features \(problem)  --axes CHW says so")
        try makeFile("wrong.h5", areFirst: true, axes: "HWC")
        try work.expectRefusal(
            ["train", "wrong.h5"] + Self.convolutions, 65,
            "wrong.h5: /train/features \(problem)  correct its attribute axes: CHW")
        // Such images may exist.
        try work.makeFile("long.h5") { root in
            try root.put("train/features", (0..<20 * 288).map { Float($0 % 7) }, shape: [20, 3, 12, 8])
            try root.put("train/labels", (0..<20).map { Int32($0 % 2) })
        }
        #expect(
            try head("long.h5", "--axes", "HWC", "--layers", "conv 4 3x3").contains(
                "warning: long.h5: /train/features: samples of 3×12×8 are taken for images 3 high with 8 channels"))
    }

    @Test func axesThatCannotBeAreRefused() throws {
        try makeFile("said.h5", areFirst: true, axes: "CHW")
        try work.expectRefusal(
            ["train", "said.h5", "--axes", "HWC"], 65,
            """
            said.h5: /train/features has the axes CHW, --axes says HWC
              leave --axes out, or correct the file's attribute axes
            """)
        try work.expectRefusal(
            ["train", "first.h5", "--axes", "HW"], 65,
            """
            first.h5: /train/features has samples of 3×32×32, which cannot have the axes HW
              say one letter for each number: HWC or CHW
            """)
        try work.makeFile("cubes.h5") { root in
            try root.put("train/features", (0..<8 * 512).map { Float($0) }, shape: [8, 8, 8, 8])
            try root.put("train/labels", (0..<8).map { Int32($0 % 2) })
        }
        try work.expectRefusal(
            ["train", "cubes.h5", "--layers", "conv 4 3x3"], 64,
            """
            --layers: item 1, conv 4 3x3: samples of 8×8×8 may have their channels last or first
              say where they are: --axes HWC or CHW
            """)
        _ = try numbers("run", "first.h5", "--axes", "CHW")
        try work.expectRefusal(
            ["train", "last.h5", "--axes", "HWC", "--initial-weights", "run"] + Self.convolutions, 64,
            """
            run/checkpoints/step-00000003.h5: has learned with axes CHW, which its weights depend on (got HWC)
              leave the setting open, or begin without --initial-weights
            """)
    }
}

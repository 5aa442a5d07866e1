import HDF5
import Testing

/// Invalid dataset files: the error names file, dataset and row, and nothing is written.
@Suite struct BadDataTests {
    /// A file with one error.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        var arguments: [String] = []
        let fill: @Sendable (Group) throws -> Void

        init(
            _ description: String, _ message: String, _ arguments: String...,
            fill: @escaping @Sendable (Group) throws -> Void
        ) {
            (testDescription, self.message, self.arguments, self.fill) = (description, message, arguments, fill)
        }
    }

    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Creates a split of four samples with two features and these labels.
    private static func put<T: HDF5Scalar>(_ labels: [T], in root: Group, _ split: String = "train") throws {
        try root.put("\(split)/features", [1, 2, 3, 4, 5, 6, 7, 8].map(Float.init), shape: [4, 2])
        try root.put("\(split)/labels", labels)
    }

    /// Creates four valid labels beside invalid features.
    private static func put<T: HDF5Scalar>(features: [T], shape: [Int], in root: Group) throws {
        try root.put("train/features", features, shape: shape)
        try root.put("train/labels", [0, 1, 0, 1])
    }

    private static let structure = [
        Case(
            "nothing under the usual names",
            """
            bad.h5: no training data under the usual names (/train/features and /train/labels, x_train and y_train, …)
              name them with --features and --labels; the file has /weather/days, /weather/rain
            """
        ) {
            try $0.put("weather/rain", [1, 2])
            try $0.put("weather/days", [1, 2])
        },
        Case(
            "nothing at all",
            """
            bad.h5: no training data under the usual names (/train/features and /train/labels, x_train and y_train, …)
              name them with --features and --labels; the file has no datasets
            """
        ) { _ in },
        Case("no labels", "bad.h5: /train/features has no labels beside it; name them with --labels") {
            try $0.put("train/features", [1.5, 2])
        },
        Case(
            "named labels missing",
            "bad.h5: there is no dataset /train/id; the file has /train/features, /train/labels",
            "--features", "train/features", "--labels", "train/id"
        ) { try put([0, 1, 0, 1], in: $0) },
        Case(
            "named features missing", "bad.h5: there is no dataset /x; the file has /train/features, /train/labels",
            "--features", "x", "--labels", "train/labels"
        ) { try put([0, 1, 0, 1], in: $0) },
        Case("rows that do not match", "bad.h5: /train/labels has 3 rows but /train/features has 4") {
            try put([0, 1, 0], in: $0)
        },
        Case("one label", "bad.h5: /train/labels has 1 row but /train/features has 4") { try put([0], in: $0) },
        Case("no rows", "bad.h5: /train/features has no rows") {
            try $0.put("train/features", [Float](), shape: [0, 2])
            try $0.put("train/labels", [Int](), shape: [0])
        },
        Case(
            "strings for features",
            """
            bad.h5: /train/features holds strings, not numbers
              store numbers, or import a table with its columns of text: lockstep import csv
            """
        ) {
            _ = try $0.createStringDataset("train/features", strings: ["a", "b"])
            try $0.put("train/labels", [0, 1])
        },
        Case(
            "strings for measurements",
            "bad.h5: /train/labels row 0 is the text a, not a number; texts are classes (--task classification)",
            "--task", "regression"
        ) {
            try $0.put("train/features", [1.5, 2])
            _ = try $0.createStringDataset("train/labels", strings: ["a", "b"])
        },
        Case(
            "labels of three dimensions",
            "bad.h5: /train/labels has the shape [2, 2, 2], which cannot be read as samples"
        ) {
            try $0.put("train/features", [1.5, 2])
            try $0.put("train/labels", [0, 1, 0, 1, 0, 1, 0, 1], shape: [2, 2, 2])
        },
        Case("test samples of another size", "bad.h5: /test/features has samples of 3, the network takes 2") {
            try put([0, 1, 0, 1], in: $0)
            try $0.put("test/features", [1, 2, 3], shape: [1, 3])
            try $0.put("test/labels", [0])
        },
        Case(
            "test labels of other classes",
            "bad.h5: /test/labels row 2 is 2, which is no class of the network; it knows 0, 1"
        ) {
            try put([0, 1, 0, 1], in: $0)
            try put([0, 1, 2, 1], in: $0, "test")
        },
        Case("test rows that do not match", "bad.h5: /test/labels has 3 rows but /test/features has 4") {
            try put([0, 1, 0, 1], in: $0)
            try put([0, 1, 0], in: $0, "test")
        },
    ]

    private static let numbers = [
        Case(
            "NaN",
            "bad.h5: /train/features row 2 has the value nan; every value must be a finite number" + Self.missingHint
        ) {
            try put(features: [1, 2, 3, 4, 5, Float.nan, 7, 8], shape: [4, 2], in: $0)
        },
        Case("infinity", "bad.h5: /train/features row 0 has the value -inf; every value must be a finite number") {
            try put(features: [1, -Double.infinity, 3, 4, 5, 6, 7, 8], shape: [4, 2], in: $0)
        },
        Case(
            "NaN in labels",
            "bad.h5: /train/labels row 3 has the value nan; every value must be a finite number" + Self.missingHint
        ) {
            try put([1, 2.5, 3, Float.nan], in: $0)
        },
        Case("infinity in labels", "bad.h5: /train/labels row 1 has the value inf; every value must be a finite number")
        {
            try put([1, Float.infinity, 3, 4], in: $0)
        },
    ]

    /// Creates four valid samples and labels, and attributes on one of the datasets.
    private static func put(_ attributes: [(String, Double)], on dataset: String, in root: Group) throws {
        try put([0, 1, 0, 1], in: root)
        for (name, value) in attributes { try root.dataset(dataset).writeScalar(name, value) }
    }

    private static let attributes = [
        Case(
            "two scales",
            """
            bad.h5: /train/features has the attributes scale 0.5 and scale_factor 0.25, which mean the same
              take one of them away
            """
        ) { try put([("scale", 0.5), ("scale_factor", 0.25)], on: "train/features", in: $0) },
        Case(
            "two offsets",
            """
            bad.h5: /train/features has the attributes offset 1 and add_offset 2, which mean the same
              take one of them away
            """
        ) { try put([("offset", 1), ("add_offset", 2)], on: "train/features", in: $0) },
        Case(
            "a scale of 0",
            """
            bad.h5: /train/features has the attribute scale 0, which makes all values the same
              write it anew, or give --feature-scale
            """
        ) { try put([("scale", 0)], on: "train/features", in: $0) },
        Case(
            "a scale that is 0 as a float",
            """
            bad.h5: /train/features has the attribute scale_factor 1e-50, which is 0 as a 32-bit float
              write it anew, or give --feature-scale
            """
        ) { try put([("scale_factor", 1e-50)], on: "train/features", in: $0) },
        Case(
            "an offset beyond all floats",
            """
            bad.h5: /train/features has an attribute add_offset that is not a finite number
              write it anew
            """
        ) { try put([("add_offset", 1e39)], on: "train/features", in: $0) },
        Case(
            "scaled beyond all floats",
            """
            bad.h5: /train/features row 0 has the value 2, and 2 · 3e+38 is beyond the largest 32-bit float (3.4e38)
              choose another scale: --feature-scale
            """,
            "--feature-scale", "3e38"
        ) { try put([0, 1, 0, 1], in: $0) },
        Case(
            "bytes scaled and moved beyond all floats",
            """
            bad.h5: /train/features row 1 has the value 3, and 3 · 1e+38 + 1e+38 is beyond the largest 32-bit float (3.4e38)
              choose another scale: --feature-scale
            """,
            "--feature-scale", "1e38"
        ) {
            try put(features: [1, 2, 3, 2, 1, 1, 1, 1] as [UInt8], shape: [4, 2], in: $0)
            try $0.dataset("train/features").writeScalar("offset", 1e38)
        },
        Case(
            "a missing feature",
            "bad.h5: /train/features row 3 is missing: it has the _FillValue 8; fill it in or leave the row out"
        ) { try put([("_FillValue", 8)], on: "train/features", in: $0) },
        Case(
            "a missing feature that is NaN",
            "bad.h5: /train/features row 3 is missing: it has the missing_value nan; fill it in or leave the row out"
        ) {
            try put(features: [1, 2, 3, .nan], shape: [4], in: $0)
            try $0.dataset("train/features").writeScalar("missing_value", Float.nan)
        },
        Case(
            "a missing byte",
            "bad.h5: /train/features row 2 is missing: it has the _FillValue 255; fill it in or leave the row out"
        ) {
            try put(features: [1, 2, 255, 3] as [UInt8], shape: [4], in: $0)
            try $0.dataset("train/features").writeScalar("_FillValue", UInt8(255))
        },
        Case(
            "a missing double",
            "bad.h5: /train/features row 2 is missing: it has the missing_value -999; fill it in or leave the row out"
        ) {
            try put(features: [1, 2, -999, 3], shape: [4], in: $0)
            try $0.dataset("train/features").write("missing_value", [-99.5, -999])
        },
        Case(
            "a missing class id",
            "bad.h5: /train/labels row 3 is missing: it has the _FillValue -999; fill it in or leave the row out"
        ) {
            try put([0, 1, 0, -999], in: $0)
            try $0.dataset("train/labels").writeScalar("_FillValue", -999)
        },
        Case(
            "a missing measurement",
            "bad.h5: /train/labels row 1 is missing: it has the _FillValue -9999.9; fill it in or leave the row out"
        ) {
            try put([0.5, -9999.9, 1, 2] as [Float], in: $0)
            try $0.dataset("train/labels").writeScalar("_FillValue", -9999.9)
        },
        Case(
            "labels with a scale",
            """
            bad.h5: /train/labels has the attribute scale_factor 0.1, but labels are taken as they are
              write the labels that are meant, and take the attribute away
            """
        ) { try put([("scale_factor", 0.1)], on: "train/labels", in: $0) },
        Case(
            "labels with an offset",
            """
            bad.h5: /train/labels has the attribute add_offset 20, but labels are taken as they are
              write the labels that are meant, and take the attribute away
            """
        ) { try put([("scale", 1), ("add_offset", 20)], on: "train/labels", in: $0) },
        Case(
            "an attribute that is text",
            "bad.h5: /train/features@scale is of another type: elements are string, not numbers"
        ) {
            try put([0, 1, 0, 1], in: $0)
            try $0.dataset("train/features").writeString("scale", "1/255")
        },
        Case("an attribute of several", "bad.h5: /train/features@offset is of another type: 2 values, not one") {
            try put([0, 1, 0, 1], in: $0)
            try $0.dataset("train/features").write("offset", [1.0, 2])
        },
    ]

    private static let wide = [
        Case(
            "a double beyond all floats",
            """
            bad.h5: /train/features row 1 has the value 1e+300, beyond the largest 32-bit float (3.4e38)
              write the numbers in a larger unit, or their logarithms
            """
        ) { try put(features: [1, 2, 3, 1e300, 5, 6, 7, 8], shape: [4, 2], in: $0) },
        Case(
            "a measurement beyond all floats",
            """
            bad.h5: /train/labels row 2 has the value -1e+300, beyond the largest 32-bit float (3.4e38)
              write the numbers in a larger unit, or their logarithms
            """
        ) { try put([0.5, 2, -1e300, 1], in: $0) },
        Case(
            "a class id beyond 64 bits",
            """
            bad.h5: /train/labels row 1 is 9223372036854775813, beyond the largest 64-bit integer (9223372036854775807)
              class ids count from 0 on; store measurements as floats
            """
        ) { try put([0, 1 << 63 + 5, 0, 1] as [UInt64], in: $0) },
    ]

    private static let claims = [
        Case(
            "one sample that cannot be counted",
            "bad.h5: /train/features is 1×1099511627776×1099511627776 numbers, more than the memory that this process may have"
        ) {
            _ = try $0.createDataset(
                "train/features", of: Float.self, shape: [1, 1 << 40, 1 << 40],
                options: .init(chunkShape: [1, 1, 1024]))
            try $0.put("train/labels", [0])
        },
        Case(
            "many dimensions",
            "bad.h5: /train/features is \([String](repeating: "1048576", count: 32).joined(separator: "×")) numbers, "
                + "more than the memory that this process may have"
        ) {
            _ = try $0.createDataset(
                "train/features", of: UInt8.self, shape: .init(repeating: 1 << 20, count: 32),
                options: .init(chunkShape: .init(repeating: 1, count: 32)))
            _ = try $0.createDataset(
                "train/labels", of: UInt8.self, shape: [1 << 20], options: .init(chunkShape: [1024]))
        },
        Case("no rows that cannot be counted", "bad.h5: /train/features has no rows") {
            _ = try $0.createDataset("train/features", of: Float.self, shape: [0, 1 << 40, 1 << 40])
            _ = try $0.createDataset("train/labels", of: Int.self, shape: [0])
        },
        Case(
            "labels that no memory holds",
            "bad.h5: /train/labels is 4×1152921504606846976 numbers, more than the memory that this process may have"
        ) {
            try put([0, 1, 0, 1], in: $0, "other")
            try $0.put("train/features", [1, 2, 3, 4])
            _ = try $0.createDataset(
                "train/labels", of: Float.self, shape: [4, 1 << 60], options: .init(chunkShape: [1, 1024]))
        },
    ]

    private static let labels = [
        Case(
            "negative beside names",
            """
            bad.h5: /train/labels row 2 is -1, but its attribute classes names only 2 classes, 0 to 1
              name every class, or take the attribute away
            """
        ) {
            try put([0, 1, -1, 1], in: $0)
            try $0.dataset("train/labels").writeStrings("classes", ["no", "yes"])
        },
        Case(
            "fractional",
            """
            bad.h5: /train/labels row 1 is 1.5; classes are texts or whole numbers
              if these are measurements: --task regression
            """,
            "--task", "classification"
        ) { try put([0, 1.5, 2, 1], in: $0) },
        Case(
            "more than the names",
            """
            bad.h5: /train/labels row 3 is 2, but its attribute classes names only 2 classes, 0 to 1
              name every class, or take the attribute away
            """
        ) {
            try put([0, 1, 0, 2], in: $0)
            try $0.dataset("train/labels").writeStrings("classes", ["no", "yes"])
        },
        Case(
            "not one-hot",
            "bad.h5: /train/labels row 1 is no distribution: it adds up to 2\n"
                + "  cross entropy takes class ids, one-hot rows, or probabilities",
            "--loss", "cross-entropy"
        ) {
            try $0.put("train/features", [1.5, 2])
            try $0.put("train/labels", [1.0, 0, 1, 1], shape: [2, 2])
        },
        Case(
            "not binary", "bad.h5: /train/labels row 2 is 1.5; this loss needs targets from 0 to 1",
            "--loss", "binary-cross-entropy"
        ) { try put([0, 1, 1.5, 1], in: $0) },
    ]

    private static let missingHint =
        "\n  training with --missing mean, median or zero fills in features, with drop-row it leaves the row out"

    @Test(arguments: structure + numbers + attributes + wide + claims + labels)
    func isRefused(bad: Case) throws {
        try work.makeFile("bad.h5", bad.fill)
        let status: Int32 = bad.message.hasSuffix("the memory that this process may have") ? 71 : 65
        try work.expectRefusal(["train", "bad.h5", "--layers", "4"] + bad.arguments, status, bad.message)
    }

    @Test(arguments: ["train", "evaluate", "predict"])
    func claimsAreRefusedByEveryCommand(command: String) throws {
        try work.makeFile("good.h5") { try Self.put([0, 1, 0, 1], in: $0) }
        try work.succeed("train", "good.h5", "--max-steps", "0", "--run", "run")
        for shape in [[1 << 62], [1, 1 << 40, 1 << 40], [0, 1 << 40, 1 << 40]] {
            try work.makeFile("bad.h5") {
                let options = DatasetOptions(chunkShape: shape.map { _ in 1 })
                _ = try $0.createDataset("train/features", of: UInt8.self, shape: shape, options: options)
                _ = try $0.createDataset(
                    "train/labels", of: UInt8.self, shape: [shape[0]], options: .init(chunkShape: [1]))
            }
            let last = [
                "train": ["bad.h5"], "evaluate": ["run", "bad.h5"], "predict": ["run", "bad.h5", "-o", "o.csv"],
            ]
            let result = try work.run([command] + last[command, default: []])
            let problem = shape[0] == 0 ? " has no rows" : " is "
            #expect(result.status == (problem == " is " ? 71 : 65))
            #expect(result.errors.hasPrefix("error: bad.h5: /train/features\(problem)"), "\(result.errors)")
        }
    }

    @Test(arguments: ["evaluate", "predict"])
    func isRejectedByCommandsThatUseANetwork(command: String) throws {
        try work.makeFile("good.h5") { try Self.put([0, 1, 0, 1], in: $0) }
        try work.succeed("train", "good.h5", "--max-steps", "0", "--run", "run")
        try work.makeFile("bad.h5") { try Self.put(features: [1, 2, 3, .nan, 5, 6, 7, 8], shape: [4, 2], in: $0) }
        let more = command == "predict" ? ["-o", "out.csv"] : []
        try work.expectRefusal(
            [command, "run", "bad.h5"] + more, 65,
            "bad.h5: /train/features row 1 has the value nan; every value must be a finite number" + Self.missingHint)
    }

    @Test func noSuchFile() throws {
        try work.expectRefusal(["train", "nowhere.h5"], 66, "nowhere.h5: no such file")
    }

    @Test func notHDF5() throws {
        try work.write("hello", to: "bad.h5")
        try work.expectRefusal(["train", "bad.h5"], 65, "bad.h5: not an HDF5 file")
    }

    @Test func damagedInPlace() throws {
        try work.makeFile("bad.h5") {
            let options = DatasetOptions(chunkShape: [1000], fletcher32: true)
            try $0.createDataset("X", of: Float.self, shape: [1000], options: options)
                .write((0..<1000).map(Float.init))
            try $0.put("y", Array(repeating: 0, count: 1000))
        }
        var bytes = try [UInt8](work.bytes("bad.h5"))
        let pattern = withUnsafeBytes(of: Float(500)) { Array($0) }
        for start in bytes.indices.dropLast(4) where Array(bytes[start..<start + 4]) == pattern { bytes[start] ^= 1 }
        try work.write(bytes, to: "bad.h5")
        let result = try work.lockstep("train", "bad.h5")
        #expect(result.status == 65)
        #expect(result.errors.hasPrefix("error: bad.h5: /X cannot be read: "))
        #expect(try work.names() == ["bad.h5"])
    }
}

import HDF5
import Testing

/// Dataset files that cannot be trained on: told by file, dataset and row, before anything is written.
@Suite struct BadDataTests {
    /// A file that is wrong in one way.
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

    /// Puts four samples of two numbers in a split, with these labels.
    private static func put<T: HDF5Scalar>(_ labels: [T], in root: Group, _ split: String = "train") throws {
        try root.put("\(split)/features", [1, 2, 3, 4, 5, 6, 7, 8].map(Float.init), shape: [4, 2])
        try root.put("\(split)/labels", labels)
    }

    /// Puts four good labels beside features that are not.
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
              store numbers; for labels, class ids, and the names of the classes in the attribute classes
            """
        ) {
            _ = try $0.createStringDataset("train/features", strings: ["a", "b"])
            try $0.put("train/labels", [0, 1])
        },
        Case(
            "strings for labels",
            """
            bad.h5: /train/labels holds strings, not numbers
              store numbers; for labels, class ids, and the names of the classes in the attribute classes
            """
        ) {
            try $0.put("train/features", [1.5, 2])
            _ = try $0.createStringDataset("train/labels", strings: ["a", "b"])
        },
        Case(
            "labels of three dimensions",
            "bad.h5: /train/labels has the shape [2, 1, 1], which cannot be read as samples"
        ) {
            try $0.put("train/features", [1.5, 2])
            try $0.put("train/labels", [0, 1], shape: [2, 1, 1])
        },
        Case("test samples of another size", "bad.h5: /test/features has samples of 3, the network takes 2") {
            try put([0, 1, 0, 1], in: $0)
            try $0.put("test/features", [1, 2, 3], shape: [1, 3])
            try $0.put("test/labels", [0])
        },
        Case("test labels of other classes", "bad.h5: /test/labels row 2 is 2; class ids must be 0 to 1") {
            try put([0, 1, 0, 1], in: $0)
            try put([0, 1, 2, 1], in: $0, "test")
        },
        Case("test rows that do not match", "bad.h5: /test/labels has 3 rows but /test/features has 4") {
            try put([0, 1, 0, 1], in: $0)
            try put([0, 1, 0], in: $0, "test")
        },
    ]

    private static let numbers = [
        Case("NaN", "bad.h5: /train/features row 2 has the value nan; every value must be a finite number") {
            try put(features: [1, 2, 3, 4, 5, Float.nan, 7, 8], shape: [4, 2], in: $0)
        },
        Case("infinity", "bad.h5: /train/features row 0 has the value -inf; every value must be a finite number") {
            try put(features: [1, -Double.infinity, 3, 4, 5, 6, 7, 8], shape: [4, 2], in: $0)
        },
        Case("NaN in labels", "bad.h5: /train/labels row 3 has the value nan; every value must be a finite number") {
            try put([1, 2.5, 3, Float.nan], in: $0)
        },
        Case("infinity in labels", "bad.h5: /train/labels row 1 has the value inf; every value must be a finite number")
        {
            try put([1, Float.infinity, 3, 4], in: $0)
        },
    ]

    private static let labels = [
        Case("negative", "bad.h5: /train/labels row 2 is -1; class ids must be whole numbers from 0 on") {
            try put([0, 1, -1, 1], in: $0)
        },
        Case(
            "fractional", "bad.h5: /train/labels row 1 is 1.5; class ids must be whole numbers from 0 on", "--loss",
            "cross-entropy"
        ) { try put([0, 1.5, 2, 1], in: $0) },
        Case(
            "too large",
            """
            bad.h5: /train/labels row 3 is 1000000, but there are only 4 samples for that many classes
              if these are measurements, fit them with --loss mse
            """
        ) { try put([0, 1, 2, 1_000_000], in: $0) },
        Case("more than the names", "bad.h5: /train/labels row 3 is 2; class ids must be 0 to 1") {
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

    @Test(arguments: structure + numbers + labels)
    func isRefused(bad: Case) throws {
        try work.makeFile("bad.h5", bad.fill)
        try work.expectRefusal(["train", "bad.h5", "--layers", "4"] + bad.arguments, 65, bad.message)
    }

    @Test(arguments: ["evaluate", "predict"])
    func isRefusedByWhatUsesANetwork(command: String) throws {
        try work.makeFile("good.h5") { try Self.put([0, 1, 0, 1], in: $0) }
        try work.succeed("train", "good.h5", "--max-steps", "0", "--run", "run")
        try work.makeFile("bad.h5") { try Self.put(features: [1, 2, 3, .nan], shape: [2, 2], in: $0) }
        let more = command == "predict" ? ["-o", "out.csv"] : []
        try work.expectRefusal(
            [command, "run", "bad.h5"] + more, 65,
            "bad.h5: /train/features row 1 has the value nan; every value must be a finite number")
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

import Foundation
import HDF5
import Testing

/// `import idx` and `import csv`, and training on their output.
@Suite struct ImportTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    // MARK: IDX

    private static let idxArguments = ["import", "idx", "--train-images", "images", "--train-labels", "labels", "-o"]

    /// An IDX file of bytes.
    private func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + values
    }

    /// Twenty images of 3×2: dark ones of class 0, light ones of class 1.
    private func writeImages(_ prefix: String = "") throws {
        let images = (0..<120).map { place -> UInt8 in
            let (image, pixel) = place.quotientAndRemainder(dividingBy: 6)
            return UInt8(image % 2 * 200 + image + pixel)
        }
        try work.write(idx([20, 3, 2], images), to: prefix + "images")
        try work.write(idx([20], (0..<20).map { UInt8($0 % 2) }), to: prefix + "labels")
    }

    @Test func idxBecomesADataset() throws {
        try writeImages()
        try writeImages("test-")
        let result = try work.run(
            Self.idxArguments + ["new.h5", "--test-images", "test-images", "--test-labels", "test-labels"])
        #expect(result.status == 0)
        #expect(
            result.output == """
                new.h5

                split  samples  features   values           labels
                train       20  3×2 uint8  0 to 0.87843144  2 classes
                test        20  3×2 uint8  0 to 0.87843144  2 classes

                """)
        let features = try work.open("new.h5").root.dataset("train/features")
        #expect(features.shape == [20, 3, 2] && features.elementType == .integer(bits: 8, signed: false))
        #expect(try features.read(as: UInt8.self)[6...8] == [201, 202, 203])
        #expect(try features.readScalar("scale", as: Float.self) == 1 / 255)
        let labels = try work.open("new.h5").root.dataset("test/labels")
        #expect(try labels.readStrings("classes") == ["0", "1"])

        let training = try work.json("train", "new.h5", "--layers", "4", "--epochs", "100")
        #expect(training["testAccuracy"] as? Double == 1)
    }

    @Test func testImagesNeedTestLabels() throws {
        try writeImages()
        try work.expectRefusal(
            Self.idxArguments + ["new.h5", "--test-images", "images"], 64,
            "--test-images and --test-labels go together\n  see lockstep import idx --help")
    }

    @Test func badIDXIsRefused() throws {
        try writeImages()
        let (images, labels) = try (Array(work.bytes("images")), Array(work.bytes("labels")))
        func expect(_ images: [UInt8], _ labels: [UInt8], _ message: String) throws {
            try work.write(images, to: "images")
            try work.write(labels, to: "labels")
            try work.expectRefusal(Self.idxArguments + ["new.h5"], 65, message)
        }
        try expect(
            [1] + images.dropFirst(), labels,
            "images: not an IDX file: it begins with 01 00 08 03, not with 00 00 08 and the number of dimensions")
        try expect(
            images, Array("hi".utf8),
            "labels: not an IDX file: it begins with 68 69, not with 00 00 08 and the number of dimensions")
        try expect(
            [0, 0, 0x0D] + images.dropFirst(3), labels,
            "images: holds values of type 32-bit float; only unsigned bytes are read")
        try expect(images.dropLast(), labels, "images: cut short: its header promises 136 bytes, it has 135")
        try expect(images, labels + [0, 0], "labels: too long: its header promises 28 bytes, it has 30")
        try expect(images, idx([19], Array(repeating: 1, count: 19)), "labels has 19 labels but images has 20 images")
        try expect(labels, images, "images: has the shape [20], not that of images; are images and labels swapped?")
    }

    @Test func missingIDX() throws {
        try work.expectRefusal(Self.idxArguments + ["new.h5"], 66, "images: no such file")
    }

    // MARK: CSV

    /// Two kinds of flowers, which differ in their first feature.
    private func writeFlowers(_ name: String, lines: Int = 30) throws {
        let rows = (0..<lines).map { "\($0 % 2).\($0 % 10),\($0 % 5),\($0 % 2 == 0 ? "rose" : "aster")" }
        try work.write((["width,length,kind"] + rows).joined(separator: "\n"), to: name)
    }

    @Test func csvBecomesADataset() throws {
        try writeFlowers("flowers.csv")
        try writeFlowers("test.csv", lines: 10)
        let output = try work.succeed(
            "import", "csv", "--train", "flowers.csv", "--test", "test.csv", "--label", "kind", "-o", "new.h5")
        #expect(
            output == """
                new.h5

                split  samples  features   values  labels
                train       30  2 float64  0 to 4  2 classes
                test        10  2 float64  0 to 4  2 classes

                """)
        let train = try work.open("new.h5").root.group("train")
        #expect(try train.dataset("labels").readStrings("classes") == ["aster", "rose"])
        #expect(try train.dataset("labels").read(as: Int.self)[..<3] == [1, 0, 1])
        #expect(try train.dataset("features").read(as: Double.self)[..<4] == [0, 0, 1.1, 1])

        let training = try work.json(
            "train", "new.h5", "--layers", "8", "--batch-size", "10", "--epochs", "100")
        #expect(training["testAccuracy"] as? Double == 1)
    }

    @Test(arguments: [
        (
            "1,2,a\n3,4\n",
            "bad.csv:2: has 2 fields, the first row has 3\n  a field with a delimiter in it needs quotes; --delimiter says which character separates fields"
        ),
        (
            "x,y,kind\n1,2,a\n1,two,b\n",
            """
            bad.csv:3: column y has the text two, but numbers elsewhere (2 in line 2)
              correct the cell, leave the column out (--ignore y), or take it as text (--categorical y)
            """
        ),
        (
            "x,y,kind\n1,2,a\n1,,b\n",
            "bad.csv:3: the cell of column y is empty\n  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        ),
        ("x,y,kind\n1,inf,a\n", "bad.csv:2: column y must be a finite number (got inf)"),
        (
            "x,y,kind\n1,2,\n",
            "bad.csv:2: has no label\n  fill it in, or train with --missing drop-row, which leaves such rows out"
        ),
        ("x,y,kind\n1,\"2,a\n", "bad.csv:2: the quote that opens here is never closed"),
        ("", "bad.csv: has no rows of data"),
        ("x,y,kind\n", "bad.csv: has no rows of data"),
        ("kind\na\n", "bad.csv: has no column of features"),
        ("x,y,sort\n1,2,a\n", "bad.csv: there is no column kind; the columns are x, y, sort"),
    ])
    func badCSVIsRefused(text: String, message: String) throws {
        try work.write(text, to: "bad.csv")
        // The label column is given by its number if the first file has no header.
        let label = text.hasPrefix("1") ? "3" : "kind"
        try work.expectRefusal(
            ["import", "csv", "--train", "bad.csv", "--label", label, "-o", "new.h5"], 65, message)
    }

    @Test func theDetectedHeaderIsReported() throws {
        func said(_ text: String, _ more: String...) throws -> String {
            try work.write(text, to: "t.csv")
            let arguments = ["import", "csv", "--train", "t.csv", "--label", "3", "-o", "new.h5", "--force"]
            let result = try work.run(arguments + more)
            #expect(result.status == 0)
            return result.errors
        }
        #expect(try said("x,y,kind\n1,2,a\n") == "t.csv: the first row is a header\n")
        #expect(
            try said("1,2,a\n3,4,b\n") == """
                t.csv: no header; the first row is a sample, columns are called by their numbers (--header yes if it is one)

                """)
        // --header replaces the detection.
        #expect(try said("1,2,kind\n3,4,b\n", "--header", "yes") == "t.csv: the first row is a header\n")
        #expect(
            try said("1;2,5;a\n3;4,5;b\n", "--header", "no", "--test", "t.csv").hasPrefix(
                "t.csv: no header; the first row is a sample, columns are called by their numbers (--header yes if it is one); "
                    + "semicolons between fields; decimal comma\n"))
        #expect(try work.open("new.h5").root.dataset("test/features").shape == [2, 2])
    }

    @Test(arguments: [
        (
            "5.1,?,1.4,0\n4.9,3.0,1.4,1\n",
            "t.csv:1: the cell of column 2 is missing (got ?)\n  fill it in, or train with --missing mean, median or zero, which fills it, or drop-row, which leaves the row out"
        ),
        (
            "x,y,z,w\n1,2,3,NA\n2,3,4,0.5\n",
            "t.csv:2: has no label (got NA)\n  fill it in, or train with --missing drop-row, which leaves such rows out"
        ),
        (
            "2019,2020,2021,label\n1,2,3,0\n",
            """
            t.csv:1: may be a header or a sample: it has 2019 in column 1, but label in column 4, above numbers
              say what it is with --header yes or no
            """
        ),
        (
            "x,y,z,\n1,2,3\n",
            """
            t.csv:1: the header ends with a comma, which makes a column 4 without a name
              take the comma away
            """
        ),
        (
            "x;y;z;\n1;2;3;\n",
            """
            t.csv:1: the header ends with a semicolon, which makes a column 4 without a name
              take the semicolon away, here and in the rows
            """
        ),
        (
            "1,2,3\n4,5,6\n",
            """
            t.csv: there is no column 4; the file has no header, so its columns are called 1 to 3
              choose one by its number, or give --header yes if the first row is one
            """
        ),
    ])
    func badTableIsRefused(text: String, message: String) throws {
        try work.write(text, to: "t.csv")
        try work.expectRefusal(["import", "csv", "--train", "t.csv", "--label", "4", "-o", "new.h5"], 65, message)
    }

    @Test func twoColumnsOfTheLabelsName() throws {
        try work.write("x,kind,y,z,kind\n1,a,2,3,b\n", to: "t.csv")
        try work.expectRefusal(
            ["import", "csv", "--train", "t.csv", "--label", "kind", "-o", "new.h5"], 65,
            "t.csv: 2 columns are called kind: 2, 5\n  rename one, or choose by position: --label 5")
        try work.write("x,2,2,z\n1,2,3,4\n", to: "t.csv")
        try work.expectRefusal(
            ["import", "csv", "--train", "t.csv", "--label", "2", "--header", "yes", "-o", "new.h5"], 65,
            "t.csv: 2 columns are called 2: 2, 3\n  rename one")
    }

    @Test func missingCSV() throws {
        try work.expectRefusal(
            ["import", "csv", "--train", "nowhere.csv", "--label", "kind", "-o", "new.h5"], 66,
            "nowhere.csv: no such file")
    }

    @Test(arguments: [
        (
            "x,kind\n1,a\n",
            """
            test.csv lacks the feature y, which the network has learned from
              add it, or rename what is meant
            """
        ),
        (
            "x,y,z,kind\n1,2,3,a\n",
            """
            test.csv has the feature z, which the network does not know
              leave out with --ignore z
            """
        ),
        (
            "x,y,kind\n1,2,a\n1,2,c\n",
            "test.csv:3: column kind is c, which is no class of the network; it knows a, b"
        ),
        ("x,y,kind\n1,2,3\n", "test.csv:2: column kind is 3, which is no class of the network; it knows a, b"),
    ])
    func testFileThatDoesNotFitTheTrainingFile(text: String, message: String) throws {
        try work.write("x,y,kind\n1,2,a\n1,2,b\n", to: "train.csv")
        try work.write(text, to: "test.csv")
        try work.expectRefusal(
            ["import", "csv", "--train", "train.csv", "--test", "test.csv", "--label", "kind", "-o", "new.h5"], 65,
            message)
    }

    @Test func moreClassNamesThanAnAttributeHolds() throws {
        let rows = (0..<20_000).map { "\($0 % 97),\($0 / 97),class number \($0)" }
        try work.write((["x,y,kind"] + rows).joined(separator: "\n"), to: "train.csv")
        try work.write("x,y,kind\n1,2,class number 7\n", to: "test.csv")
        try work.succeed(
            "import", "csv", "--train", "train.csv", "--test", "test.csv", "--label", "kind", "--task",
            "classification", "-o", "new.h5")
        let names = try work.open("new.h5").root.dataset("classes").readStrings()
        #expect(names == (0..<20_000).map { "class number \($0)" }.sorted())

        try work.succeed("train", "new.h5", "--layers", "none", "--max-steps", "1", "--batch-size", "8", "--run", "run")
        let evaluation = try work.succeed("evaluate", "run", "new.h5")
        #expect(evaluation.contains("class number 7 "))
        try work.succeed("predict", "run", "new.h5", "-o", "out.h5")
        #expect(try work.open("out.h5").root.dataset("classes").readStrings() == names)
    }

    @Test func aHeaderInOneOfTwoFiles() throws {
        try work.write("x,y,kind\n1,2,a\n", to: "names.csv")
        try work.write("1,2,a\n1,2,a\n", to: "numbers.csv")
        func expect(_ train: String, _ test: String, _ message: String) throws {
            try work.expectRefusal(
                ["import", "csv", "--train", train, "--test", test, "--label", "3", "-o", "new.h5"], 65, message)
        }
        try expect(
            "names.csv", "numbers.csv",
            """
            numbers.csv: its first row is a sample, that of the training file is a header
              if they are alike, say what they are with --header yes or no
            """)
        try expect(
            "numbers.csv", "names.csv",
            """
            names.csv: its first row is a header, that of the training file is a sample
              if they are alike, say what they are with --header yes or no
            """)
    }

    @Test func badImportLeavesTheOldFileAlone() throws {
        try writeFlowers("flowers.csv")
        try work.succeed("import", "csv", "--train", "flowers.csv", "--label", "kind", "-o", "new.h5")
        try work.write("width,length,kind\n1,2\n", to: "flowers.csv")
        // expectRefusal compares the files' bytes.
        try work.expectRefusal(
            ["import", "csv", "--train", "flowers.csv", "--label", "kind", "-o", "new.h5", "--force"], 65,
            "flowers.csv:2: has 2 fields, the first row has 3\n  a field with a delimiter in it needs quotes; --delimiter says which character separates fields"
        )
    }
    @Test func directoryInPlaceOfTheOutput() throws {
        try writeFlowers("flowers.csv")
        try work.makeDirectory("new.h5")
        try work.expectRefusal(
            ["import", "csv", "--train", "flowers.csv", "--label", "kind", "-o", "new.h5", "--force"], 73,
            "new.h5: cannot be written: Is a directory")
        try work.expectRefusal(
            ["import", "csv", "--train", "flowers.csv", "--label", "kind", "-o", "new.h5"], 73,
            "new.h5 exists already\n  replace it (--force), or choose another --output")
    }

    /// Times in microseconds, which 32-bit floats would make equal.
    @Test func largeNumbersStayApart() throws {
        let rows = (0..<40).map { "\(1_700_000_000_000_000 + $0),\($0 % 2)" }
        try work.write((["time,kind"] + rows).joined(separator: "\n"), to: "t.csv")
        try work.succeed("import", "csv", "--train", "t.csv", "--label", "kind", "-o", "t.h5")
        let times = try work.open("t.h5").root.dataset("train/features").read(as: Double.self)
        #expect(times == (0..<40).map { Double(1_700_000_000_000_000 + $0) })
    }

    @Test func leftOutRowsOfBothTablesAreTold() throws {
        try work.write("x,y,kind\n1,2,a\n2,,b\n3,4,b\n", to: "train.csv")
        try work.write("x,y,kind\n1,,a\n3,4,b\n", to: "test.csv")
        let result = try work.lockstep(
            "import", "csv", "--train", "train.csv", "--test", "test.csv", "--label", "kind", "--missing", "drop-row",
            "-o", "new.h5")
        #expect(
            result.errors == """
                train.csv: the first row is a header
                test.csv: the first row is a header
                note: train.csv: 1 of 3 rows is left out for lack of values
                note: test.csv: 1 of 2 rows is left out for lack of values

                """)
        #expect(try work.open("new.h5").root.dataset("test/features").shape == [1, 2])
    }
}

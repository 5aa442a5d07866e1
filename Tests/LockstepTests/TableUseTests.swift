import Foundation
import HDF5
import Testing

/// A network that has learned from a table, used on other tables as people have them.
@Suite struct TableUseTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Forty samples of two numbers and a class: the first number alone decides.
    private static let rows = (0..<40).map { row -> [String] in
        ["\((row * 7) % 40)", "\((row * 11) % 13)", (row * 7) % 40 < 20 ? "low" : "high"]
    }

    private func write(_ name: String, header: String?, _ cells: ([String]) -> [String]) throws {
        let lines = [header].compactMap(\.self) + Self.rows.map { cells($0).joined(separator: ",") }
        try work.write(lines.joined(separator: "\n") + "\n", to: name)
    }

    private func train(_ file: String, _ more: String...) throws {
        let options = ["--layers", "4", "--epochs", "5", "--batch-size", "8", "--quiet", "--run", "run", "--force"]
        let result = try work.run(["train", file] + options + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func loss(_ file: String, _ more: String...) throws -> Double? {
        let result = try work.run(["evaluate", "run", file, "--json"] + more)
        try #require(result.status == 0, "\(result.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return object?["loss"] as? Double
    }

    @Test func columnsGivenByPositionAreRememberedByName() throws {
        try write("a.csv", header: "n,x,y,kind") { ["0"] + $0 }
        try write("b.csv", header: "kind,y,n,x") { [$0[2], $0[1], "5", $0[0]] }
        try train("a.csv", "--label", "4", "--ignore", "1")
        #expect(try loss("b.csv") == loss("a.csv"))
        try work.succeed("predict", "run", "a.csv", "-o", "a-out.csv")
        try work.succeed("predict", "run", "b.csv", "-o", "b-out.csv")
        #expect(try work.text("a-out.csv") == work.text("b-out.csv"))
    }

    /// As in the tables of UCI, whose first column is the class.
    @Test func aTableWithoutHeaderAndLabelHasTheFeaturesInTheirOrder() throws {
        try write("a.csv", header: nil) { [$0[2], $0[0], $0[1]] }
        try write("b.csv", header: nil) { [$0[0], $0[1]] }
        try train("a.csv", "--label", "1")
        try work.succeed("predict", "run", "a.csv", "-o", "a-out.csv")
        try work.succeed("predict", "run", "b.csv", "-o", "b-out.csv")
        #expect(try work.text("a-out.csv") == work.text("b-out.csv"))
    }

    @Test func howTheTrainingTableIsWrittenIsRememberedAndTold() throws {
        try write("a.csv", header: "x,y,kind") { ["\"1\($0[0]),500\"", $0[1], $0[2]] }
        try train("a.csv", "--label", "kind", "--decimal", "comma")
        let result = try work.lockstep("evaluate", "run", "a.csv")
        #expect(result.errors == "note: a.csv: the first row is a header; decimal comma\n")
        #expect(try loss("a.csv") != loss("a.csv", "--decimal", "point"))
    }

    @Test func rowsWithoutALabelAreLeftOutByDropRow() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[1], $0[0] == "7" ? "?" : $0[2]] }
        #expect(
            try work.lockstep("train", "a.csv", "--label", "kind").errors
                == "error: a.csv:3: has no label (got ?)\n  fill it in, or train with --missing drop-row, which leaves such rows out\n"
        )
        let options = ["--label", "kind", "--missing", "drop-row", "--max-steps", "1", "--run", "run"]
        let result = try work.run(["train", "a.csv"] + options)
        #expect(result.errors.contains("data     39 training samples of 2 features\n"))
        #expect(result.errors.contains("warning: a.csv: 1 row is left out for lack of a label\n"))
        #expect(try work.lockstep("evaluate", "run", "a.csv").errors.contains("note: a.csv: 1 row is left out"))
    }

    @Test func aClassWithoutATrainingSampleIsRefused() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[1], $0[0] == Self.rows[39][0] ? "rare" : $0[2]] }
        try work.expectRefusal(
            ["train", "a.csv", "--label", "kind", "--test-share", "0.2", "--split", "ordered"], 64,
            """
            a.csv: --split ordered leaves no sample of class rare for training
              choose --split stratified, which leaves one of each class at least, or another --split-seed
            """)
        try train("a.csv", "--label", "kind", "--test-share", "0.2")
    }

    @Test func evaluateTellsThatTheDataHasChanged() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try train("a.csv", "--label", "kind", "--test-share", "0.2")
        #expect(try work.lockstep("evaluate", "run", "a.csv").errors == "")
        try write("b.csv", header: "x,y,kind") { [$0[0], $0[1] == "0" ? "1" : $0[1], $0[2]] }
        let result = try work.lockstep("evaluate", "run", "b.csv")
        #expect(
            result.errors == """
                note: b.csv is not the data that the network has learned from, or has changed; all of its samples are judged together

                """)
        #expect(result.output.contains("b.csv: 40 samples"))
    }

    @Test func evaluateTellsOnceThatRowsOfSharesAreLeftOut() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "" : $0[1], $0[2]] }
        try train("a.csv", "--label", "kind", "--missing", "drop-row", "--test-share", "0.2")
        #expect(
            try work.lockstep("evaluate", "run", "a.csv").errors == """
                note: a.csv: 1 of 40 rows is left out for lack of values

                """)
    }

    @Test func namesOfRowsAreDoubted() throws {
        try write("a.csv", header: "id,x,town,kind") { row in
            ["\(Self.rows.firstIndex(of: row) ?? 0)", row[0], "town \((Int(row[0]) ?? 0) / 2)", row[2]]
        }
        let result = try work.lockstep("train", "a.csv", "--label", "kind", "--max-steps", "0", "--categorical", "town")
        #expect(
            result.errors.contains(
                """
                warning: a.csv: id grows by whole numbers from row to row, as the numbers of rows do
                  if it says nothing of the samples: --ignore id leaves it out

                """))
        #expect(try work.succeed("inspect", "a.csv").contains("warning: a.csv: id grows by whole numbers"))
    }

    @Test func unseenCategoriesThatBecomeZerosAreCounted() throws {
        try write("a.csv", header: "x,c,kind") { [$0[0], "c\($0[1])", $0[2]] }
        try write("b.csv", header: "x,c,kind") { [$0[0], $0[1] == "3" ? "new" : "c\($0[1])", $0[2]] }
        try train("a.csv", "--label", "kind", "--unseen-categories", "zeros")
        let count = Self.rows.count { $0[1] == "3" }
        #expect(
            try work.lockstep("evaluate", "run", "b.csv").errors.hasSuffix(
                "note: b.csv: \(count) cells of text, the first new of c, have categories that training has not met; all their inputs "
                    + "are 0\n"))
    }

    @Test func predictionsOfMeasurementsHaveTheNameOfTheLabel() throws {
        try write("a.csv", header: "x,price,kind") { $0 }
        try train("a.csv", "--label", "price", "--task", "regression")
        try work.succeed("predict", "run", "a.csv", "-o", "out.csv")
        #expect(try work.text("out.csv").hasPrefix("row,price\n0,"))
    }

    @Test func predictionsOfCompleteRowsSayWhichTheyAre() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "" : $0[1], $0[2]] }
        try train("a.csv", "--label", "kind", "--missing", "drop-row")
        try work.succeed("predict", "run", "a.csv", "-o", "out.h5")
        let rows = try work.open("out.h5").root.dataset("rows").read(as: Int64.self)
        #expect(rows == (0..<40).filter { $0 != 1 })
    }

    @Test func aRunDoesNotLearnFromStandardInput() throws {
        try work.expectRefusal(
            ["train", "-", "--label", "kind"], 64,
            """
            a run reads its data again when it is resumed, so it cannot learn from standard input
              write it to a file first: lockstep import csv --train - --label COLUMN -o data.h5
            """)
    }

    @Test func aMisspeltColumnIsRecognised() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try work.expectRefusal(
            ["train", "a.csv", "--label", "knid"], 65,
            """
            a.csv: there is no column knid; the columns are x, y, kind
              did you mean kind?
            """)
    }

    @Test func excelsLineOfTheDelimiterIsNoRow() throws {
        try write("a.csv", header: "sep=,\nx,y,kind") { $0 }
        try write("b.csv", header: "x,y,kind") { $0 }
        try train("b.csv", "--label", "kind")
        #expect(try loss("a.csv") == loss("b.csv"))
    }

    // MARK: Ways in which a table meets a network

    @Test func aRunFromInitialWeightsIsUsedOnItsOwnTable() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try write("b.csv", header: "n,x,y,other") { ["9"] + $0 }
        try train("a.csv", "--label", "kind")
        try work.succeed("predict", "run", "a.csv", "-o", "a-out.csv")
        let options = ["--label", "other", "--ignore", "n", "--layers", "4", "--max-steps", "0", "--run", "second"]
        let result = try work.run(["train", "b.csv", "--initial-weights", "run"] + options)
        #expect(result.status == 0, "\(result.errors)")
        try work.succeed("predict", "second", "b.csv", "-o", "b-out.csv")
        #expect(try work.text("a-out.csv") == work.text("b-out.csv"))
        #expect(try work.lockstep("evaluate", "second", "b.csv").status == 0)
    }

    @Test func classesThatLookLikeNumbersStayTexts() throws {
        func label(_ row: [String]) -> String { row[2] == "low" ? "007" : row[0] == "39" ? "x" : "7" }
        try write("a.csv", header: "x,y,code") { [$0[0], $0[1], label($0)] }
        try train("a.csv", "--label", "code")
        try work.write("x,y,code\n1,2,007\n39,1,007\n", to: "b.csv")
        let result = try work.lockstep("evaluate", "run", "b.csv")
        #expect(result.status == 0 && result.output.contains("\n007          2"), "\(result.output)\(result.errors)")
        try work.write("x,y,code\n1,2,7.0\n", to: "c.csv")
        try work.expectRefusal(
            ["evaluate", "run", "c.csv"], 65,
            "c.csv:2: column code is 7.0, which is no class of the network; it knows 007, 7, x")
    }

    @Test func aTextAmongNumbersInTheLabelsIsFoundByItsLine() throws {
        try write("a.csv", header: "x,y,price") { [$0[0], $0[1], $0[0] == "27" ? "n.k." : $0[0]] }
        let line = try #require(Self.rows.firstIndex { $0[0] == "27" }) + 2
        try work.expectRefusal(
            ["train", "a.csv", "--label", "price"], 65,
            """
            a.csv:\(line): column price is the text n.k., but 39 other labels are numbers
              correct it; --task classification takes each text and each number for a class
            """)
        let result = try work.lockstep("train", "a.csv", "--label", "price", "--task", "regression")
        #expect(result.errors.hasPrefix("error: a.csv:\(line): column price is the text n.k., not a number"))
    }

    @Test func labelsThatDifferInMostRowsAreRefused() throws {
        try write("a.csv", header: "x,y,price") { [$0[0], $0[1], "€\($0[0]),00"].map { "\"\($0)\"" } }
        try work.expectRefusal(
            ["train", "a.csv", "--label", "price", "--test-share", "0.2"], 65,
            """
            a.csv:2: column price is the text €0,00; the labels are 40 different texts in 40 rows
              write measurements as numbers, without signs and units; --task classification takes each text for a class
            """)
    }

    @Test(arguments: [99, -1, 0.5, 1e300])
    func aCodeWithoutACategoryIsRefused(code: Double) throws {
        func put(_ codes: [Double], in root: Group) throws {
            let features = try root.put("X", codes.enumerated().flatMap { [Double($0), $1] }, shape: [codes.count, 2])
            try features.writeString("origin", "table")
            try features.writeStrings("categories", ["", #"["red","blue"]"#])
            _ = try root.put("y", codes.indices.map { Int32($0 % 2) })
        }
        try work.makeFile("good.h5") { try put([0, 1, 0, 1], in: $0) }
        try work.makeFile("bad.h5") { try put([0, 1, code, 1], in: $0) }
        try train("good.h5", "--unseen-categories", "zeros")
        let text = code == code.rounded() && abs(code) < 1e9 ? "\(Int(code))" : "\(code)"
        let message = "bad.h5: /X feature 1 row 2 is \(text), which is no place among its 2 categories, 0 to 1"
        try work.expectRefusal(["evaluate", "run", "bad.h5"], 65, message)
        try work.expectRefusal(["train", "bad.h5", "--unseen-categories", "zeros"], 65, message)
    }

    @Test func withoutAHeaderTheNumberOfColumnsMustFit() throws {
        try write("a.csv", header: nil) { ["1"] + $0 }
        try train("a.csv", "--label", "4", "--ignore", "1")
        try write("b.csv", header: nil) { [$0[0], $0[1], "5"] }
        try work.expectRefusal(
            ["predict", "run", "b.csv", "-o", "out.csv"], 65,
            """
            b.csv: has 3 columns and no header to tell which is which; it must have 2, or 4
              give it the training table's columns, or its features alone
            """)
    }

    @Test func namesWithLineBreaksAreQuotedInPredictions() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try train("a.csv", "--label", "kind")
        try work.write("x,y,id\n1,2,\"a\r\nb\"\n1,2,\"c\"\"d\"\n", to: "b.csv")
        try work.succeed("predict", "run", "b.csv", "--id", "id", "-o", "out.csv")
        let text = try work.text("out.csv")
        #expect(text.utf8.elementsEqual(text.utf8) && text.contains("\"a\r\nb\",low,"), "\(text)")
        #expect(text.contains("\"c\"\"d\",low,"))
    }

    @Test(arguments: ["evaluate", "predict", "inspect"])
    func optionsOfTablesAreRefusedForOtherFiles(command: String) throws {
        try work.makeFile("a.h5") { root in
            _ = try root.put("X", [1.0, 2, 3, 4], shape: [4, 1])
            _ = try root.put("y", [0, 1, 0, 1] as [Int32])
        }
        try train("a.h5")
        let arguments =
            command == "inspect" ? ["a.h5"] : ["run", "a.h5"] + (command == "predict" ? ["-o", "p.csv"] : [])
        try work.expectRefusal(
            [command] + arguments + ["--delimiter", "tab"], 64, "--delimiter is for tables, and a.h5 is an HDF5 file")
    }

    @Test func severalAnswersOfWhichTrainingHasSeenOneEachStaySeveral() throws {
        let labels = (0..<20).flatMap { row -> [Double] in
            row == 19 ? [1, 1, 0] : (0..<3).map { row % 3 == $0 ? 1 : 0 }
        }
        try work.makeFile("a.h5") { root in
            _ = try root.put("X", (0..<20).map(Double.init), shape: [20, 1])
            _ = try root.put("y", labels, shape: [20, 3])
        }
        let result = try work.lockstep("train", "a.h5", "--test-share", "0.1", "--split", "ordered", "--max-steps", "1")
        #expect(result.status == 0 && result.errors.contains("labels   3 answers of 0 or 1"), "\(result.errors)")
    }

    @Test func aFilledFeatureIsTold() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try write("b.csv", header: "x,y,kind") { [$0[0], "", $0[2]] }
        try train("a.csv", "--label", "kind", "--missing", "mean")
        #expect(
            try work.lockstep("evaluate", "run", "b.csv").errors
                == "note: b.csv: y is missing in 40 of 40 rows; what training chose stands in\n")
    }

    @Test func anImportedTableRemembersItsOtherColumns() throws {
        try write("a.csv", header: "n,x,y,kind") { ["9"] + $0 }
        try work.succeed("import", "csv", "--train", "a.csv", "--label", "kind", "--ignore", "n", "-o", "a.h5")
        try train("a.h5")
        try work.succeed("predict", "run", "a.h5", "-o", "h5-out.csv")
        try work.succeed("predict", "run", "a.csv", "-o", "csv-out.csv")
        #expect(try work.text("h5-out.csv") == work.text("csv-out.csv"))
        #expect(try work.lockstep("evaluate", "run", "a.csv").errors == "")
    }

    @Test func inspectShowsAColumnOfTextsAndNumbers() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "seven" : $0[1], $0[2]] }
        let text = try work.succeed("inspect", "a.csv", "--label", "kind")
        #expect(text.contains("\ny        text"), "\(text)")
        #expect(text.contains("warning: a.csv:3: column y has the text seven, but numbers elsewhere"))
    }

    @Test func aColumnThatGroupsSamplesIsNoFeature() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        let options = ["--label", "kind", "--test-share", "0.2", "--split", "group:y", "--ignore", "y"]
        let result = try work.run(["train", "a.csv", "--max-steps", "0"] + options)
        #expect(
            result.status == 0
                && result.errors.contains("samples of 1 feature; y is no feature, its groups stay together"),
            "\(result.errors)")
    }

    @Test func classesThatCannotBeLearnedAreDoubted() throws {
        try write("a.csv", header: "x,y,kind") { [$0[0], $0[1], "yes"] }
        #expect(
            try work.lockstep("train", "a.csv", "--label", "kind", "--max-steps", "0").errors.contains(
                "warning: all labels are yes, so there is nothing to learn\n"))
        try write("b.csv", header: "x,y,kind") { [$0[0], $0[1], $0[2] == "low" ? "Yes" : "yes"] }
        #expect(
            try work.lockstep("train", "b.csv", "--label", "kind", "--max-steps", "0").errors.contains(
                "warning: the classes Yes, yes differ only in capital letters\n"))
    }

    @Test func aSmallTableHasSmallMinibatches() throws {
        try write("a.csv", header: "x,y,kind") { $0 }
        try work.succeed("train", "a.csv", "--label", "kind", "--quiet", "--max-steps", "0", "--run", "small")
        let small = try work.resolved("small")
        #expect(small["batchSize"] == "16" && small["learningRate"] == "0.00625")
        try work.succeed(
            "train", "a.csv", "--label", "kind", "--quiet", "--max-steps", "0", "--batch-size", "256", "--run", "large")
        let large = try work.resolved("large")
        #expect(large["batchSize"] == "256" && large["learningRate"] == "\(0.1 * 40 / 256)")
        #expect(try work.lockstep("resume", "large", "--epochs", "1").status == 0)
    }
}

import Foundation
import HDF5
import Testing

/// Tables that mean something else than the training table, or nothing.
@Suite struct OddTableTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test func aRunFromInitialWeightsIsUsedOnItsOwnTable() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        try work.writeTable("b.csv", header: "n,x,y,other") { ["9"] + $0 }
        try work.trainTable("a.csv", "--label", "kind")
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
        try work.writeTable("a.csv", header: "x,y,code") { [$0[0], $0[1], label($0)] }
        try work.trainTable("a.csv", "--label", "code")
        try work.write("x,y,code\n1,2,007\n39,1,007\n", to: "b.csv")
        let result = try work.lockstep("evaluate", "run", "b.csv")
        #expect(result.status == 0 && result.output.contains("\n007          2"), "\(result.output)\(result.errors)")
        try work.write("x,y,code\n1,2,7.0\n", to: "c.csv")
        try work.expectRefusal(
            ["evaluate", "run", "c.csv"], 65,
            "c.csv:2: column code is 7.0, which is no class of the network; it knows 007, 7, x")
    }

    @Test func aTextAmongNumbersInTheLabelsIsFoundByItsLine() throws {
        try work.writeTable("a.csv", header: "x,y,price") { [$0[0], $0[1], $0[0] == "27" ? "n.k." : $0[0]] }
        let line = try #require(SmallTable.rows.firstIndex { $0[0] == "27" }) + 2
        try work.expectRefusal(
            ["train", "a.csv", "--label", "price"], 65,
            """
            a.csv:\(line): column price is the text n.k., but 39 other labels are numbers
              correct it; --task classification takes each text and each number for a class
            """)
        let result = try work.lockstep("train", "a.csv", "--label", "price", "--task", "regression")
        #expect(result.errors.hasPrefix("error: a.csv:\(line): column price is the text n.k., not a number"))
    }

    @Test func numbersWithDecimalCommasAreNoTexts() throws {
        try work.writeTable("a.csv", header: "x;y;price") {
            [[$0[0], $0[1], $0[0] == "27" ? "n.k." : "\($0[0]),5"].joined(separator: ";")]
        }
        let line = try #require(SmallTable.rows.firstIndex { $0[0] == "27" }) + 2
        for task in [[], ["--task", "regression"]] {
            let result = try work.run(["train", "a.csv", "--label", "price"] + task)
            #expect(
                result.errors.hasPrefix("error: a.csv:\(line): column price is the text n.k., "), "\(result.errors)")
        }
    }

    @Test func anImportRefusesWhatTrainingWouldRefuse() throws {
        try work.writeTable("a.csv", header: "x,y,price") { [$0[0], $0[1], $0[0] == "27" ? "n.k." : $0[0]] }
        let words = ["import", "csv", "--train", "a.csv", "--label", "price", "-o", "a.h5"]
        #expect(try work.run(words).errors.contains("column price is the text n.k., but 39 other labels are numbers"))
        #expect(try work.run(words + ["--task", "classification"]).status == 0)
    }

    @Test func labelsThatDifferInMostRowsAreRefused() throws {
        try work.writeTable("a.csv", header: "x,y,price") { [$0[0], $0[1], "€\($0[0]),00"].map { "\"\($0)\"" } }
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
        try work.trainTable("good.h5", "--unseen-categories", "zeros")
        let text = code == code.rounded() && abs(code) < 1e9 ? "\(Int(code))" : "\(code)"
        let message = "bad.h5: /X feature 1 row 2 is \(text), which is no place among its 2 categories, 0 to 1"
        try work.expectRefusal(["evaluate", "run", "bad.h5"], 65, message)
        try work.expectRefusal(["train", "bad.h5", "--unseen-categories", "zeros"], 65, message)
    }

    @Test func withoutAHeaderTheNumberOfColumnsMustFit() throws {
        try work.writeTable("a.csv", header: nil) { ["1"] + $0 }
        try work.trainTable("a.csv", "--label", "4", "--ignore", "1")
        try work.writeTable("ids.csv", header: nil) { ["id \($0[0])", "1"] + $0 }
        try work.expectRefusal(
            ["predict", "run", "ids.csv", "--id", "1", "-o", "out.csv"], 65,
            """
            ids.csv: has 5 columns and no header to tell which is which; it must have 3, or 4
              give it the training table's columns, or its features alone
            """)
        try work.writeTable("features.csv", header: nil) { ["id \($0[0])", $0[0], $0[1]] }
        try work.succeed("predict", "run", "features.csv", "--id", "1", "-o", "features-out.csv")
        #expect(try work.text("features-out.csv").hasPrefix("1,prediction,high,low\nid 0,"))
        try work.writeTable("b.csv", header: nil) { [$0[0], $0[1], "5"] }
        try work.expectRefusal(
            ["predict", "run", "b.csv", "-o", "out.csv"], 65,
            """
            b.csv: has 3 columns and no header to tell which is which; it must have 2, or 4
              give it the training table's columns, or its features alone
            """)
    }

    @Test func namesWithLineBreaksAreQuotedInPredictions() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        try work.trainTable("a.csv", "--label", "kind")
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
        try work.trainTable("a.h5")
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
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        try work.writeTable("b.csv", header: "x,y,kind") { [$0[0], "", $0[2]] }
        try work.trainTable("a.csv", "--label", "kind", "--missing", "mean")
        #expect(
            try work.lockstep("evaluate", "run", "b.csv").errors
                == "note: b.csv: y is missing in 40 of 40 rows; what training chose stands in\n")
    }

    @Test func anImportedTableRemembersItsOtherColumns() throws {
        try work.writeTable("a.csv", header: "n,x,y,kind") { ["9"] + $0 }
        try work.succeed("import", "csv", "--train", "a.csv", "--label", "kind", "--ignore", "n", "-o", "a.h5")
        try work.trainTable("a.h5")
        try work.succeed("predict", "run", "a.h5", "-o", "h5-out.csv")
        try work.succeed("predict", "run", "a.csv", "-o", "csv-out.csv")
        #expect(try work.text("h5-out.csv") == work.text("csv-out.csv"))
        #expect(try work.lockstep("evaluate", "run", "a.csv").errors == "")
    }

    @Test func weightsAndGroupsOfAnImportedTableAreRemembered() throws {
        try work.writeTable("a.csv", header: "w,g,x,y,kind") {
            ["\((Int($0[1]) ?? 0) + 1)", "\((Int($0[0]) ?? 0) / 4)"] + $0
        }
        let options = ["--label", "kind", "--sample-weights", "w", "--test-share", "0.2", "--split", "group:g"]
        #expect(try work.run(["import", "csv", "--train", "a.csv", "-o", "a.h5"] + options).status == 0)
        try work.trainTable("a.h5")
        #expect(
            try work.lockstep("evaluate", "run", "a.csv").errors == "note: a.csv: the loss is weighted by column w\n")
        #expect(try work.lockstep("predict", "run", "a.csv", "-o", "out.csv").errors == "")
        try work.writeTable("b.csv", header: "x,y,kind") { $0 }
        #expect(
            try work.lockstep("evaluate", "run", "b.csv").errors
                == "note: b.csv has no column w, by which training weighted the loss; here all samples count alike\n")
        #expect(try work.lockstep("evaluate", "run", "a.csv", "--ignore", "w").errors == "")
    }

    @Test func fewStepsAreTold() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[1], $0[1]] }
        let options = ["--label", "kind", "--task", "regression", "--epochs", "2", "--run", "run"]
        #expect(
            try work.run(["train", "a.csv"] + options).errors.hasSuffix(
                "note: 6 steps are few to learn from; more --epochs than 2, or a smaller --batch-size than 16, make more of them\n"
            ))
        #expect(try work.lockstep("resume", "run").errors == "")
        #expect(try work.lockstep("resume", "run", "--epochs", "3").status == 0)
    }

    @Test func aDryRunPrintsNoJSON() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        let result = try work.lockstep("train", "a.csv", "--label", "kind", "--dry-run", "--json")
        #expect(
            result.status == 64 && result.errors.contains("--dry-run prints settings in YAML; --json is for results"))
    }

    @Test func inspectShowsAColumnOfTextsAndNumbers() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "seven" : $0[1], $0[2]] }
        let text = try work.succeed("inspect", "a.csv", "--label", "kind")
        #expect(text.contains("\ny        text"), "\(text)")
        #expect(text.contains("warning: a.csv:3: column y has the text seven, but numbers elsewhere"))
    }

    @Test func aColumnThatGroupsSamplesIsNoFeature() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        let options = ["--label", "kind", "--test-share", "0.2", "--split", "group:y", "--ignore", "y"]
        let result = try work.run(["train", "a.csv", "--max-steps", "0"] + options)
        #expect(
            result.status == 0
                && result.errors.contains("samples of 1 feature; y is no feature, its groups stay together"),
            "\(result.errors)")
    }

    @Test func classesThatCannotBeLearnedAreDoubted() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[1], "yes"] }
        #expect(
            try work.lockstep("train", "a.csv", "--label", "kind", "--max-steps", "0").errors.contains(
                "warning: all labels are yes, so there is nothing to learn\n"))
        try work.writeTable("b.csv", header: "x,y,kind") { [$0[0], $0[1], $0[2] == "low" ? "Yes" : "yes"] }
        #expect(
            try work.lockstep("train", "b.csv", "--label", "kind", "--max-steps", "0").errors.contains(
                "warning: the classes Yes, yes differ only in capital letters\n"))
    }

    @Test func aSmallTableHasSmallMinibatches() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
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

import Foundation
import HDF5
import Testing

/// A network that has learned from a table, used on other tables as people have them.
@Suite struct TableUseTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func loss(_ file: String, _ more: String...) throws -> Double? {
        let result = try work.run(["evaluate", "run", file, "--json"] + more)
        try #require(result.status == 0, "\(result.errors)")
        let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
        return object?["loss"] as? Double
    }

    @Test func columnsGivenByPositionAreRememberedByName() throws {
        try work.writeTable("a.csv", header: "n,x,y,kind") { ["0"] + $0 }
        try work.writeTable("b.csv", header: "kind,y,n,x") { [$0[2], $0[1], "5", $0[0]] }
        try work.trainTable("a.csv", "--label", "4", "--ignore", "1")
        #expect(try loss("b.csv") == loss("a.csv"))
        try work.succeed("predict", "run", "a.csv", "-o", "a-out.csv")
        try work.succeed("predict", "run", "b.csv", "-o", "b-out.csv")
        #expect(try work.text("a-out.csv") == work.text("b-out.csv"))
    }

    /// As in the tables of UCI, whose first column is the class.
    @Test func aTableWithoutHeaderAndLabelHasTheFeaturesInTheirOrder() throws {
        try work.writeTable("a.csv", header: nil) { [$0[2], $0[0], $0[1]] }
        try work.writeTable("b.csv", header: nil) { [$0[0], $0[1]] }
        try work.trainTable("a.csv", "--label", "1")
        try work.succeed("predict", "run", "a.csv", "-o", "a-out.csv")
        try work.succeed("predict", "run", "b.csv", "-o", "b-out.csv")
        #expect(try work.text("a-out.csv") == work.text("b-out.csv"))
    }

    @Test func howTheTrainingTableIsWrittenIsRememberedAndTold() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { ["\"1\($0[0]),500\"", $0[1], $0[2]] }
        try work.trainTable("a.csv", "--label", "kind", "--decimal", "comma")
        let result = try work.lockstep("evaluate", "run", "a.csv")
        #expect(result.errors == "note: a.csv: the first row is a header; decimal comma\n")
        #expect(try loss("a.csv") != loss("a.csv", "--decimal", "point"))
    }

    @Test func rowsWithoutALabelAreLeftOutByDropRow() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[1], $0[0] == "7" ? "?" : $0[2]] }
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
        try work.writeTable("a.csv", header: "x,y,kind") {
            [$0[0], $0[1], $0[0] == SmallTable.rows[39][0] ? "rare" : $0[2]]
        }
        try work.expectRefusal(
            ["train", "a.csv", "--label", "kind", "--test-share", "0.2", "--split", "ordered"], 64,
            """
            a.csv: --split ordered leaves no sample of class rare for training
              choose --split stratified, which leaves one of each class at least, or another --split-seed
            """)
        try work.trainTable("a.csv", "--label", "kind", "--test-share", "0.2")
    }

    @Test func evaluateTellsThatTheDataHasChanged() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        try work.trainTable("a.csv", "--label", "kind", "--test-share", "0.2")
        #expect(try work.lockstep("evaluate", "run", "a.csv").errors == "")
        try work.writeTable("b.csv", header: "x,y,kind") { [$0[0], $0[1] == "0" ? "1" : $0[1], $0[2]] }
        let result = try work.lockstep("evaluate", "run", "b.csv")
        #expect(
            result.errors == """
                note: b.csv is not the data that the network has learned from, or has changed; all of its samples are judged together

                """)
        #expect(result.output.contains("b.csv: 40 samples"))
    }

    @Test func evaluateTellsOnceThatRowsOfSharesAreLeftOut() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "" : $0[1], $0[2]] }
        try work.trainTable("a.csv", "--label", "kind", "--missing", "drop-row", "--test-share", "0.2")
        #expect(
            try work.lockstep("evaluate", "run", "a.csv").errors == """
                note: a.csv: 1 of 40 rows is left out for lack of values

                """)
    }

    @Test func namesOfRowsAreDoubted() throws {
        try work.writeTable("a.csv", header: "id,x,town,kind") { row in
            ["\(SmallTable.rows.firstIndex(of: row) ?? 0)", row[0], "town \((Int(row[0]) ?? 0) / 2)", row[2]]
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
        try work.writeTable("a.csv", header: "x,c,kind") { [$0[0], "c\($0[1])", $0[2]] }
        try work.writeTable("b.csv", header: "x,c,kind") { [$0[0], $0[1] == "3" ? "new" : "c\($0[1])", $0[2]] }
        try work.trainTable("a.csv", "--label", "kind", "--unseen-categories", "zeros")
        let count = SmallTable.rows.count { $0[1] == "3" }
        #expect(
            try work.lockstep("evaluate", "run", "b.csv").errors.hasSuffix(
                "note: b.csv: \(count) cells of text, the first new of c, have categories that training has not met; all their inputs "
                    + "are 0\n"))
    }

    @Test func predictionsOfMeasurementsHaveTheNameOfTheLabel() throws {
        try work.writeTable("a.csv", header: "x,price,kind") { $0 }
        try work.trainTable("a.csv", "--label", "price", "--task", "regression")
        try work.succeed("predict", "run", "a.csv", "-o", "out.csv")
        #expect(try work.text("out.csv").hasPrefix("row,price\n0,"))
    }

    @Test func predictionsOfCompleteRowsSayWhichTheyAre() throws {
        try work.writeTable("a.csv", header: "x,y,kind") { [$0[0], $0[0] == "7" ? "" : $0[1], $0[2]] }
        try work.trainTable("a.csv", "--label", "kind", "--missing", "drop-row")
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
        try work.writeTable("a.csv", header: "x,y,kind") { $0 }
        try work.expectRefusal(
            ["train", "a.csv", "--label", "knid"], 65,
            """
            a.csv: there is no column knid; the columns are x, y, kind
              did you mean kind?
            """)
    }

    @Test func excelsLineOfTheDelimiterIsNoRow() throws {
        try work.writeTable("a.csv", header: "sep=,\nx,y,kind") { $0 }
        try work.writeTable("b.csv", header: "x,y,kind") { $0 }
        try work.trainTable("b.csv", "--label", "kind")
        #expect(try loss("a.csv") == loss("b.csv"))
    }
}

import Testing

/// `import csv` and a training on its file have the bits of a training on the table.
@Suite struct ImportedTableTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// A column of text, numbers in units far apart, sample weights, and both kinds of label. Some cells are missing.
    private func writeTable() throws {
        let rows = (0..<60).map { row -> String in
            let color = row % 9 == 4 ? "" : ["red", "green", "blue", "green"][row * 5 % 7 % 4]
            let width = row % 11 == 3 ? "NA" : "\(Double(row * 7 % 13) / 8 + 0.1)"
            let time = 1_700_000_000_000 + row * 37 % 60
            let price = Double(row * 7 % 13) * 12.5 + Double(row % 4) + 0.25
            return "\(color),\(width),\(time),\(1 + row % 3),\(row * 5 % 7 < 3 ? "low" : "high"),\(price)"
        }
        try work.write((["color,width,time,weight,kind,price"] + rows).joined(separator: "\n") + "\n", to: "t.csv")
    }

    /// The digest of all parameters.
    private func numbers(_ run: String) throws -> Substring {
        try #require(try work.succeed("digest", run).split(separator: "\n").last { $0.hasPrefix("numbers") })
    }

    private func train(_ file: String, _ run: String, _ options: [String]) throws {
        let common = ["--layers", "6", "--epochs", "3", "--batch-size", "8", "--quiet", "--run", run]
        let result = try work.run(["train", file] + common + options)
        try #require(result.status == 0, "\(result.errors)")
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let label: String
        let otherLabel: String
        /// What stands in for missing cells.
        let missing: String
        /// Options of a training on either.
        var training: [String] = []
        var testDescription: String { ([label, missing] + training).joined(separator: " ") }

        /// Options of the table, which an import takes as well.
        var table: [String] {
            ["--label", label, "--ignore", otherLabel, "--sample-weights", "weight", "--missing", missing]
        }
    }

    private static let cases = [
        Case(label: "kind", otherLabel: "price", missing: "mean"),
        Case(label: "price", otherLabel: "kind", missing: "mean"),
        Case(label: "kind", otherLabel: "price", missing: "median", training: ["--standardize", "min-max"]),
        Case(
            label: "price", otherLabel: "kind", missing: "zero",
            training: ["--standardize-targets", "no", "--optimizer", "adam"]),
        Case(label: "kind", otherLabel: "price", missing: "drop-row"),
        Case(
            label: "price", otherLabel: "kind", missing: "mean",
            training: ["--test-share", "0.2", "--validation-share", "0.2"]),
        Case(
            label: "kind", otherLabel: "price", missing: "mean", training: ["--test-share", "0.2", "--split-seed", "3"]),
    ]

    @Test(arguments: cases)
    func trainingOnAnImportHasTheBitsOfTrainingOnTheTable(example: Case) throws {
        try writeTable()
        try train("t.csv", "table", example.table + example.training)
        let arguments = ["import", "csv", "--train", "t.csv", "-o", "t.h5"] + example.table
        let imported = try work.run(arguments)
        try #require(imported.status == 0, "\(imported.errors)")
        // The file says what stands in for missing cells, and that its features are standardised.
        try train("t.h5", "file", example.training)
        #expect(try numbers("file") == numbers("table"))
        let settings = try ["file", "table"].map { run in
            try ["missing", "standardize", "standardizeTargets", "task"].map { try work.resolved(run)[$0] }
        }
        #expect(settings[0] == settings[1] && settings[0][0] == example.missing)
        try expectLikeResults()
    }

    /// Both networks find in the file what one finds in the table.
    private func expectLikeResults() throws {
        let losses = try [("table", "t.csv"), ("table", "t.h5"), ("file", "t.h5")].map { run, data in
            try #require(try work.json("evaluate", run, data)["loss"] as? Double)
        }
        #expect(losses[1] == losses[0] && losses[2] == losses[0])
    }

    /// Each of the parts of the tests above shapes the bits: without it they are others.
    @Test func whatTheTableSaysMatters() throws {
        try writeTable()
        let table = ["--label", "kind", "--ignore", "price"]
        try train("t.csv", "run", table + ["--missing", "mean", "--sample-weights", "weight"])
        for (index, options) in [
            table + ["--missing", "zero", "--sample-weights", "weight"],
            table + ["--missing", "mean", "--sample-weights", "weight", "--standardize", "none"],
            ["--label", "kind", "--ignore", "price,weight", "--missing", "mean"],
        ].enumerated() {
            try train("t.csv", "other\(index)", options)
            #expect(try numbers("other\(index)") != numbers("run"))
        }
    }
}

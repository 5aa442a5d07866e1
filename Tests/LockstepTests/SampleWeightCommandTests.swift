import Testing

/// Sample weights of tables, in `train` and `evaluate`.
@Suite struct SampleWeightCommandTests {
    private let work: Workplace

    init() throws {
        work = try Workplace()
        let rows = (0..<40).map { "\(Double($0 % 7) - 3.5),\(1 + $0 % 2),\(($0 * 3) % 7 > 3 ? "high" : "low")" }
        try work.write((["x,w,kind"] + rows).joined(separator: "\n"), to: "t.csv")
        try work.write(
            (["x,w,kind"] + rows.enumerated().flatMap { Array(repeating: $1, count: 1 + $0 % 2) })
                .joined(separator: "\n"), to: "twice.csv")
        try work.succeed(
            "train", "t.csv", "--label", "kind", "--sample-weights", "w", "--test-share", "0.25", "--layers", "4",
            "--epochs", "5", "--run", "run", "--quiet")
    }

    /// A sample of weight 2 counts as the sample twice. The tolerance is that of sums of 32-bit outputs.
    @Test func evaluationWeighsSamplesAsTrainingDoes() throws {
        // Another file than that of training, so that it is judged as a whole.
        try work.write(work.text("t.csv") + "\n0.5,2,low\n", to: "more.csv")
        let weighted = try #require(work.json("evaluate", "run", "more.csv")["loss"] as? Double)
        let ones = try (work.text("twice.csv") + "\n0.5,2,low\n0.5,2,low\n").split(separator: "\n").map { line in
            let cells = line.split(separator: ",")
            return cells[1] == "w" ? String(line) : "\(cells[0]),1,\(cells[2])"
        }
        try work.write(ones.joined(separator: "\n"), to: "ones.csv")
        let doubled = try #require(work.json("evaluate", "run", "ones.csv")["loss"] as? Double)
        #expect(abs(weighted - doubled) < 1e-6 * doubled)
    }

    @Test func heldOutSamplesAreJudgedApartByTheirWeights() throws {
        let epoch = try #require(work.metrics("run").last { $0["event"] as? String == "epoch" })
        let evaluation = try work.json("evaluate", "run", "t.csv")
        #expect(evaluation["split"] as? String == "t.csv, test split" && evaluation["samples"] as? Int == 10)
        #expect(evaluation["loss"] as? Double == epoch["testLoss"] as? Double)
    }
}

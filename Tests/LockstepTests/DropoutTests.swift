import Testing

/// `--dropout`.
@Suite struct DropoutTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    /// Dropout does not affect the initial weights, nor evaluation.
    @Test func predictionsAreThoseWithoutIt() throws {
        for (run, dropout) in [("with", "0.5"), ("without", "0")] {
            try work.succeed(
                "train", data("digits.h5"), "--dropout", dropout, "--max-steps", "0", "--run", run, "--quiet")
            try work.succeed("predict", run, data("digits.h5"), "-o", "\(run).csv")
        }
        #expect(try work.text("with.csv") == work.text("without.csv"))
    }

    @Test func digitsAreLearnedWithHalfOfTheNeurons() throws {
        let result = try work.json(
            "train", data("digits.h5"), "--dropout", "0.5", "--batch-size", "64", "--epochs", "20", "--quiet")
        #expect(try #require(result["testAccuracy"] as? Double) > 0.95)
        // Training metrics are computed with dropout, test metrics without.
        #expect(try #require(result["trainLoss"] as? Double) > #require(result["testLoss"] as? Double) / 2)
    }

    @Test(arguments: [("1", "at least 0 and below 1"), ("-0.1", "at least 0 and below 1"), ("half", "a number")])
    func invalidRatesAreRejected(dropout: String, bounds: String) throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "--dropout", dropout], 64, "--dropout must be \(bounds) (got \(dropout))")
    }

    @Test func aResumeMayNotChangeIt() throws {
        let settings = ["train", data("digits.h5"), "--max-steps", "3", "--run", "run", "--quiet"]
        _ = try work.run(settings + ["--dropout", "0.25"])
        try work.expectRefusal(
            settings + ["--resume", "--dropout", "0"], 64,
            """
            run: began with dropout 0.25, which cannot change on resume (got 0.0)
              leave it as it was, or begin a new run with --initial-weights run
            """)
    }
}

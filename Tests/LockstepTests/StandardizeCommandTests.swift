import HDF5
import Testing

/// `--standardize`, and splits by share.
@Suite struct StandardizeCommandTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private static let rows: [[Double]] = (0..<40).map { (row: Int) -> [Double] in
        let (first, second) = (row * 7 % 11, 1000 + row * 5 % 17)
        return [Double(first), Double(second)]
    }

    private func put(_ rows: [[Double]], in root: Group, _ labels: [Int] = (0..<40).map { $0 % 3 }) throws {
        try root.put("X", rows.flatMap { $0.map { Float($0) } }, shape: [rows.count, 2])
        try root.put("y", labels.map(Int32.init))
    }

    private func numbers(_ run: String) throws -> Substring {
        try #require(try work.succeed("digest", run).split(separator: "\n").last)
    }

    private func train(_ file: String, _ run: String, _ more: String...) throws {
        let options = ["--layers", "6", "--epochs", "3", "--batch-size", "8", "--quiet", "--run", run]
        let result = try work.run(["train", file] + options + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Sums of small whole numbers are exact, so that the statistics have the bits of the formulas.
    @Test func standardisedTrainingIsTrainingOnStandardisedData() throws {
        let columns = [0, 1].map { column -> [Double] in
            let values = Self.rows.map { $0[column] }
            let mean = values.reduce(0, +) / 40
            let deviation = (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 40).squareRoot()
            return values.map { ($0 - mean) / deviation }
        }
        try work.makeFile("raw.h5") { try put(Self.rows, in: $0) }
        try work.makeFile("ready.h5") { try put((0..<40).map { [columns[0][$0], columns[1][$0]] }, in: $0) }
        try train("raw.h5", "raw", "--standardize", "feature")
        try train("ready.h5", "ready")
        let weights = try ["raw", "ready"].map {
            try work.open("\($0)/latest").root.dataset("parameters/dense1/weight").read(as: Float.self)
        }
        for (raw, ready) in zip(weights[0], weights[1]) { #expect(abs(raw - ready) <= 1e-5 * abs(ready)) }
        let losses = try [("raw", "raw.h5"), ("ready", "ready.h5")].map { run, file in
            try #require(try work.json("evaluate", run, file)["loss"] as? Double)
        }
        #expect(abs(losses[0] - losses[1]) < 1e-5)
        #expect(try work.resolved("raw")["standardize"] == "feature")
    }

    /// The last samples are validation and test split, as if the file had them.
    @Test func orderedSharesAreTheSplitsOfAFile() throws {
        try work.makeFile("whole.h5") { try put(Self.rows, in: $0) }
        try work.makeFile("parts.h5") { root in
            for (name, part) in [("train", 0..<20), ("validation", 20..<30), ("test", 30..<40)] {
                let values: [Float] = Self.rows[part].flatMap { $0.map { Float($0) } }
                try root.put("\(name)/features", values, shape: [part.count, 2])
                try root.put("\(name)/labels", part.map { Int32($0 % 3) })
            }
        }
        let shares = ["--validation-share", "0.25", "--test-share", "0.25", "--split", "ordered"]
        for (file, run, more) in [("whole.h5", "whole", shares), ("parts.h5", "parts", [])] {
            let options = ["--standardize", "feature", "--layers", "6", "--epochs", "3", "--quiet", "--run", run]
            try #require(try work.run(["train", file] + options + more).status == 0)
        }
        #expect(try numbers("whole") == numbers("parts"))
        let losses = try ["whole", "parts"].map { run in
            try work.metrics(run).compactMap { [$0["validationLoss"] as? Double, $0["testLoss"] as? Double] }
                .flatMap(\.self).compactMap(\.self)
        }
        #expect(losses[0] == losses[1] && losses[0].count == 6)
    }

    @Test func sharesAreTheSameForAnyNumberOfWorkersAndAfterAResume() throws {
        try work.makeFile("whole.h5") { try put(Self.rows, in: $0) }
        let share = ["--test-share", "0.25", "--split-seed", "5"]
        for (run, more) in [
            ("one", ["--workers", "1"]), ("three", ["--workers", "3"]), ("other", ["--split-seed", "6"]),
        ] {
            let options = ["--layers", "6", "--epochs", "3", "--quiet", "--run", run] + share.dropLast(2)
            let seed = run == "other" ? [] : share.suffix(2)
            try #require(try work.run(["train", "whole.h5"] + options + seed + more).status == 0)
        }
        #expect(try work.bytes("one/latest") == work.bytes("three/latest"))
        #expect(try numbers("one") != numbers("other"))
        let options = ["--layers", "6", "--epochs", "1", "--quiet", "--run", "two"] + share
        try #require(try work.run(["train", "whole.h5"] + options).status == 0)
        try #require(try work.run(["resume", "two", "--epochs", "3", "--quiet"]).status == 0)
        #expect(try numbers("two") == numbers("one"))
    }

    @Test(arguments: [
        (
            ["--test-share", "0.01"],
            "whole.h5: a share of 0.01 of its 40 samples leaves none for the test split"
        ),
        (
            ["--test-share", "0.5", "--validation-share", "0.5"],
            "--validation-share and --test-share together must be below 1"
        ),
    ])
    func impossibleSharesAreRefused(arguments: [String], message: String) throws {
        try work.makeFile("whole.h5") { try put(Self.rows, in: $0) }
        try work.expectRefusal(["train", "whole.h5"] + arguments, 64, message)
    }

    @Test func aShareBesideASplitIsRefused() throws {
        try work.expectRefusal(
            ["train", data("digits.h5"), "--test-share", "0.1"], 64,
            "\(data("digits.h5")) has a test split; --test-share would make another one")
    }
}

import Foundation
import Testing

/// `lockstep report`: what is on the page, and what it says it has not.
@Suite struct ReportTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private func train(_ run: String, _ more: [String] = [], on file: String = "digits.h5") throws {
        let result = try work.run(["train", data(file), "--epochs", "2", "--run", run, "--quiet"] + more)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func page(_ runs: String...) throws -> String {
        let result = try work.run(["report"] + runs + ["-o", "page.html", "--force"])
        try #require(result.status == 0, "\(result.errors)")
        let page = try work.text("page.html")
        // Nothing is asked of a network, and nothing runs.
        #expect(!page.contains("http") && !page.contains("<script"))
        return page
    }

    private func titles(_ page: String) -> [String] {
        page.matches(of: /<(?:h2[^>]*|figcaption)>([^<]*)</).map { String($0.1) }
    }

    @Test func aRunOfImagesIsExplained() throws {
        try train("run", ["--layers", "conv 4 3x3, 8", "--axes", "HW"])
        let page = try page("run")
        #expect(
            titles(page) == [
                "Results", "The best epoch", "Curves", "Loss", "Accuracy", "Learning rate", "Speed", "Parameters",
                "Gradients", "Evaluation", "Confusion matrix", "The most frequent confusions", "Each class",
                "The worst mistakes", "Layers", "The network, layer by layer", "The parameters of each layer",
                "The filters of conv1", "Data", "The data", "Settings", "All settings", "Machine",
                "What the runs began on", "Time by phase",
            ])
        let evaluation = try work.succeed("evaluate", "run", data("digits.h5")).split(separator: "\n")
        let line = try #require(evaluation.first { $0.hasPrefix("/test/features") })
        #expect(page.contains("<p>\(line.split(separator: ", top-5")[0])</p>"))
        // The mistakes, at most 24 of them, and four filters.
        let wrong = try #require(page.firstMatch(of: /(\d+) samples of 360 are wrong/)?.1)
        let pictures = page.ranges(of: "data:image/png").count
        #expect(pictures == min(24, try #require(Int(wrong))) + 4)
    }

    @Test func measurementsAreShownAgainstTargets() throws {
        let rows = (0..<60).map { "\($0),\($0 % 7),\(2 * $0 + $0 % 7)" }
        try work.write("a,b,sum\n" + rows.joined(separator: "\n") + "\n", to: "sums.csv")
        try work.succeed(
            "train", "sums.csv", "--label", "sum", "--test-share", "0.2", "--layers", "8", "--epochs", "1", "--run",
            "run",
            "--quiet")
        let page = try page("run")
        #expect(titles(page).contains("sum") && !titles(page).contains("Confusion matrix"))
        #expect(!page.contains("test accuracy"))
        // A network that has hardly learned predicts otherwise than was measured: not all points lie on the diagonal.
        let square = try #require(page.firstMatch(of: /(?s)plot square.*?<\/figure>/)?.0)
        let places = square.matches(of: /<use [^>]*x="([0-9.]+)%" y="([0-9.]+)%"/)
            .compactMap { match in Double(match.1).flatMap { x in Double(match.2).map { x + $0 - 100 } } }
        #expect(places.count == 12 && places.contains { abs($0) > 1 })
    }

    @Test func severalRunsAreOverEachOther() throws {
        try train("a", ["--layers", "8"])
        try train("b", ["--layers", "16"])
        try train("c", ["--layers", "8", "--seed", "3"])
        let page = try page("a", "b", "c")
        #expect(
            titles(page) == [
                "Results", "The best epoch", "Curves", "Loss", "Accuracy", "Learning rate", "Speed", "Parameters",
                "Gradients", "Settings", "Settings that differ", "Machine", "What the runs began on",
            ])
        #expect(page.contains("<th scope=\"row\">layers</th><td>8</td><td>16</td><td>8</td>"))
        #expect(page.contains("<th scope=\"row\">seed</th><td>0</td><td>0</td><td>3</td>"))
        for run in ["a", "b", "c"] { #expect(page.contains("\(run), train") && page.contains("\(run), test")) }
    }

    // MARK: One and two features

    @Test func theClassesOfTwoFeaturesAreAreas() throws {
        try train("run", ["--layers", "16"], on: "moons.h5")
        let page = try page("run")
        #expect(titles(page).contains("Which class the network decides for"))
        #expect(page.ranges(of: "<image href=\"data:image/png").count == 1)
    }

    /// Axes are in the unit of the data, although the network has standardised inputs.
    @Test(arguments: [
        (["c"], "sum over two features", "<image"), (["b", "c"], "sum over a", "measured"),
        (["a", "b", "c", "sum"], "Outputs over d", "output"),
    ])
    func measurementsAndOutputsAreShownOverTheFeatures(ignored: [String], title: String, sign: String) throws {
        let rows = (0..<90).map { row in
            "\(1000 + row),\(row % 7),\(row % 3),\(2 * row + row % 7),\(row % 11),\(row % 11 < 5 ? "low" : "high")"
        }
        try work.write("a,b,c,sum,d,class\n" + rows.joined(separator: "\n") + "\n", to: "sums.csv")
        let label = ignored.contains("sum") ? "class" : "sum"
        let left = ignored + (label == "sum" ? ["d", "class"] : [])
        try work.succeed(
            "train", "sums.csv", "--label", label, "--ignore", left.joined(separator: ","), "--test-share", "0.2",
            "--layers", "8", "--run", "run", "--quiet")
        let page = try page("run")
        #expect(titles(page).contains(title) && page.contains(sign), "\(titles(page))")
        let ticks = page.matches(of: /class="tick middle"[^>]*>([^<]*)</).map { String($0.1) }
        if label == "sum" { #expect(ticks.contains("1,040"), "\(ticks)") }
    }

    // MARK: Data

    @Test func theColumnsOfATableAreListed() throws {
        try train("run", ["--label", "cultivar", "--layers", "8", "--test-share", "0.2"], on: "wine.csv")
        let page = try page("run")
        #expect(titles(page).contains("The columns"))
        let file = try #require(page.firstMatch(of: /<th scope="row">file<\/th><td[^>]*>(.*?)<\/td>/)?.1)
        #expect(file == data("wine.csv"))
        let digest = try #require(work.resolved("run")["trainData"])
        #expect(page.contains("<th scope=\"row\">digest of train</th><td class=\"long\">\(digest)</td>"))
        // The smallest and the largest alcohol of the training split, its mean and its deviation.
        let row = try #require(page.firstMatch(of: /<th scope="row">alcohol<\/th><td>number<\/td>(.*?)<\/tr>/)?.1)
        let numbers = row.matches(of: />([0-9.]+)</).compactMap { Double($0.1) }
        try #require(numbers.count == 4, "\(row)")
        #expect(numbers[0] < numbers[2] && numbers[2] < numbers[1] && numbers[3] > 0.5 && numbers[3] < 1)
    }

    @Test func whatIsMissingIsTold() throws {
        try work.write(Data(contentsOf: URL(filePath: data("digits.h5"))), to: "mine.h5")
        try work.succeed("train", "mine.h5", "--layers", "8", "--epochs", "1", "--run", "run", "--quiet")
        try FileManager.default.removeItem(atPath: work.path("mine.h5"))
        #expect(try page("run").contains("<p>run has no evaluation: \(work.path("mine.h5")): no such file</p>"))

        try work.succeed("train", data("digits.h5"), "--max-steps", "0", "--layers", "8", "--run", "new", "--quiet")
        #expect(try page("new").contains("<p>new has no curves: no epoch has ended yet</p>"))

        for name in try work.names(in: "run/checkpoints") { try work.damage("run/checkpoints/\(name)") }
        let page = try page("run")
        #expect(page.contains("run has no network: ") && titles(page).contains("Loss"))
    }

    @Test func lossesThatAreNoNumbersAreGaps() throws {
        try train("run", ["--layers", "8"])
        let lines = try work.text("run/metrics.jsonl").split(separator: "\n").map { line in
            line.contains("\"epoch\": 2,")
                ? String(line.replacing(/"trainLoss": [^,]*/, with: "\"trainLoss\": null")) : String(line)
        }
        try work.write(lines.joined(separator: "\n") + "\n", to: "run/metrics.jsonl")
        #expect(try page("run").contains("Gaps in train: 1 of 2 values, not finite, the first at 2."))
    }

    @Test func aLogWithoutNormsIsTold() throws {
        try train("run", ["--layers", "8"])
        let lines = try work.text("run/metrics.jsonl").split(separator: "\n").filter { !$0.contains("\"norms\"") }
        try work.write(
            lines.joined(separator: "\n").replacing(/, "trainingSeconds": [^}]*}?}/, with: "}") + "\n",
            to: "run/metrics.jsonl")
        let page = try page("run")
        #expect(
            page.contains(
                "run has no norms of parameters and gradients: its log has none, as those of earlier versions"))
        #expect(titles(page).contains("Speed") && !titles(page).contains("Gradients"))
        #expect(!titles(page).contains("Time by phase"))
    }

    @Test func aRunUnderWayIsCalledSo() throws {
        try train("run", ["--layers", "8"])
        let file = open(work.path("run/lock"), O_RDWR | O_CREAT, 0o666)
        #expect(flock(file, LOCK_EX) == 0)
        defer { close(file) }
        #expect(try page("run").contains("A run that is running, after 2 of 2 epochs."))
    }

    @Test func aRunOfOneEpochWithoutATestSplitHasItsPage() throws {
        try work.write(
            "a,class\n" + (0..<40).map { "\($0),\($0 < 20 ? "x" : "y")" }.joined(separator: "\n"), to: "few.csv")
        try work.succeed(
            "train", "few.csv", "--label", "class", "--layers", "4", "--epochs", "1", "--run", "run", "--quiet")
        let page = try page("run")
        #expect(titles(page).contains("Loss") && titles(page).contains("Confusion matrix"))
        #expect(page.contains("after 1 of 1 epochs") && !page.contains("test loss"))
    }

    @Test func aRunOfARefusedVersionHasItsCurves() throws {
        let fixture = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Fixtures/run-of-0.1.0.tar.gz")
        _ = try work.tool("tar", "-xzf", fixture.path)
        let page = try page("run")
        #expect(page.contains("run has no network: run/checkpoints/step-00000006.h5: a checkpoint of version 1"))
        #expect(titles(page).contains("Loss") && titles(page).contains("All settings"))
    }

    @Test func anUnreadableConfigurationIsTold() throws {
        try train("run", ["--layers", "8"])
        try work.write("layers: [", to: "run/config.yaml")
        let page = try page("run")
        #expect(page.contains("<p>run has no settings: ") && titles(page).contains("Loss"))
    }

    @Test func aThousandEpochsAreBelowTwoMegabytes() throws {
        try train("run", ["--layers", "32, 32, residual [32, 32, 32, 32], 32, 32, 32, 32"])
        let lines = try work.text("run/metrics.jsonl").split(separator: "\n").map(String.init)
        let (norms, epoch) = try (
            #require(lines.first { $0.contains("\"norms\"") }), #require(lines.first { $0.contains("\"epoch\",") })
        )
        let many = (1...1000).flatMap { number in
            // Other figures in each epoch, so that no curve is a straight line.
            [norms, epoch].map { line in
                line.replacing("\"epoch\": 1,", with: "\"epoch\": \(number),").replacing(
                    /"step": \d+/, with: "\"step\": \(6 * number)"
                )
                .replacing(/: (\d+\.\d+)/) { match in
                    ": \((Double(match.1) ?? 0) * (1 + 0.5 * sin(Double(number * number))))"
                }
            }
        }
        try work.write(([lines[0]] + many).joined(separator: "\n") + "\n", to: "run/metrics.jsonl")
        let page = try page("run")
        #expect(page.contains("after 1,000 of 2 epochs"))
        #expect(page.utf8.count < 2_000_000, "\(page.utf8.count) bytes")
        // All curves together, each of a thousand points.
        #expect(page.utf8.count > 100_000, "\(page.utf8.count) bytes")
    }

    @Test func onlyRunsHavePages() throws {
        try work.expectRefusal(["report", "nowhere", "-o", "page.html"], 66, "nowhere: holds no run")
    }
}

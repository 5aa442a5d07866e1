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
                "Results", "The best epoch", "Curves", "Loss", "Accuracy", "Learning rate", "Speed", "Evaluation",
                "Confusion matrix", "The most frequent confusions", "Each class", "The worst mistakes", "Layers",
                "The network, layer by layer", "The parameters of each layer", "The filters of conv1", "Settings",
                "All settings", "Machine", "What the runs began on",
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
            "train", "sums.csv", "--label", "sum", "--test-share", "0.2", "--layers", "8", "--run", "run", "--quiet")
        let titles = try titles(page("run"))
        #expect(titles.contains("sum") && !titles.contains("Confusion matrix"))
    }

    @Test func severalRunsAreOverEachOther() throws {
        try train("a", ["--layers", "8"])
        try train("b", ["--layers", "16"])
        let page = try page("a", "b")
        #expect(titles(page).contains("Settings that differ") && !titles(page).contains("Evaluation"))
        #expect(page.contains("<th scope=\"row\">layers</th><td>8</td><td>16</td>"))
        #expect(page.contains("a, train") && page.contains("b, test"))
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

    @Test func onlyRunsHavePages() throws {
        try work.expectRefusal(["report", "nowhere", "-o", "page.html"], 66, "nowhere: holds no run")
    }
}

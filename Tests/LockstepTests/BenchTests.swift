import DurableFiles
import Foundation
import TestSupport
import Testing

/// The output of `lockstep bench`, regardless of the measured values.
@Suite struct BenchTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    private let short = ["bench", "--network", "20,16,3", "--batch-size", "8", "--rounds", "2", "--seconds", "0.01"]

    @Test func aTableForEachNetworkAndPrecision() throws {
        let result = try work.run(short + ["--network", "30,3", "--precision", "fp32", "--workers", "2"])
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.errors == "")
        for line in ["20-16-3, fp32, 2 workers", "20-16-3, fp32, samples/s with more workers", "30-3, fp32, 2 workers"]
        {
            #expect(result.output.split(separator: "\n").contains { $0 == line }, "\(result.output)")
        }
    }

    @Test func networksOfImagesAreMeasured() throws {
        let words = "6x5x2, conv 4 3x3 norm=batch, residual [conv 4 3x3, conv 4 3x3], 3"
        let result = try work.run(
            ["bench", "--network", words, "--batch-size", "8", "--rounds", "1", "--seconds", "0.01", "--workers", "1"]
                + ["--precision", "fp32", "--json"])
        try #require(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("6×5×2, conv 4 3x3 norm=batch, residual [conv 4 3x3, conv 4 3x3], 3"))
    }

    @Test func everyMeasurementAsJSON() throws {
        let result = try work.run(short + ["--precision", "fp32", "--precision", "bf16", "--workers", "2", "--json"])
        try #require(result.status == 0, "\(result.errors)")
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let cases = try #require(object["cases"] as? [[String: Any]])
        // One and two workers with a batch of 8, and two workers with 8 each.
        let expected = ["fp32", "bf16"].flatMap { precision in
            [(2, 8), (1, 8), (2, 16)].map { "\(precision) \($0.0) \($0.1)" }
        }
        let found = cases.map { "\($0["precision"] ?? "") \($0["workers"] ?? "") \($0["batchSize"] ?? "")" }
        #expect(found == expected)
        for each in cases {
            let rates = try #require(each["samplesPerSecond"] as? [Double])
            #expect(rates.count == 2 && rates.allSatisfy { $0 > 0 })
            // 2 · (20·16 + 16·3) · 3 − 2 · 20·16 operations per sample.
            let operations = try #require(each["operationsPerSecond"] as? [Double])
            #expect(zip(operations, rates).allSatisfy { abs($0 / $1 - 1568) < 1e-6 })
            let shares = try #require(each["phases"] as? [String: Double])
            #expect(Set(shares.keys) == ["gather", "forward", "backward", "reduce", "update", "waiting"])
            #expect(shares.values.allSatisfy { $0 >= 0 && $0 <= 1 })
            #expect(try #require(each["memoryBytes"] as? Int) > 1 << 20)
        }
    }

    @Test func aSelfContainedPage() throws {
        let arguments = short + ["--precision", "fp32", "--workers", "2", "--plot", "bench.html"]
        #expect(try work.run(arguments).status == 0)
        let page = try work.text("bench.html")
        #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
        for title in ["Arithmetic", "Samples a second", "Time by phase, batch 8", "Scaling"] {
            #expect(page.contains("<figcaption>\(title)</figcaption>"))
        }
        #expect(!page.contains("http") && !page.contains("src=") && !page.contains("<script"))
        #expect(!page.contains("NaN") && !page.contains("∞"))

        try work.expectRefusal(
            arguments, 73, "bench.html exists already\n  replace it (--force), or choose another --plot")
        #expect(try work.run(arguments + ["--force"]).status == 0)
        // Only regular files are replaced, not /dev/null or a link.
        _ = try work.tool("ln", "-s", "elsewhere", "link.html")
        try work.expectRefusal(
            ["bench", "--plot", "link.html", "--force"], 73,
            "link.html is no file that can be replaced\n  choose another --plot")
    }

    @Test(arguments: [
        (
            ["--network", "784"],
            "--network must be a sample's shape, layers and the number of classes, as in 784,512,10 or "
                + "\"28x28x1, conv 32 3x3, 10\" (got 784)"
        ),
        (
            ["--network", "784,512,x"],
            "--network must be a sample's shape, layers and the number of classes, as in 784,512,10 or "
                + "\"28x28x1, conv 32 3x3, 10\" (got 784,512,x)"
        ),
        (["--network", "784,x,10"], "--network: item 1 of x: there is no x\n  items are widths, or begin with dense"),
        (["--batch-size", "0"], "--batch-size must be at least 1 (got 0)"),
        (["--precision", "fp16"], "--precision must be one of fp32, bf16 (got fp16)"),
        (["--workers", "0"], "--workers must be at least 1 (got 0)"),
        (
            ["--workers", "1000"],
            "--workers must be at most \(ProcessLimits.cores), the cores that this process may use (got 1000)"
        ),
        (["--force"], "--force is for --plot"),
        (["--rounds", "0"], "--rounds must be from 1 to 1000 (got 0)"),
        (["--plot", ""], "--plot must be a path (got nothing)"),
        (["--seconds", "0"], "--seconds must be above 0 and at most 3600 (got 0.0)"),
    ])
    func badOptionsAreRefused(arguments: [String], message: String) throws {
        let result = try work.run(["bench"] + arguments)
        #expect(result.status == 64)
        #expect(result.errors.hasPrefix("error: " + message), "\(result.errors)")
    }

    @Test func onlyAllowedCoresCount() throws {
        let one = try Command(tool: "taskset").run(
            ["-c", "0", work.lockstepPath, "bench", "--workers", "2"], in: work.path("."))
        #expect(
            one.errors == "error: --workers must be at most 1, the cores that this process may use (got 2)\n")
    }

    @Test func networkLargerThanMemory() throws {
        let result = try work.run(["bench", "--network", "1000000,1000000,10"])
        #expect(result.status == 71)
        #expect(result.errors.hasPrefix("error: a network of 1,000,011,000,010 parameters needs"), "\(result.errors)")
    }
}

import ArgumentParser
import Checks
import Display
import DurableFiles
import Foundation
import Kernels
import Layers
import Messages
import Runs

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure the speed of training on this machine, and the time of each phase.",
        discussion: """
            Measures training steps of networks on random data and prints medians over several rounds. Each round \
            measures every case once, so that a disturbance affects all cases. --network, --batch-size and --precision may \
            be repeated.

            lockstep bench --plot bench.html
            lockstep bench --network 784,512,10 --batch-size 256 --rounds 3
            """)

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "The shape of a sample with its channels last, layers as in --layers, and the number of classes, as in \"28x28x1, conv 32 3x3, 10\". Default: "
                + "five networks.", valueName: "784,512,10"))
    var network: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("Samples per step. Default: 256, 1024 and 4096, or fewer for images.", valueName: "256"))
    var batchSize: [String] = []
    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("fp32 or bf16. Default: all that the CPU has instructions for.", valueName: "fp32"))
    var precision: [String] = []
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Maximum number of worker threads. Default: all cores.", valueName: "N"))
    var workers: String?
    @Option(help: ArgumentHelp("Number of rounds.", valueName: "N"))
    var rounds = 5
    @Option(help: ArgumentHelp("Duration of each measurement.", valueName: "seconds"))
    var seconds = 0.3
    @Flag(help: "Print the result as JSON.")
    var json = false
    @Option(help: ArgumentHelp("Write the result as an HTML page with charts.", valueName: "file"), completion: .file())
    var plot: String?
    @Flag(help: "Replace an existing file.")
    var force = false

    func validate() throws {
        if force && plot == nil { throw ValidationError("--force is for --plot") }
        if plot == "" { throw ValidationError("--plot must be a path (got nothing)") }
        if !(1...1000).contains(rounds) { throw ValidationError("--rounds must be from 1 to 1000 (got \(rounds))") }
        if !(seconds > 0 && seconds <= 3600) {
            throw ValidationError("--seconds must be above 0 and at most 3600 (got \(seconds))")
        }
    }

    func run() throws {
        let plan = BenchPlan(
            networks: try networks(), precisions: try precisions(),
            workerCount: try workerLimit())
        // Checked before the measurements, which take minutes.
        if let plot { try requireReplaceable(plot, force: force, option: "--plot") }
        let report = try BenchReport(plan, rounds: rounds, seconds: seconds)
        try printResult(json ? report.json.text : report.text)
        if let plot {
            try replaceFile(plot, with: [Array(BenchPage(report).html.utf8)])
            printError("the page is in \(plot)")
        }
    }

    private func workerLimit() throws -> Int {
        let (limit, cores) = (try workerCount(workers), ProcessLimits.cores)
        guard limit <= cores else {
            throw Failure(
                .usage, "--workers must be at most \(cores), the cores that this process may use (got \(limit))")
        }
        return limit
    }

    /// The networks that are measured without --network, with their batch sizes.
    private static let usual = [
        ("784,512,256,10", [256, 1024, 4096]), ("784,2048,2048,10", [256, 1024, 4096]),
        ("784,128,10", [256, 1024, 4096]),
        ("28x28x1, conv 32 3x3, max-pool 2, conv 64 3x3, max-pool 2, 128, 10", [64, 256, 1024]),
        (
            "32x32x3, conv 64 3x3, conv 64 3x3, max-pool 2, conv 128 3x3, conv 128 3x3, max-pool 2, 256, 10",
            [64, 256]
        ),
    ]

    private func networks() throws -> [(network: BenchmarkNetwork, batchSizes: [Int])] {
        let own = try batchSizes()
        let all = network.isEmpty ? Self.usual : unique(network).map { ($0, Self.usual[0].1) }
        return try all.map { text, usual in
            guard let pieces = BenchmarkNetwork.pieces(of: text) else {
                throw Failure(
                    .usage,
                    "--network must be a sample's shape, layers and the number of classes, as in 784,512,10 or "
                        + "\"28x28x1, conv 32 3x3, 10\" (got \(text))")
            }
            let layers =
                pieces.layers.isEmpty
                ? [] : try configured("layers", pieces.layers, reportedAs: "--network").layers
            return (
                BenchmarkNetwork(inputShape: pieces.inputShape, layers: layers, outputs: pieces.outputs), own ?? usual
            )
        }
    }

    private func batchSizes() throws -> [Int]? {
        guard !batchSize.isEmpty else { return nil }
        return try unique(batchSize).map { try configured("batchSize", $0, reportedAs: "--batch-size").batchSize }
    }

    private func precisions() throws -> [Precision] {
        guard !precision.isEmpty else { return Precision.allCases.filter(\.isNative) }
        return try unique(precision).map { try configured("precision", $0, reportedAs: "--precision").precision }
    }
}

/// The words without duplicates, in order.
private func unique(_ words: [String]) -> [String] {
    words.indices.filter { !words[..<$0].contains(words[$0]) }.map { words[$0] }
}

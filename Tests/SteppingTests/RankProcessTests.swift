import Foundation
import Stepping
import TestSupport
import Testing

/// Ranks that are processes, connected by sockets. Each runs `thisProcessIsARank` of this very program.
@Suite(.serialized) struct RankProcessTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// Directory, rank, number of ranks, workers and index of the case, of a process that is a rank.
    private static let membership = environment["LOCKSTEP_RANK"]?.split(separator: ":").map(String.init)

    /// A few; RANK_PROCESSES=all asks for all.
    private static let isComplete = environment["RANK_PROCESSES"] == "all"
    private static let shares: [(ranks: Int, workers: Int)] =
        isComplete
        ? [1, 2, 3, 4, 8].flatMap { ranks in [1, 2, 3].map { (ranks, $0) } } : [(ranks: 2, workers: 2), (4, 1)]
    private static let cases =
        isComplete ? RankCase.all.indices.map(\.self) : RankCase.all.indices.filter { RankCase.all[$0].isTypical }

    @Test(.enabled(if: membership == nil), arguments: cases, shares)
    func processesEndWithTheBitsOfOne(index: Int, share: (ranks: Int, workers: Int)) throws {
        let alone = try RankTests.end(RankCase.all[index].example(), Alone(), workerCount: 1)
        let temporary = try TemporaryDirectory()
        let directory = temporary.path
        let program = try #require(Bundle.main.executablePath)
        let processes = try (0..<share.ranks).map { rank in
            let process = Process()
            process.executableURL = URL(filePath: program)
            process.arguments = ["--testing-library", "swift-testing", "--filter", "thisProcessIsARank"]
            process.environment = Self.environment.merging(
                ["LOCKSTEP_RANK": "\(directory):\(rank):\(share.ranks):\(share.workers):\(index)"]
            ) { $1 }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            return process
        }
        for (rank, process) in processes.enumerated() {
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(try String(contentsOfFile: "\(directory)/\(rank).end", encoding: .utf8) == alone, "rank \(rank)")
        }
    }

    @Test(.enabled(if: membership != nil))
    func thisProcessIsARank() throws {
        let words = try #require(Self.membership)
        let numbers = words.dropFirst().compactMap { Int($0) }
        try #require(numbers.count == 4)
        let communicator = try SocketCommunicator(directory: words[0], rank: numbers[0], rankCount: numbers[1])
        let end = try RankTests.end(RankCase.all[numbers[3]].example(), communicator, workerCount: numbers[2])
        try end.write(toFile: "\(words[0])/\(numbers[0]).end", atomically: true, encoding: .utf8)
    }
}

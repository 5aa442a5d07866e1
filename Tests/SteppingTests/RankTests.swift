import Datasets
import Dispatch
import Foundation
import Kernels
import Networks
import Optimizers
import Runs
import Stepping
import TestSupport
import Testing

/// Any number of ranks with any number of workers ends with the bits of one.
@Suite struct RankTests {
    private static let steps = 5

    /// Without optimization many orders take too long.
    #if DEBUG
    private static let (rankCounts, seeds) = ([3], UInt64(1))
    #else
    private static let (rankCounts, seeds) = ([2, 3, 4, 8], UInt64(10))
    #endif

    @Test(arguments: RankCase.all, rankCounts)
    func ranksEndWithTheBitsOfOne(settings: RankCase, rankCount: Int) throws {
        let example = try settings.example()
        let alone = try Self.end(example, Alone(), workerCount: 1)
        let found = try Self.ranks(rankCount) { communicator in
            try Self.end(example, communicator, workerCount: 1 + (communicator.rank + rankCount) % 3)
        }
        #expect(found.allSatisfy { $0 == alone }, "\(rankCount) ranks")
    }

    /// Work items in random order, and messages that are sent and received in random order and pieces.
    @Test(arguments: RankCase.all)
    func adverseOrdersOfWorkAndMessagesChangeNothing(settings: RankCase) throws {
        let example = try settings.example()
        let alone = try Self.end(example, Alone(), workerCount: 1)
        for seed in 0..<Self.seeds {
            let found = try Self.ranks(3) { communicator in
                let own = 100 * seed + UInt64(communicator.rank)
                return try Self.end(
                    example, AdverseCommunicator(communicator, seed: own), workerCount: 2,
                    executor: AdverseExecutor(seed: own))
            }
            #expect(found.allSatisfy { $0 == alone }, "seed \(seed)")
        }
    }

    /// A stop that one rank is asked for, after so many steps, ends all at the same step, as if that had not begun.
    @Test func aStopEndsAllRanksAtTheSameStep() throws {
        let example = try RankCase.all[0].example()
        let found = try Self.ranks(3) { communicator in
            let interruption = Interruption()
            let trainer = try example.trainer(communicator, workerCount: 1, interruption: interruption)
            while true {
                if communicator.rank == 1 && trainer.progress.step == 2 { interruption.requestStop() }
                do {
                    try trainer.step()
                } catch is Interrupted {
                    return "\(trainer.progress.step)"
                }
            }
        }
        #expect(found == ["2", "2", "2"])
    }

    /// NaN among the samples of one rank alone.
    @Test func aLossThatIsNotFiniteEndsAllRanksAlike() throws {
        let example = try RankCase.all[0].example(hasNaN: true)
        let found = try Self.ranks(4) { communicator in
            let trainer = try example.trainer(communicator, workerCount: 2)
            do {
                for _ in 0..<20 { try trainer.step() }
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        let alone = #expect(throws: DivergenceError.self) {
            let trainer = try example.trainer(Alone(), workerCount: 2)
            for _ in 0..<20 { try trainer.step() }
        }
        #expect(found == Array(repeating: "\(try #require(alone))", count: 4))
    }

    @Test func aRankThatEndsIsMissedByTheOthers() throws {
        var pairs = SocketCommunicator.pairs(rankCount: 2)
        let survivor = pairs[0]
        pairs = []
        let bytes = FloatBuffer(count: 4)
        #expect(throws: RankError.lost(rank: 1)) {
            try survivor.exchange(sending: [], receiving: [Message(peer: 1, bytes: bytes.view.bytes)])
        }
    }

    // MARK: Helpers

    /// The digest of parameters and slots after some steps, and the loss of the last.
    static func end(
        _ example: RankCase.Example, _ communicator: any Communicator, workerCount: Int,
        executor: any WorkExecutor = ConcurrentExecutor()
    ) throws -> String {
        let trainer = try example.trainer(communicator, workerCount: workerCount, executor: executor)
        var loss = 0.0
        for _ in 0..<steps { loss = try trainer.step() }
        try trainer.gatherSlots()
        let digest = ValuesDigest()
        for buffer in [trainer.store.parameters] + trainer.namedSlots.map(\.values) { digest.add(buffer.view) }
        return "\(digest.text), loss \(loss.bitPattern), \(trainer.progress.epochSum)"
    }

    /// Runs a body on each rank, in a thread of its own, and gives what they return in the order of the ranks.
    static func ranks(
        _ count: Int, _ body: @escaping @Sendable (SocketCommunicator) throws -> String
    ) throws -> [String] {
        let results = (0..<count).map { _ in RankResult() }
        let group = DispatchGroup()
        for communicator in SocketCommunicator.pairs(rankCount: count) {
            group.enter()
            Thread {
                let result = results[communicator.rank]
                do { result.text = try body(communicator) } catch { result.text = "error: \(error)" }
                group.leave()
            }.start()
        }
        group.wait()
        return results.map(\.text)
    }

    /// ThreadSanitizer knows groups of Dispatch, and not the standard library's mutexes.
    ///
    /// Invariant: its rank's thread writes it before it leaves the group, and it is read after all have left.
    private final class RankResult: @unchecked Sendable {
        var text = ""
    }
}

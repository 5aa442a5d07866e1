import Foundation
import Kernels
import Networks
import Optimizers
import Runs
import Synchronization
import TestSupport
import Testing

@testable import Stepping

/// A stop or an error of one rank ends all at the same step.
@Suite struct RankErrorTests {
    /// A stop is asked for within a step, at each of its exchanges.
    @Test(arguments: 0..<16)
    func aStopWithinAStepLeavesWholeStepsOnAllRanks(exchange: Int) throws {
        let example = try #require(RankCase.all.first { $0.name.hasPrefix("LAMB") }).example()
        let found = try RankTests.ranks(3) { communicator in
            let interruption = Interruption()
            let stopping = StoppingCommunicator(
                communicator, at: communicator.rank == 1 ? exchange : .max, interruption)
            let trainer = try example.trainer(stopping, workerCount: 2, interruption: interruption)
            #expect(throws: Interrupted.self) { while true { try trainer.step() } }
            return "\(trainer.progress.step) \(Self.digest(trainer))"
        }
        let steps = try #require(found[0].split(separator: " ").first.flatMap { Int($0) })
        let alone = try example.trainer(Alone(), workerCount: 1)
        for _ in 0..<steps { try alone.step() }
        #expect(found == Array(repeating: "\(steps) \(Self.digest(alone))", count: 3))
    }

    /// A rank that cannot go on says so, and the others name it.
    @Test func anErrorOfOneRankEndsAll() throws {
        let example = try RankCase.all[0].example()
        let found = try RankTests.ranks(3) { communicator in
            let trainer = try example.trainer(
                communicator, workerCount: 1, executor: FailingExecutor(at: communicator.rank == 2 ? 4 : .max))
            do {
                while true { try trainer.step() }
            } catch {
                return "\(error)"
            }
        }
        let failed = "\(RankError.failed(rank: 2))"
        #expect(found == [failed, failed, "\(FailingExecutor.error)"])
    }

    /// The worst matters: a loss that is not finite before a layer's gradient, a layer before those after it, and any of
    /// them before a stop.
    private static let meetings: [(met: [String?], worst: String)] = [
        ([nil, "layer2", "layer1"], "layer1"), (["stop", "layer0", "layer2"], "layer0"),
        (["loss", "layer0", nil], "loss"), ([nil, "stop", nil], "stop"),
    ]

    @Test(arguments: meetings)
    func theWorstThatAnyRankMetEndsAll(met: [String?], worst: String) throws {
        let network = try RankCase.all[0].example().network
        @Sendable func divergence(_ layer: String?) -> DivergenceError {
            .diverged(step: 1, layer: layer, learningRate: 0.1)
        }
        @Sendable func error(_ name: String) -> any Error {
            name == "stop" ? Interrupted() : divergence(name == "loss" ? nil : name)
        }
        let found = try RankTests.ranks(3) { communicator in
            let agreement = Agreement(communicator: communicator, layout: network.layout)
            do {
                try agreement.requireAllWell(met[communicator.rank].map(error), divergence: divergence)
                return "well"
            } catch {
                return "\(error)"
            }
        }
        #expect(found == Array(repeating: "\(error(worst))", count: 3))
    }

    private static func digest(_ trainer: Trainer) -> String {
        let digest = ValuesDigest()
        digest.add(trainer.store.parameters.view)
        return digest.text
    }
}

/// Asks for a stop before one of its exchanges.
private final class StoppingCommunicator: Communicator {
    private let base: SocketCommunicator
    private let (stop, interruption): (Int, Interruption)
    private let exchanges = Mutex(0)
    var rank: Int { base.rank }
    var rankCount: Int { base.rankCount }

    init(_ base: SocketCommunicator, at stop: Int, _ interruption: Interruption) {
        (self.base, self.stop, self.interruption) = (base, stop, interruption)
    }

    func exchange(sending: [Message], receiving: [Message]) throws {
        let number = exchanges.withLock { count in
            defer { count += 1 }
            return count
        }
        if number == stop { interruption.requestStop() }
        try base.exchange(sending: sending, receiving: receiving)
    }
}

/// Fails instead of running some lists.
private final class FailingExecutor: WorkExecutor {
    struct Failure: Error, Equatable {}

    static let error = Failure()
    private let failing: Int
    private let runs = Mutex(0)

    init(at failing: Int) { self.failing = failing }

    func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome {
        let number = runs.withLock { count in
            defer { count += 1 }
            return count
        }
        if number == failing { return WorkOutcome(finishedLists: 0, error: Self.error) }
        return ConcurrentExecutor().run(lists, workerCount: workerCount, interruption: interruption)
    }
}

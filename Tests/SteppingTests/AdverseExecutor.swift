import Kernels
import Stepping
import Synchronization
import TestSupport

/// Runs the work items of a list one at a time, in random order on random workers, as an adverse scheduler might, and
/// racing threads do once in a long while.
final class AdverseExecutor: WorkExecutor {
    private let random: Mutex<TestRandom>

    init(seed: UInt64) { random = Mutex(TestRandom(seed: seed)) }

    func run(_ lists: [WorkList], workerCount: Int, interruption: Interruption?) -> WorkOutcome {
        // Each call continues the last one's random numbers.
        var random = random.withLock { $0 }
        defer { self.random.withLock { [random] in $0 = random } }
        for (index, list) in lists.enumerated() {
            var failure: (item: Int, error: any Error)?
            for item in (0..<list.count).shuffled(using: &random) {
                do {
                    if list.isStoppable { try interruption?.check() }
                    try list.body(Int.random(in: 0..<workerCount, using: &random), item)
                } catch {
                    if failure.map({ item < $0.item }) ?? true { failure = (item, error) }
                }
            }
            if let failure { return WorkOutcome(finishedLists: index, error: failure.error) }
        }
        return WorkOutcome(finishedLists: lists.count, error: nil)
    }
}

/// Sends and receives the messages of an exchange in random order between ranks, and in pieces of random size.
final class AdverseCommunicator: Communicator {
    private let base: SocketCommunicator
    private let random: Mutex<TestRandom>
    var rank: Int { base.rank }
    var rankCount: Int { base.rankCount }

    init(_ base: SocketCommunicator, seed: UInt64) {
        self.base = base
        random = Mutex(TestRandom(seed: seed))
    }

    func exchange(sending: [Message], receiving: [Message]) throws {
        try requireEqualSizes(sending, receiving)
        try base.exchange(sending: shuffled(sending), receiving: shuffled(receiving))
    }

    /// Both sides must say the same messages, as MPI wants it, since the pieces would hide it.
    private func requireEqualSizes(_ sending: [Message], _ receiving: [Message]) throws {
        func sizes(_ messages: [Message], of peer: Int) -> [Int] {
            messages.filter { $0.peer == peer }.map(\.bytes.count)
        }
        for peer in 0..<rankCount where peer != rank {
            let (own, theirs) = (sizes(sending, of: peer), sizes(receiving, of: peer))
            let (counts, ownCounts) = (AlignedBuffer<Int>(count: 1), AlignedBuffer<Int>(count: 1))
            ownCounts.view[0] = own.count
            func swap(_ sent: AlignedBuffer<Int>, _ received: AlignedBuffer<Int>) throws {
                try base.exchange(
                    sending: [Message(peer: peer, bytes: sent.view.bytes)],
                    receiving: [Message(peer: peer, bytes: received.view.bytes)])
            }
            try swap(ownCounts, counts)
            precondition(counts.view[0] == theirs.count, "a rank sends more or fewer messages than another awaits")
            let (sent, received) = (AlignedBuffer<Int>(count: own.count), AlignedBuffer<Int>(count: theirs.count))
            for (index, size) in own.enumerated() { sent.view[index] = size }
            try swap(sent, received)
            precondition(received.array == theirs, "a message is longer or shorter than another rank awaits")
        }
    }

    /// Pieces of the messages. Those of one rank stay in order.
    private func shuffled(_ messages: [Message]) -> [Message] {
        random.withLock { random in
            var queues = (0..<rankCount).map { peer in
                messages.filter { $0.peer == peer }.flatMap { $0.pieces(&random) }[...]
            }
            var shuffled: [Message] = []
            while let peer = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random) {
                shuffled.append(queues[peer].removeFirst())
            }
            return shuffled
        }
    }
}

extension Message {
    fileprivate func pieces(_ random: inout TestRandom) -> [Message] {
        var (pieces, start): ([Message], Int) = ([], 0)
        while start < bytes.count {
            let count = Int.random(in: 1...max(1, min(10_000, bytes.count - start)), using: &random)
            pieces.append(Message(peer: peer, bytes: bytes.slice(start, count)))
            start += count
        }
        return pieces
    }
}

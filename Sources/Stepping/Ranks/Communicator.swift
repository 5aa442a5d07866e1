import Kernels

/// The connection of the processes that train a network together, on one machine or several. Each is a rank, from 0. It
/// moves bytes and adds nothing.
package protocol Communicator: Sendable {
    var rank: Int { get }
    var rankCount: Int { get }
    /// Sends and receives messages, and returns when all are done. Between two ranks messages arrive in the order in which
    /// they were sent, and both say the same sizes.
    /// - Throws: `RankError.lost` when another rank does not answer any more.
    func exchange(sending: [Message], receiving: [Message]) throws
}

/// Bytes for another rank, or from it.
package struct Message: Sendable {
    package let peer: Int
    package let bytes: BufferView<UInt8>

    package init(peer: Int, bytes: BufferView<UInt8>) { (self.peer, self.bytes) = (peer, bytes) }
}

package enum RankError: Error, Sendable, Equatable {
    /// The connection to a rank has ended.
    case lost(rank: Int)
    /// Another rank failed, for a reason that it says itself.
    case failed(rank: Int)
}

/// A process that trains alone.
package struct Alone: Communicator {
    package init() {}
    package var rank: Int { 0 }
    package var rankCount: Int { 1 }
    package func exchange(sending: [Message], receiving: [Message]) {}
}

extension Communicator {
    /// The other ranks.
    var peers: [Int] { (0..<rankCount).filter { $0 != rank } }

    /// Every rank's element, in the order of the ranks.
    func gather<Element: BitwiseCopyable & Numeric & Sendable>(_ own: Element) throws -> [Element] {
        let all = AlignedBuffer<Element>(count: rankCount)
        all.view[rank] = own
        try gather(all.view, ranges: (0..<rankCount).map { $0..<$0 + 1 })
        return all.array
    }

    /// Every rank gets the others' ranges of a buffer, each from the rank that has it.
    func gather<Element: BitwiseCopyable & Sendable>(_ all: BufferView<Element>, ranges: [Range<Int>]) throws {
        func bytes(_ rank: Int) -> BufferView<UInt8> {
            all.slice(ranges[rank].lowerBound, ranges[rank].count).bytes
        }
        try exchange(
            sending: peers.map { Message(peer: $0, bytes: bytes(rank)) },
            receiving: peers.map { Message(peer: $0, bytes: bytes($0)) })
    }
}

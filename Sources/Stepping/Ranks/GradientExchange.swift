import Kernels
import Networks
import Optimizers

/// What ranks exchange of a step: sums of gradients go to the owners of parts, who add them in the tree's order and update
/// their parts, and all get the new parameters.
struct GradientExchange: Sendable {
    private let communicator: any Communicator
    private let shares: RankShares
    private let sums: GradientSums
    private let layout: [[Range<Int>]]
    /// The sums of other ranks over this rank's parts, in the order of ranks and of their roots.
    private let received: [FloatBuffer]

    /// - Parameter receivedCount: the largest number of sums of all other ranks.
    init(communicator: any Communicator, shares: RankShares, sums: GradientSums, receivedCount: Int) {
        (self.communicator, self.shares, self.sums) = (communicator, shares, sums)
        let own = sums.parts[shares.parts[communicator.rank]]
        let end = own.last.map { $0.gradientOffset + $0.gradientCount } ?? 0
        received = (0..<receivedCount).map { _ in FloatBuffer(count: end - (own.first?.gradientOffset ?? 0)) }
        layout = shares.parts.map { Self.ranges(of: sums.parts[$0]) }
    }

    /// The parts that this rank updates.
    var own: Range<Int> { shares.parts[communicator.rank] }

    /// Sends this rank's sums to the owners of the parts, and gets those of the others.
    func gather(_ trees: RankTrees) throws {
        let rank = communicator.rank
        let sending = trees.roots[rank].flatMap { root in
            communicator.peers.map {
                Message(peer: $0, bytes: sums.root(root.slot)[sums.parts[shares.parts[$0]]].bytes)
            }
        }
        let senders = communicator.peers.flatMap { peer in trees.roots[peer].map { _ in peer } }
        let receiving = zip(senders, received).map { Message(peer: $0, bytes: $1.view.bytes) }
        try communicator.exchange(sending: sending, receiving: receiving)
    }

    /// The sum over the minibatch of one of this rank's parts, after `gather`.
    func add(_ part: ParameterPart, _ trees: RankTrees, into result: FloatView) {
        let first = sums.parts[own.lowerBound].gradientOffset
        var others = received.makeIterator()
        var values: [FloatView] = []
        for (rank, roots) in trees.roots.enumerated() {
            for root in roots {
                if rank == communicator.rank {
                    values.append(sums.root(root.slot)[part])
                } else {
                    guard let buffer = others.next() else { preconditionFailure("a sum that was not received") }
                    values.append(buffer.view.slice(part.gradientOffset - first, part.gradientCount))
                }
            }
        }
        var kept = [FloatView](repeating: result, count: trees.union.slotCount)
        for (value, step) in zip(values, trees.union.steps) {
            let isLast = step.destination == trees.union.lastSlot
            for (index, slot) in step.merged.enumerated() {
                Kernels.add(kept[slot], value, into: isLast && index == step.merged.count - 1 ? result : value)
            }
            if isLast && step.merged.isEmpty { result.copy(from: value) }
            kept[step.destination] = value
        }
    }

    /// Every rank gets the others' parts of a buffer in the network's layout: parameters, or a slot.
    func gather(_ values: FloatView) throws {
        func messages(_ owner: Int, to peer: Int) -> [Message] {
            layout[owner].map { Message(peer: peer, bytes: values.slice($0.lowerBound, $0.count).bytes) }
        }
        try communicator.exchange(
            sending: communicator.peers.flatMap { messages(communicator.rank, to: $0) },
            receiving: communicator.peers.flatMap { messages($0, to: $0) })
    }

    /// The ranges of the flat parameters that some parts have, neighbours as one.
    private static func ranges(of parts: ArraySlice<ParameterPart>) -> [Range<Int>] {
        let ranges = parts.flatMap(\.ranges).map { $0.offset..<$0.offset + $0.count }
        return ranges.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
            if let last = merged.last, last.upperBound == range.lowerBound {
                merged[merged.count - 1] = last.lowerBound..<range.upperBound
            } else {
                merged.append(range)
            }
        }
    }
}

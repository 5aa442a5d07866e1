import Kernels
import Networks

/// What each rank has of a step: contiguous leaves to compute on, and contiguous parts of the parameters to update.
struct RankShares: Sendable {
    /// Of a full minibatch.
    private let leaves: [Range<Int>]
    /// Ranges of the parts that training changes.
    let parts: [Range<Int>]

    init(rankCount: Int, leafCount: Int, parts all: [ParameterPart]) {
        leaves = (0..<rankCount).map { $0 * leafCount / rankCount..<($0 + 1) * leafCount / rankCount }
        // A part is its owner's whose share of all gradients has its middle.
        let total = all.reduce(0) { $0 + $1.gradientCount }
        var before = 0
        let owners = all.map { part in
            defer { before += part.gradientCount }
            return min(rankCount - 1, (before + part.gradientCount / 2) * rankCount / max(total, 1))
        }
        parts = (0..<rankCount).map { rank in
            let first = owners.firstIndex { $0 >= rank } ?? owners.count
            return first..<(owners.firstIndex { $0 > rank } ?? owners.count)
        }
    }

    /// A rank's leaves in a minibatch with so many.
    func leaves(of rank: Int, leafCount: Int) -> Range<Int> { leaves[rank].clamped(to: 0..<leafCount) }
}

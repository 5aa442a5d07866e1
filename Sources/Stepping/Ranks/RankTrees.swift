import Networks

/// The order of a step's sums over minibatches with so many leaves: what each rank adds, and how the owners of parts add the
/// ranks' sums.
struct RankTrees: Sendable {
    /// The leaves that each rank computes on.
    let leavesOfRanks: [Range<Int>]
    /// The leaves that this rank computes on.
    let leaves: Range<Int>
    /// The order in which it adds them.
    let tree: LeafTree
    /// Each rank's sums, which the owners of parts add.
    let roots: [[(node: LeafTree.Node, slot: Int)]]
    /// The order in which owners add the sums of all ranks.
    let union: LeafTree

    init(leafCount: Int, shares: RankShares, rank: Int) {
        leavesOfRanks = shares.parts.indices.map { shares.leaves(of: $0, leafCount: leafCount) }
        let trees = leavesOfRanks.map { LeafTree(leaves: $0, leafCount: leafCount) }
        (leaves, tree, roots) = (leavesOfRanks[rank], trees[rank], trees.map(\.roots))
        union = LeafTree(adding: roots.joined().map(\.node), leafCount: leafCount)
    }

    /// How many sums the other ranks have.
    func receivedCount(rank: Int) -> Int {
        roots.enumerated().reduce(0) { $0 + ($1.offset == rank ? 0 : $1.element.count) }
    }
}

import Minibatches
import Networks

/// The stages of a step on minibatches of one size: what a rank computes, and where it meets the others.
struct StepProgram: Sendable {
    enum Stage: Sendable {
        /// All shards of a group go through a segment of the passes, up to the next meeting.
        case passes(group: Int, segment: Int)
        /// The partial sums of a group's shards are added.
        case meeting(Int, group: Int)
        /// The gradients of a group are added to those of the groups before, an item for each part.
        case gradients(group: Int)
        /// The step ends before any parameter changes if the loss is not finite.
        case lossCheck
        /// The update of the parameters; alone with the gradients of the last group.
        case update
    }

    let stages: [Stage]
    /// The leaves of each group.
    let groups: [Range<Int>]
    let leafCount: Int
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

    /// - Parameters:
    ///   - groups: the leaves of each group.
    ///   - shares: of the ranks.
    init(groups: [Range<Int>], leafCount: Int, meetingCount: Int, rank: Int, shares: RankShares) {
        let rankCount = shares.parts.count
        (self.groups, self.leafCount) = (groups, leafCount)
        leavesOfRanks = (0..<rankCount).map { shares.leaves(of: $0, leafCount: leafCount) }
        let trees = leavesOfRanks.map { LeafTree(leaves: $0, leafCount: leafCount) }
        leaves = leavesOfRanks[rank]
        tree = trees[rank]
        roots = trees.map(\.roots)
        union = LeafTree(adding: roots.joined().map(\.node), leafCount: leafCount)
        let isAlone = rankCount == 1
        stages =
            groups.indices.flatMap { group -> [Stage] in
                let passes = (0...meetingCount).flatMap { segment -> [Stage] in
                    let pass = Stage.passes(group: group, segment: segment)
                    return segment < meetingCount ? [pass, .meeting(segment, group: group)] : [pass]
                }
                return passes + (isAlone && group == groups.count - 1 ? [] : [.gradients(group: group)])
            } + [.lossCheck, .update]
    }
}

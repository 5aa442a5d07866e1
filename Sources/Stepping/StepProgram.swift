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
        /// Running statistics are updated with the sums of all groups.
        case statistics
        /// The update of the parameters, with the gradients of the last group, which stay in cache.
        case updateAlone(group: Int)
        /// The update of the parts that each rank owns, with the sums of all ranks.
        case updateOwnParts
    }

    let stages: [Stage]
    /// The leaves of each group.
    let groups: [Range<Int>]
    let leafCount: Int
    let trees: RankTrees

    /// - Parameter groups: the leaves of each group.
    init(groups: [Range<Int>], leafCount: Int, meetingCount: Int, hasStatistics: Bool, trees: RankTrees) {
        (self.groups, self.leafCount, self.trees) = (groups, leafCount, trees)
        func passes(_ group: Int) -> [Stage] {
            (0...meetingCount).flatMap { segment -> [Stage] in
                let pass = Stage.passes(group: group, segment: segment)
                return segment < meetingCount ? [pass, .meeting(segment, group: group)] : [pass]
            }
        }
        let isAlone = trees.leavesOfRanks.count == 1
        let last = groups.count - 1
        let before = groups.indices.flatMap { group in
            passes(group) + (isAlone && group == last ? [] : [.gradients(group: group)])
        }
        stages =
            before + [.lossCheck] + (hasStatistics ? [.statistics] : [])
            + [isAlone ? .updateAlone(group: last) : .updateOwnParts]
    }
}

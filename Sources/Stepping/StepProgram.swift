import Networks

/// The stages of a step on a minibatch of so many groups, each a work list or several, with a barrier after it.
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
        /// The gradients of the last group, and the update of the parameters.
        case update
    }

    let stages: [Stage]

    init(groupCount: Int, meetingCount: Int) {
        stages = (0..<groupCount).flatMap { group -> [Stage] in
            let passes = (0...meetingCount).flatMap { segment -> [Stage] in
                let pass = Stage.passes(group: group, segment: segment)
                return segment < meetingCount ? [pass, .meeting(segment, group: group)] : [pass]
            }
            return passes + (group < groupCount - 1 ? [.gradients(group: group)] : [.lossCheck, .update])
        }
    }
}

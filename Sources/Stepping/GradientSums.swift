import Datasets
import Kernels
import Minibatches
import Networks

/// The sum of a part's gradients over a minibatch: within a leaf its microbatches are added one after another, and leaves
/// are added in a tree.
struct GradientSums: Sendable {
    /// The parts of layers that training changes.
    let parts: [ParameterPart]
    /// Sums of subtrees that wait for others beyond their group, one buffer for each level from `groupLevel` on.
    private let waiting: [GradientBuffer]
    /// For leaves of several microbatches, and for gradients that wait for norms over several parts.
    private let current: GradientBuffer?
    /// The level of a whole group's sum.
    private let groupLevel: Int

    /// - Parameters:
    ///   - rows: of the largest minibatch.
    ///   - needsBuffer: whether the gradients of all parts are kept until a barrier.
    init(parts: [ParameterPart], plan: MinibatchPlan, rows: Int, needsBuffer: Bool) {
        self.parts = parts
        let level = plan.groupSize.trailingZeroBitCount
        let levels = LeafTree(leafCount: plan.leaves(rows: rows)).levelCount
        groupLevel = level
        waiting = (level..<max(level, levels)).map { _ in GradientBuffer(parts: parts) }
        let isLeafCut = min(plan.leafRows, rows) > plan.microbatchSize
        current = isLeafCut || needsBuffer ? GradientBuffer(parts: parts) : nil
    }

    /// Where the gradients of a part are kept until a barrier.
    func kept(_ part: ParameterPart) -> FloatView {
        guard let current else { preconditionFailure("gradients that nobody keeps") }
        return current[part]
    }

    /// Adds the gradients of a part over a group.
    /// - Parameters:
    ///   - operands: of each microbatch of the group.
    ///   - isKept: whether the minibatch's gradients are to be in `kept`.
    /// - Returns: after the minibatch's last group, its gradients; valid until the worker's next part.
    @discardableResult
    func add(
        _ group: [Microbatch], of minibatch: Minibatch, to part: ParameterPart, operands: [GradientOperands],
        isKept: Bool, worker: PartGradients
    ) throws -> FloatView {
        let tree = LeafTree(leafCount: minibatch.leafCount)
        func sum(atLevel level: Int) -> FloatView {
            level < groupLevel ? worker.memory(level + 1, of: part) : waiting[level - groupLevel][part]
        }
        var result = isKept ? kept(part) : worker.memory(0, of: part)
        for (microbatch, operands) in zip(group, operands) {
            let place = microbatch.place
            let merged = tree.levels(mergedBy: place.leaf)
            let isLast = place.leaf == tree.leafCount - 1
            let destination = isLast ? result : sum(atLevel: merged.nonzeroBitCount)
            let isWhole = place.beginsLeaf && place.endsLeaf
            let own = !isWhole ? kept(part) : merged == 0 ? destination : worker.memory(0, of: part)
            try worker.run(
                part, rows: microbatch.rows, shards: microbatch.shards.count, operands: operands, into: own,
                accumulates: !place.beginsLeaf)
            guard place.endsLeaf else { continue }
            var rest = merged
            while rest != 0 {
                let level = rest.trailingZeroBitCount
                rest &= rest - 1
                Kernels.add(sum(atLevel: level), own, into: rest == 0 ? destination : own)
            }
            if !isWhole && merged == 0 {
                if isLast { result = own } else { destination.copy(from: own) }
            }
        }
        return result
    }
}

import Datasets
import Kernels
import Minibatches
import Networks

/// The sums of parts' gradients over a minibatch: within a leaf its microbatches are added one after another, and leaves are
/// added in a tree.
struct GradientSums: Sendable {
    /// The parts of layers that training changes.
    let parts: [ParameterPart]
    /// By slot of the tree; nil for slots in a worker's own memory, whose sums do not outlive a group.
    private let slots: [GradientBuffer?]
    /// For leaves of several microbatches, and for gradients that wait for norms over several parts.
    private let current: GradientBuffer?

    /// - Parameters:
    ///   - trees: of all sizes of minibatches.
    ///   - localLevels: the levels whose sums do not outlive a group.
    ///   - isLeafCut: whether a leaf may have several microbatches.
    ///   - needsBuffer: whether the gradients of all parts are kept until a barrier.
    init(
        parts: [ParameterPart], trees: [LeafTree], localLevels: Int, isAlone: Bool, isLeafCut: Bool, needsBuffer: Bool
    ) {
        self.parts = parts
        // Alone, the last sum is that of the minibatch, which goes on to the update.
        let used = Set(
            trees.flatMap { tree in
                tree.steps.map(\.destination).filter { $0 >= localLevels && !(isAlone && $0 == tree.lastSlot) }
            })
        slots = (0..<(trees.map(\.slotCount).max() ?? 0)).map { used.contains($0) ? GradientBuffer(parts: parts) : nil }
        current = isLeafCut || needsBuffer ? GradientBuffer(parts: parts) : nil
    }

    /// Where the gradients of a part are kept until a barrier.
    func kept(_ part: ParameterPart) -> FloatView {
        guard let current else { preconditionFailure("gradients that nobody keeps") }
        return current[part]
    }

    /// Where a sum is kept that other ranks add to theirs.
    func root(_ slot: Int) -> GradientBuffer {
        guard let buffer = slots[slot] else { preconditionFailure("a sum that nobody keeps") }
        return buffer
    }

    /// Adds the gradients of a part over a group.
    /// - Parameters:
    ///   - operands: of each microbatch of the group.
    ///   - steps: that sequences of different lengths are padded to; nil if they do not differ.
    ///   - firstLeaf: the first of the tree's leaves.
    ///   - result: where the sum with the last leaf goes; nil for its slot.
    func add(
        _ group: [Microbatch], to part: ParameterPart, operands: [GradientOperands], steps: Int?, tree: LeafTree,
        firstLeaf: Int,
        result: FloatView?, worker: PartGradients
    ) throws {
        func sum(_ slot: Int) -> FloatView {
            if slot == tree.lastSlot, let result { return result }
            return slots[slot]?[part] ?? worker.memory(slot + 1, of: part)
        }
        for (microbatch, operands) in zip(group, operands) {
            let place = microbatch.place
            let step = tree.steps[place.leaf - firstLeaf]
            let isWhole = place.beginsLeaf && place.endsLeaf
            let own =
                !isWhole
                ? kept(part) : step.merged.isEmpty ? sum(step.destination) : worker.memory(0, of: part)
            try worker.run(
                part, rows: microbatch.rows, steps: steps, shards: microbatch.shards.count, operands: operands,
                into: own,
                accumulates: !place.beginsLeaf)
            guard place.endsLeaf else { continue }
            let destination = sum(step.destination)
            for (index, slot) in step.merged.enumerated() {
                Kernels.add(sum(slot), own, into: index == step.merged.count - 1 ? destination : own)
            }
            if !isWhole && step.merged.isEmpty && destination.base != own.base { destination.copy(from: own) }
        }
    }
}

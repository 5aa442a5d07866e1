/// The order in which the leaves of a minibatch are added: a perfect binary tree by leaf number, in which an empty leaf adds
/// nothing.
///
/// Leaves, or sums of subtrees, are added from left to right, and sums of finished subtrees are kept as a binary counter
/// keeps its digits. Whoever begins in the middle cannot add what is left of it: such sums are kept, too, and whoever has
/// the sums of all ends with the same tree.
package struct LeafTree: Sendable {
    /// A subtree: the 2^`level` leaves from `start` on, or as many of these as there are.
    package struct Node: Sendable, Equatable {
        package let start: Int
        package let level: Int

        package init(start: Int, level: Int) { (self.start, self.level) = (start, level) }
    }

    /// What becomes of a finished node's sum: it is added to the sums in some slots, one after another, and kept in a slot.
    package struct Step: Sendable {
        package let merged: [Int]
        package let destination: Int
    }

    /// One for each node that is added, in order.
    package let steps: [Step]
    /// What is there in the end, from left to right: a single node if all leaves were added.
    package let roots: [(node: Node, slot: Int)]
    /// How many levels there are. Slots below it keep sums that wait for the subtree right of them, of their level; from it
    /// on, sums whose left neighbour is not there, by level.
    package let levelCount: Int
    /// The slot of the sum with the last leaf.
    package var lastSlot: Int { 2 * levelCount }
    package var slotCount: Int { 2 * levelCount + 1 }

    /// - Parameters:
    ///   - nodes: contiguous, from left to right.
    ///   - leafCount: of the whole minibatch.
    package init(adding nodes: [Node], leafCount: Int) {
        levelCount = Int.bitWidth - (leafCount - 1).leadingZeroBitCount
        var kept = [Node?](repeating: nil, count: 2 * levelCount + 1)
        let first = nodes.first?.start ?? 0
        steps = nodes.map { [levelCount] node in
            let isLast = node.start + 1 << node.level >= leafCount
            var (start, level) = (node.start, node.level)
            var merged: [Int] = []
            while true {
                // Right of the last leaf there is nothing, so its sum goes up as it is where it is a left child.
                while isLast && level < levelCount && start & 1 << level == 0 { level += 1 }
                let left = start - 1 << level
                guard level < levelCount, start & 1 << level != 0, left >= first else { break }
                merged.append(level)
                kept[level] = nil
                (start, level) = (left, level + 1)
            }
            let isOrphan = level < levelCount && start & 1 << level != 0
            let slot = isLast ? 2 * levelCount : isOrphan ? levelCount + level : level
            kept[slot] = Node(start: start, level: level)
            return Step(merged: merged, destination: slot)
        }
        roots = kept.enumerated().compactMap { slot, node in node.map { ($0, slot) } }
            .sorted { $0.node.start < $1.node.start }
    }

    /// All leaves of a range.
    package init(leaves: Range<Int>, leafCount: Int) {
        self.init(adding: leaves.map { Node(start: $0, level: 0) }, leafCount: leafCount)
    }

    /// Adds elements that are all there in the same tree, each sum in the place of the first of its subtree: the total is
    /// at 0.
    /// - Parameter merge: adds the second element to the first.
    package static func reduce(_ count: Int, merge: (_ first: Int, _ second: Int) -> Void) {
        var distance = 1
        while distance < count {
            for first in stride(from: 0, to: count - distance, by: 2 * distance) { merge(first, first + distance) }
            distance *= 2
        }
    }
}

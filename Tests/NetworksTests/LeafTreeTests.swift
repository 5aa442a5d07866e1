import Networks
import Testing

/// The order in which leaves are added.
@Suite struct LeafTreeTests {
    /// The sum of leaves 0 up to `count`, written with brackets, as a perfect binary tree gives it.
    private func expected(_ first: Int, _ size: Int, _ count: Int) -> String? {
        if first >= count { return nil }
        if size == 1 { return "\(first)" }
        let (left, right) = (expected(first, size / 2, count), expected(first + size / 2, size / 2, count))
        guard let left, let right else { return left }
        return "(\(left)+\(right))"
    }

    /// What the steps of a tree make of the nodes' sums, by slot.
    private func sums(_ tree: LeafTree, _ nodes: [String]) -> [String?] {
        var kept = [String?](repeating: nil, count: tree.slotCount)
        for (node, step) in zip(nodes, tree.steps) {
            kept[step.destination] = step.merged.reduce(node) { "(\(kept[$1] ?? "?")+\($0))" }
        }
        return kept
    }

    @Test(arguments: 1...64)
    func leavesAreAddedInAPerfectBinaryTree(count: Int) {
        let tree = LeafTree(leaves: 0..<count, leafCount: count)
        #expect(tree.roots.map(\.slot) == [tree.lastSlot])
        #expect(sums(tree, (0..<count).map { "\($0)" })[tree.lastSlot] == expected(0, 64, count))
    }

    /// Each rank adds what it can of its own leaves, and who has the sums of all ends with the same tree.
    @Test(arguments: 1...16, [2, 3, 4, 5, 8])
    func anyContiguousSharesEndInTheSameTree(count: Int, rankCount: Int) {
        var (nodes, found): ([LeafTree.Node], [String]) = ([], [])
        for rank in 0..<rankCount {
            let leaves = rank * 16 / rankCount..<(rank + 1) * 16 / rankCount
            let own = leaves.clamped(to: 0..<count)
            let tree = LeafTree(leaves: own, leafCount: count)
            let sums = sums(tree, own.map { "\($0)" })
            #expect(Set(tree.roots.map(\.slot)).count == tree.roots.count)
            nodes += tree.roots.map(\.node)
            found += tree.roots.map { sums[$0.slot] ?? "?" }
        }
        let union = LeafTree(adding: nodes, leafCount: count)
        #expect(sums(union, found)[union.lastSlot] == expected(0, 64, count))
    }

    /// Rank 1 of three has leaves 5 to 9 of 16: 5 by itself, 6 and 7, 8 and 9.
    @Test func sumsWithoutTheirLeftNeighbourAreKept() {
        let tree = LeafTree(leaves: 5..<10, leafCount: 16)
        #expect(
            tree.roots.map(\.node) == [
                LeafTree.Node(start: 5, level: 0), LeafTree.Node(start: 6, level: 1), LeafTree.Node(start: 8, level: 1),
            ])
    }
}

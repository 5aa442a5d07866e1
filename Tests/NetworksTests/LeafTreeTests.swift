import Networks
import Testing

/// The order in which leaves are added.
@Suite struct LeafTreeTests {
    /// The sum of leaves 0 up to `count`, written with brackets, as a perfect binary tree gives it.
    private func tree(_ first: Int, _ size: Int, _ count: Int) -> String? {
        if first >= count { return nil }
        if size == 1 { return "\(first)" }
        let (left, right) = (tree(first, size / 2, count), tree(first + size / 2, size / 2, count))
        guard let left, let right else { return left }
        return "(\(left)+\(right))"
    }

    /// The same, as the levels that each leaf is merged with say.
    private func merged(_ count: Int) -> String {
        let tree = LeafTree(leafCount: count)
        var waiting = [String?](repeating: nil, count: tree.levelCount)
        for leaf in 0..<count {
            var sum = "\(leaf)"
            let levels = tree.levels(mergedBy: leaf)
            for level in waiting.indices where levels & 1 << level != 0 {
                sum = "(\(waiting[level] ?? "?")+\(sum))"
                waiting[level] = nil
            }
            if leaf == count - 1 { return sum }
            waiting[levels.nonzeroBitCount] = sum
        }
        return ""
    }

    @Test(arguments: 1...64)
    func leavesAreAddedInAPerfectBinaryTree(count: Int) {
        #expect(merged(count) == tree(0, 64, count))
    }
}

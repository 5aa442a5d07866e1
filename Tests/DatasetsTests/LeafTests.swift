import Minibatches
import Testing

/// The division of minibatches into leaves and groups.
@Suite struct LeafTests {
    private func plan(_ batchSize: Int, leaves: Int, microbatchSize: Int) -> MinibatchPlan {
        MinibatchPlan(batchSize: batchSize, leafCount: leaves, microbatchSize: microbatchSize, shardCount: 2)
    }

    @Test func aLeafIsAMultipleOf32RowsUnlessItIsTheOnlyOne() {
        #expect(plan(100, leaves: 1, microbatchSize: 1000).leafRows == 100)
        #expect(plan(100, leaves: 2, microbatchSize: 1000).leafRows == 64)
        #expect(plan(128, leaves: 4, microbatchSize: 1000).leafRows == 32)
        #expect(plan(1, leaves: 64, microbatchSize: 1000).leafRows == 32)
    }

    /// In the last minibatch of an epoch leaves are shorter or empty, and begin where they always do.
    @Test(arguments: [100, 99, 65, 64, 33, 1])
    func leavesOfAShortMinibatchBeginWhereTheyAlwaysDo(rows: Int) {
        let plan = plan(100, leaves: 4, microbatchSize: 1000)
        let places = plan.groups(rows: rows).joined()
        #expect(plan.leaves(rows: rows) == (rows + 31) / 32)
        #expect(places.map(\.leaf) == Array(0..<plan.leaves(rows: rows)))
        #expect(places.map(\.rows.lowerBound) == places.map { 32 * $0.leaf })
        #expect(places.last?.rows.upperBound == rows)
        #expect(places.allSatisfy { $0.beginsLeaf && $0.endsLeaf })
    }

    /// Rows 0 to 299 in leaves of 96, of which 100 rows are computed together.
    @Test func aLeafThatIsLargerThanAMicrobatchIsCut() {
        let places = plan(300, leaves: 4, microbatchSize: 50).groups(rows: 300)
        #expect(places.allSatisfy { $0.count == 1 })
        let all = places.joined()
        #expect(all.map(\.rows) == [0..<48, 48..<96, 96..<144, 144..<192, 192..<240, 240..<288, 288..<300])
        #expect(all.map(\.leaf) == [0, 0, 1, 1, 2, 2, 3])
        #expect(all.map(\.beginsLeaf) == [true, false, true, false, true, false, true])
        #expect(all.map(\.endsLeaf) == [false, true, false, true, false, true, true])
    }

    /// A group is a subtree: it has a power of two of leaves.
    @Test(arguments: [(32, 1), (63, 1), (64, 2), (127, 2), (128, 4), (1000, 4)])
    func smallLeavesAreComputedTogether(microbatchSize: Int, leaves: Int) {
        let plan = plan(128, leaves: 4, microbatchSize: microbatchSize)
        #expect(plan.groupSize == leaves)
        #expect(plan.groups(rows: 128).map(\.count) == Array(repeating: leaves, count: 4 / leaves))
        #expect(plan.groupCapacity(sampleCount: 1000) == 32 * leaves)
        #expect(plan.groupCapacity(sampleCount: 20) == 20)
    }
}

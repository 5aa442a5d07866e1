import Datasets
import Minibatches
import Testing

@Suite struct ShardPlanTests {
    @Test(arguments: [1, 2, 5, 7, 8, 64, 100, 1023], [1, 2, 3, 7, 16, 64, 1000])
    func shardsCoverTheRowsInOrder(rows: Int, shardCount: Int) {
        let plan = ShardPlan(rows: rows, shardCount: shardCount)
        #expect(plan.rows == rows)
        #expect(plan.count == min(rows, shardCount))
        var next = 0
        for shard in 0..<plan.count {
            #expect(plan[shard].lowerBound == next)
            next = plan[shard].upperBound
        }
        #expect(next == rows)
    }

    @Test(arguments: [5, 7, 8, 64, 100, 1023], [1, 2, 3, 7, 16, 64])
    func theFirstShardsAreOneRowLonger(rows: Int, shardCount: Int) {
        let plan = ShardPlan(rows: rows, shardCount: shardCount)
        let (size, longer) = (rows / plan.count, rows % plan.count)
        #expect((0..<plan.count).map { plan[$0].count } == (0..<plan.count).map { $0 < longer ? size + 1 : size })
    }

    @Test func tenRowsInFourShardsAre3And3And2And2() {
        let plan = ShardPlan(rows: 10, shardCount: 4)
        #expect((0..<4).map { plan[$0] } == [0..<3, 3..<6, 6..<8, 8..<10])
    }

    @Test func withFewerRowsThanShardsEachRowIsAShard() {
        let plan = ShardPlan(rows: 3, shardCount: 16)
        #expect(plan.count == 3)
        #expect((0..<3).map { plan[$0] } == [0..<1, 1..<2, 2..<3])
    }

    @Test func zeroRowsHaveNoShards() {
        #expect(ShardPlan(rows: 0, shardCount: 4).count == 0)
    }
}

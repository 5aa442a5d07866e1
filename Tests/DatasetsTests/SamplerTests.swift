import Datasets
import Minibatches
import Testing

@Suite struct SamplerTests {
    private func order(_ count: Int, seed: UInt64 = 1, epoch: Int = 0) -> [Int] {
        Sampler(sampleCount: count, shuffle: .full, seed: seed).order(ofEpoch: epoch)
    }

    @Test func withoutShufflingAnEpochIsInFileOrder() {
        let sampler = Sampler(sampleCount: 1000, shuffle: .none, seed: 1)
        #expect(sampler.order(ofEpoch: 0) == Array(0..<1000))
        #expect(sampler.order(ofEpoch: 7) == Array(0..<1000))
    }

    @Test(arguments: [1, 2, 3, 10, 1000, 60_000])
    func aShuffledEpochHasEverySampleOnce(count: Int) {
        for epoch in 0..<3 {
            #expect(order(count, epoch: epoch).sorted() == Array(0..<count))
        }
    }

    /// A random permutation of 1000 has one fixed point on average, and ten or more very rarely.
    @Test func epochsAndSeedsHaveDifferentOrders() {
        let orders = [
            Array(0..<1000), order(1000), order(1000, epoch: 1), order(1000, epoch: 2), order(1000, seed: 2),
            order(1000, seed: 1 << 32 | 1), order(1000, seed: 2, epoch: 1),
        ]
        for (index, first) in orders.enumerated() {
            for second in orders[(index + 1)...] {
                #expect(zip(first, second).count { $0 == $1 } < 10)
            }
        }
    }

    @Test func theSameSeedAndEpochGiveTheSameOrder() {
        #expect(order(1000, seed: 9, epoch: 4) == order(1000, seed: 9, epoch: 4))
    }

    /// Each of the six permutations of three samples has a frequency of one sixth, within five standard deviations.
    @Test func allOrdersAreEquallyLikely() {
        var counts: [[Int]: Int] = [:]
        for epoch in 0..<6000 { counts[order(3, epoch: epoch), default: 0] += 1 }
        #expect(counts.count == 6)
        let deviation = (6000.0 / 6 * 5 / 6).squareRoot()
        #expect(counts.values.allSatisfy { abs(Double($0) - 1000) < 5 * deviation })
    }

    @Test func zeroSamplesHaveAnEmptyOrder() {
        #expect(order(0).isEmpty)
    }
}

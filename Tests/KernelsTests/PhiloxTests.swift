import Kernels
import Testing

@Suite struct PhiloxTests {
    private let stream = Philox(seed: 42, purpose: .shuffle, stream: 3)

    /// The known-answer vectors of the authors' Random123.
    @Test func tenRoundsGiveTheKnownAnswers() {
        #expect(
            Philox.generate(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
                == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        #expect(
            Philox.generate(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
                == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        #expect(
            Philox.generate(
                counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), key: SIMD2(0xa409_3822, 0x299f_31d0)
            )
                == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func aBlockIsKeyedBySeedPurposeStreamAndIndex() {
        let found = Philox(seed: 0x299f_31d0_a409_3822, purpose: .shuffle, stream: 0x1319_8a2e)
            .block(0x85a3_08d3_243f_6a88)
        #expect(
            found
                == Philox.generate(
                    counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, Philox.Purpose.shuffle.rawValue),
                    key: SIMD2(0xa409_3822, 0x299f_31d0)))
    }

    @Test func everyPartOfTheKeyMatters() {
        let others = [
            Philox(seed: 43, purpose: .shuffle, stream: 3), Philox(seed: 42 | 1 << 40, purpose: .shuffle, stream: 3),
            Philox(seed: 42, purpose: .initialParameters, stream: 3), Philox(seed: 42, purpose: .shuffle, stream: 4),
        ]
        for other in others {
            #expect((0..<100).allSatisfy { other.block($0) != stream.block($0) })
        }
        #expect(Set((0..<1000).map { stream.block($0) }).count == 1000)
        #expect(stream.block(1) != stream.block(1 << 32 | 1))
    }

    /// 100,000 draws: bounds of five standard deviations of each measured figure.
    @Test func uniformNumbersFillTheUnitInterval() {
        let values = (0..<100_000).map { stream.uniform($0) }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = values.reduce(0, +) / 100_000
        #expect(abs(mean - 0.5) < 5 * (1.0 / 12).squareRoot() / 100_000.0.squareRoot())
        for tenth in 0..<10 {
            let count = values.count { Int($0 * 10) == tenth }
            #expect(abs(Double(count) - 10_000) < 5 * (100_000 * 0.1 * 0.9).squareRoot())
        }
    }

    @Test func uniformNumbersHave53Bits() {
        let values = (0..<1000).map { stream.uniform($0) * 0x1p53 }
        #expect(values.allSatisfy { $0 == $0.rounded() })
        #expect(values.contains { Int64($0) % 2 == 1 })
    }

    @Test func normalNumbersHaveMean0AndVariance1() {
        let count = 100_000.0
        let values = (0..<100_000).map { stream.normal($0) }
        func moment(_ power: (Double) -> Double) -> Double { values.reduce(0) { $0 + power($1) } / count }
        // The deviations of the means of x, x², x³ and x⁴ are √1, √2, √15 and √96 over √n.
        #expect(abs(moment { $0 }) < 5 * (1 / count).squareRoot())
        #expect(abs(moment { $0 * $0 } - 1) < 5 * (2 / count).squareRoot())
        #expect(abs(moment { $0 * $0 * $0 }) < 5 * (15 / count).squareRoot())
        #expect(abs(moment { $0 * $0 * $0 * $0 } - 3) < 5 * (96 / count).squareRoot())
        #expect(values.allSatisfy { $0.isFinite })
    }

    @Test(arguments: [1, 2, 3, 7, 10, 1000])
    func integersFillTheirRangeEvenly(bound: Int) {
        var counts = [Int](repeating: 0, count: bound)
        for index in 0..<100_000 {
            let value = stream.integer(UInt64(index), below: bound)
            #expect((0..<bound).contains(value))
            counts[value] += 1
        }
        let share = 1 / Double(bound)
        let deviation = (100_000 * share * (1 - share)).squareRoot()
        #expect(counts.allSatisfy { abs(Double($0) - 100_000 * share) <= 5 * deviation })
    }

    @Test func integersReachTheWholeOfALargeRange() {
        let values = (0..<1000).map { stream.integer($0, below: .max) }
        #expect(values.allSatisfy { $0 >= 0 })
        #expect(values.contains { $0 > Int.max / 100 * 99 } && values.contains { $0 < Int.max / 100 })
    }
}

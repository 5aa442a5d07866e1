import Kernels
import TestSupport
import Testing

@Suite struct DropoutMaskTests {
    private func mask(_ rate: Double, seed: UInt64 = 5, step: UInt32 = 3, layer: Int = 1, firstRow: Int = 0)
        -> DropoutMask
    {
        DropoutMask(
            rate: rate, random: Philox(seed: seed, purpose: .dropout, stream: step, layer: layer), firstRow: firstRow)
    }

    private func results(_ mask: DropoutMask, rows: Int, columns: Int) -> [Float] {
        let (values, results) = (FloatBuffer(count: rows * columns), FloatBuffer(count: rows * columns))
        for index in 0..<values.count { values.view[index] = Float(index + 1) }
        mask.apply(to: values.view, into: results.view, columns: columns)
        return results.array
    }

    /// The vectorised loop against factors drawn one at a time, for widths around the vectors'.
    @Test(arguments: [1, 3, 63, 64, 65, 200], [0.0, 0.1, 0.5, 0.999])
    func eachNumberIsMultipliedByItsFactor(columns: Int, rate: Double) {
        let mask = mask(rate, firstRow: 70_000)
        let found = results(mask, rows: 9, columns: columns)
        for row in 0..<9 {
            for column in 0..<columns {
                let index = row * columns + column
                #expect(found[index] == Float(index + 1) * mask.factor(row: row, column: column))
            }
        }
    }

    /// A channel is dropped at all places of a row, by the number that a column of a row has.
    @Test(arguments: [1, 3, 64, 70], [1, 2, 15])
    func placesOfAColumnHaveOneFactor(columns: Int, places: Int) {
        let (mask, count) = (mask(0.5, firstRow: 9), 5 * places * columns)
        let (values, results) = (FloatBuffer(count: count), FloatBuffer(count: count))
        for index in 0..<count { values.view[index] = Float(index + 1) }
        mask.apply(to: values.view, into: results.view, places: places, columns: columns)
        for index in 0..<count {
            let factor = mask.factor(row: index / (places * columns), column: index % columns)
            #expect(results.view[index] == Float(index + 1) * factor)
        }
    }

    /// The share of dropped elements among 100,000 is within five standard deviations.
    @Test(arguments: [0.1, 0.5, 0.8])
    func soManyAreDroppedAndTheOthersMakeUpForIt(rate: Double) {
        let mask = mask(rate)
        let factors = (0..<100).flatMap { row in (0..<1000).map { mask.factor(row: row, column: $0) } }
        let dropped = Double(factors.count { $0 == 0 })
        #expect(abs(dropped - 100_000 * rate) < 5 * (100_000 * rate * (1 - rate)).squareRoot())
        #expect(factors.allSatisfy { $0 == 0 || $0 == Float(1 / (1 - rate)) })
    }

    @Test func aRateOf0KeepsEveryBit() {
        #expect(results(mask(0), rows: 3, columns: 70) == (1...210).map(Float.init))
    }

    /// A row's mask does not depend on where its shard begins.
    @Test func rowsAreThoseOfTheMinibatch() {
        let whole = results(mask(0.5), rows: 10, columns: 70).map { $0 == 0 }
        let part = results(mask(0.5, firstRow: 4), rows: 6, columns: 70).map { $0 == 0 }
        #expect(Array(whole[(4 * 70)...]) == part)
    }

    @Test func everyPartOfTheKeyMatters() {
        let plain = results(mask(0.5), rows: 10, columns: 70)
        for other in [mask(0.5, seed: 6), mask(0.5, step: 4), mask(0.5, layer: 0), mask(0.5, firstRow: 10)] {
            #expect(results(other, rows: 10, columns: 70) != plain)
        }
    }
}

import Kernels
import TestSupport
import Testing

/// Sums and maps of channels against plain loops in Double, at widths around the 16 channels of a block.
@Suite struct ChannelLoopsTests {
    private static let widths = [1, 2, 15, 16, 17, 33]

    private static func filled(_ count: Int, _ random: inout TestRandom) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        _ = buffer.view.pointer.update(fromContentsOf: random.floats(count))
        return buffer
    }

    @Test(arguments: widths, [1, 7])
    func momentsAndProductsAreThoseOfPlainLoops(channels: Int, positions: Int) {
        var random = TestRandom(seed: 4)
        let (values, gradient) = (
            Self.filled(positions * channels, &random), Self.filled(positions * channels, &random)
        )
        let (means, factors) = (Self.filled(channels, &random), Self.filled(channels, &random))
        let loops = ChannelLoops(positions: positions, channels: channels)
        let found = (0..<4).map { _ in AlignedBuffer<Double>(count: channels) }
        loops.moments(of: values.view, means: found[0].view, squares: found[1].view)
        loops.products(
            gradient.view, values.view, means: means.view, factors: factors.view, sums: found[2].view,
            products: found[3].view)
        for channel in 0..<channels {
            let x = (0..<positions).map { Double(values.view[$0 * channels + channel]) }
            let g = (0..<positions).map { Double(gradient.view[$0 * channels + channel]) }
            let mean = x.reduce(0, +) / Double(positions)
            let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let (center, factor) = (Double(means.view[channel]), Double(factors.view[channel]))
            let product = zip(g, x).reduce(0) { $0 + $1.0 * ($1.1 - center) * factor }
            // Sums in Double of numbers of some units; products are rounded to Float before, three times each.
            #expect(abs(found[0].view[channel] - mean) <= 1e-14)
            #expect(abs(found[1].view[channel] - square) <= 1e-13)
            #expect(abs(found[2].view[channel] - g.reduce(0, +)) <= 1e-14)
            #expect(abs(found[3].view[channel] - product) <= Double(positions) * 8 * Double(Float.ulpOfOne))
        }
    }

    @Test(arguments: widths)
    func mapsAreThoseOfPlainLoops(channels: Int) {
        var random = TestRandom(seed: 5)
        let positions = 5
        let (values, gradient) = (
            Self.filled(positions * channels, &random), Self.filled(positions * channels, &random)
        )
        let numbers = (0..<4).map { _ in Self.filled(channels, &random) }
        let (mapped, combined) = (FloatBuffer(count: values.count), FloatBuffer(count: values.count))
        let loops = ChannelLoops(positions: positions, channels: channels)
        loops.map(
            values.view, means: numbers[0].view, factors: numbers[1].view, offsets: numbers[2].view, into: mapped.view)
        loops.combine(
            gradient.view, by: numbers[3].view, values.view, means: numbers[0].view, factors: numbers[1].view,
            offsets: numbers[2].view, into: combined.view)
        for index in 0..<values.count {
            let own = numbers.map { Double($0.view[index % channels]) }
            let expected = (Double(values.view[index]) - own[0]) * own[1] + own[2]
            let sum = Double(gradient.view[index]) * own[3] + expected
            #expect(abs(Double(mapped.view[index]) - expected) <= 8 * Double(Float.ulpOfOne))
            #expect(abs(Double(combined.view[index]) - sum) <= 8 * Double(Float.ulpOfOne))
        }
    }

    /// Squares of a mean of a million would have no digits left for a variance of one.
    @Test func aLargeMeanHidesNoVariance() {
        let values = FloatBuffer(count: 3)
        _ = values.view.pointer.update(fromContentsOf: [1e6 - 1, 1e6, 1e6 + 1])
        let (means, squares) = (AlignedBuffer<Double>(count: 1), AlignedBuffer<Double>(count: 1))
        ChannelLoops(positions: 3, channels: 1).moments(of: values.view, means: means.view, squares: squares.view)
        #expect(means.view[0] == 1e6 && squares.view[0] == 2)
    }
}

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

    private static func map(_ channels: Int, isRectified: Bool, _ random: inout TestRandom) -> (
        map: ChannelMap, buffers: [FloatBuffer]
    ) {
        let buffers = (0..<3).map { _ in filled(channels, &random) }
        let map = ChannelMap(
            means: buffers[0].view, factors: buffers[1].view, offsets: buffers[2].view, isRectified: isRectified)
        return (map, buffers)
    }

    @Test(arguments: widths, [false, true])
    func sumsAreThoseOfPlainLoops(channels: Int, isRectified: Bool) {
        var random = TestRandom(seed: 4)
        let positions = 7
        let (values, gradient) = (
            Self.filled(positions * channels, &random), Self.filled(positions * channels, &random)
        )
        let (map, numbers) = Self.map(channels, isRectified: isRectified, &random)
        let factors = Self.filled(channels, &random)
        let loops = ChannelLoops(positions: positions, channels: channels)
        let found = (0..<4).map { _ in AlignedBuffer<Double>(count: channels) }
        loops.moments(of: values.view, means: found[0].view, squares: found[1].view)
        loops.products(
            gradient.view, values.view, of: map, factors: factors.view, sums: found[2].view, products: found[3].view)
        for channel in 0..<channels {
            let x = (0..<positions).map { Double(values.view[$0 * channels + channel]) }
            let (center, scale, offset) = (
                Double(numbers[0].view[channel]), Double(numbers[1].view[channel]), Double(numbers[2].view[channel])
            )
            let g = (0..<positions).map { position in
                let isHidden = isRectified && (x[position] - center) * scale + offset <= 0
                return isHidden ? 0 : Double(gradient.view[position * channels + channel])
            }
            let mean = x.reduce(0, +) / Double(positions)
            let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
            let factor = Double(factors.view[channel])
            let product = zip(g, x).reduce(0) { $0 + $1.0 * ($1.1 - center) * factor }
            // Sums in Double of numbers of some units; products are rounded to Float before, three times each.
            #expect(abs(found[0].view[channel] - mean) <= 1e-14)
            #expect(abs(found[1].view[channel] - square) <= 1e-13)
            #expect(abs(found[2].view[channel] - g.reduce(0, +)) <= 1e-14)
            #expect(abs(found[3].view[channel] - product) <= Double(positions) * 8 * Double(Float.ulpOfOne))
        }
        withExtendedLifetime(numbers) {}
    }

    @Test(arguments: widths, [false, true])
    func mapsAreThoseOfPlainLoops(channels: Int, isRectified: Bool) {
        var random = TestRandom(seed: 5)
        let positions = 5
        let (values, gradient) = (
            Self.filled(positions * channels, &random), Self.filled(positions * channels, &random)
        )
        let (map, numbers) = Self.map(channels, isRectified: isRectified, &random)
        let others = (0..<3).map { _ in Self.filled(channels, &random) }
        let (mapped, combined) = (FloatBuffer(count: values.count), FloatBuffer(count: values.count))
        let loops = ChannelLoops(positions: positions, channels: channels)
        loops.map(values.view, by: map, into: mapped.view)
        loops.combine(
            gradient.view, by: others[0].view, values.view, of: map, factors: others[1].view,
            offsets: others[2].view, into: combined.view)
        for index in 0..<values.count {
            let (own, other) = (
                numbers.map { Double($0.view[index % channels]) }, others.map { Double($0.view[index % channels]) }
            )
            let centered = Double(values.view[index]) - own[0]
            let z = centered * own[1] + own[2]
            let g = isRectified && z <= 0 ? 0 : Double(gradient.view[index])
            let expected = isRectified ? max(0, z) : z
            #expect(abs(Double(mapped.view[index]) - expected) <= 8 * Double(Float.ulpOfOne))
            let sum = g * other[0] + centered * other[1] + other[2]
            #expect(abs(Double(combined.view[index]) - sum) <= 8 * Double(Float.ulpOfOne))
        }
        withExtendedLifetime((numbers, others)) {}
    }

    @Test func onePositionHasNoVariance() {
        let values = FloatBuffer(count: 2)
        _ = values.view.pointer.update(fromContentsOf: [3, -4])
        let (means, squares) = (AlignedBuffer<Double>(count: 2), AlignedBuffer<Double>(count: 2))
        ChannelLoops(positions: 1, channels: 2).moments(of: values.view, means: means.view, squares: squares.view)
        #expect(means.array == [3, -4] && squares.array == [0, 0])
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

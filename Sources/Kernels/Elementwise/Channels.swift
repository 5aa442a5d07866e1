import CVector

/// z = (value − means) · factors + offsets, channel by channel, and max(0, z) if it is rectified.
package struct ChannelMap: Sendable {
    package let means: FloatView
    package let factors: FloatView
    package let offsets: FloatView
    package let isRectified: Bool

    package init(means: FloatView, factors: FloatView, offsets: FloatView, isRectified: Bool) {
        (self.means, self.factors, self.offsets, self.isRectified) = (means, factors, offsets, isRectified)
    }

    fileprivate var code: cvector_channel_map {
        cvector_channel_map(
            means: means.base, factors: factors.base, offsets: offsets.base, is_rectified: isRectified)
    }
}

/// Sums and maps of values [positions, channels], channel by channel: what normalisations are made of.
package struct ChannelLoops: Sendable {
    package let positions: Int
    package let channels: Int

    /// - Parameter positions: at least 1.
    package init(positions: Int, channels: Int) {
        precondition(positions > 0)
        (self.positions, self.channels) = (positions, channels)
    }

    private func require(_ first: FloatView, _ second: FloatView, _ map: ChannelMap) {
        precondition(first.count == positions * channels && second.count == positions * channels)
        precondition(map.means.count == channels && map.factors.count == channels && map.offsets.count == channels)
    }

    /// The mean of each channel, and the sum of the squares of its values' distances from it; both are written.
    package func moments(of values: FloatView, means: BufferView<Double>, squares: BufferView<Double>) {
        precondition(values.count == positions * channels && means.count == channels && squares.count == channels)
        cvector_channel_moments(values.base, positions, channels, means.base, squares.base)
    }

    /// `results` = the map of `values`
    package func map(_ values: FloatView, by map: ChannelMap, into results: FloatView) {
        require(values, results, map)
        cvector_map_channels(values.base, positions, channels, map.code, results.base)
    }

    /// `sums` = Σ g, `products` = Σ g · (values − means) · factors, over the positions; both are written. g is the gradient, or 0
    /// where the rectified map is 0.
    package func products(
        _ gradient: FloatView, _ values: FloatView, of map: ChannelMap, factors: FloatView,
        sums: BufferView<Double>, products: BufferView<Double>
    ) {
        require(gradient, values, map)
        precondition(factors.count == channels && sums.count == channels && products.count == channels)
        cvector_channel_products(
            gradient.base, values.base, positions, channels, map.code, factors.base, sums.base, products.base)
    }

    /// `results` = g · gradientFactors + (values − means) · factors + offsets, with the same g.
    package func combine(
        _ gradient: FloatView, by gradientFactors: FloatView, _ values: FloatView, of map: ChannelMap,
        factors: FloatView, offsets: FloatView, into results: FloatView
    ) {
        require(gradient, values, map)
        precondition(results.count == values.count && gradientFactors.count == channels)
        precondition(factors.count == channels && offsets.count == channels)
        cvector_channel_combine(
            gradient.base, values.base, positions, channels, map.code, gradientFactors.base, factors.base,
            offsets.base, results.base)
    }
}

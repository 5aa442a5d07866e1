import CVector

/// Sums and maps of values [positions, channels], channel by channel: what normalisations are made of.
package struct ChannelLoops: Sendable {
    package let positions: Int
    package let channels: Int

    /// - Parameter positions: at least 1.
    package init(positions: Int, channels: Int) {
        precondition(positions > 0)
        (self.positions, self.channels) = (positions, channels)
    }

    private func require(_ values: FloatView...) {
        precondition(values.allSatisfy { $0.count == positions * channels })
    }

    private func requireChannels(_ numbers: FloatView...) {
        precondition(numbers.allSatisfy { $0.count == channels })
    }

    /// The mean of each channel, and the sum of the squares of its values' distances from it; both are written.
    package func moments(of values: FloatView, means: BufferView<Double>, squares: BufferView<Double>) {
        require(values)
        precondition(means.count == channels && squares.count == channels)
        cvector_channel_moments(values.base, positions, channels, means.base, squares.base)
    }

    /// `sums` = Σ gradient, `products` = Σ gradient · (values − means) · factors, over the positions; both are written.
    package func products(
        _ gradient: FloatView, _ values: FloatView, means: FloatView, factors: FloatView, sums: BufferView<Double>,
        products: BufferView<Double>
    ) {
        require(gradient, values)
        requireChannels(means, factors)
        precondition(sums.count == channels && products.count == channels)
        cvector_channel_products(
            gradient.base, values.base, positions, channels, means.base, factors.base, sums.base, products.base)
    }

    /// `results` = (values − means) · factors + offsets
    package func map(
        _ values: FloatView, means: FloatView, factors: FloatView, offsets: FloatView, into results: FloatView
    ) {
        require(values, results)
        requireChannels(means, factors, offsets)
        cvector_channel_map(
            values.base, positions, channels, means.base, factors.base, offsets.base, results.base)
    }

    /// `results` = gradient · gradientFactors + (values − means) · factors + offsets
    package func combine(
        _ gradient: FloatView, by gradientFactors: FloatView, _ values: FloatView, means: FloatView,
        factors: FloatView, offsets: FloatView, into results: FloatView
    ) {
        require(gradient, values, results)
        requireChannels(means, gradientFactors, factors, offsets)
        cvector_channel_combine(
            gradient.base, values.base, positions, channels, means.base, gradientFactors.base, factors.base,
            offsets.base, results.base)
    }
}

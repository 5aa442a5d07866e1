/// output[y, x, c] = the maximum or the mean of a window of input[…, …, c], [height, width, channels].
package struct ReferencePooling: ReferenceLayer {
    package enum Kind: Sendable { case maximum, average, averageWithPadding }

    private let kind: Kind
    private let geometry: ReferenceConvolution.Geometry
    private let overhang: [Int]

    /// - Parameters:
    ///   - geometry: of a convolution with as many outputs as inputs, and no dilation.
    ///   - overhang: how far the last windows of each axis lie beyond the padding, which no mean counts.
    package init(_ kind: Kind, _ geometry: ReferenceConvolution.Geometry, overhang: [Int] = [0, 0]) {
        (self.kind, self.geometry, self.overhang) = (kind, geometry, overhang)
    }

    package func outputs(_ inputs: [ReferenceRows]) -> ReferenceRows {
        inputs[0].map { x in
            windows.enumerated().map { output, window in
                switch kind {
                case .maximum: window.map { x[$0] }.max() ?? 0
                case .average, .averageWithPadding: window.reduce(0) { $0 + x[$1] } / divisor(window, output)
                }
            }
        }
    }

    package func gradients(
        _ inputs: [ReferenceRows], _ gradient: ReferenceRows
    ) -> (inputs: [ReferenceRows], tensors: [[Double]]) {
        let rows = zip(inputs[0], gradient).map { x, g in
            var own = x.map { _ in 0.0 }
            for (output, (window, g)) in zip(windows, g).enumerated() {
                switch kind {
                case .maximum:
                    // Of equal values the first.
                    let largest = window.map { x[$0] }.max() ?? 0
                    if let index = window.first(where: { x[$0] == largest }) { own[index] += g }
                case .average, .averageWithPadding:
                    for index in window { own[index] += g / divisor(window, output) }
                }
            }
            return own
        }
        return ([rows], [])
    }

    /// The difference of the two largest values of a window.
    package func distanceToKink(_ inputs: [ReferenceRows]) -> Double {
        guard case .maximum = kind else { return .infinity }
        return inputs[0].flatMap { x in
            windows.compactMap { window in
                let values = window.map { x[$0] }.sorted()
                return values.count > 1 ? values[values.count - 1] - values[values.count - 2] : nil
            }
        }.min() ?? .infinity
    }

    private func divisor(_ window: [Int], _ output: Int) -> Double {
        guard case .averageWithPadding = kind else { return Double(window.count) }
        let (y, x) = (output / geometry.outputs).quotientAndRemainder(dividingBy: geometry.outputSize[1])
        let height = geometry.window[0] - (y == geometry.outputSize[0] - 1 ? overhang[0] : 0)
        let width = geometry.window[1] - (x == geometry.outputSize[1] - 1 ? overhang[1] : 0)
        return Double(height * width)
    }

    /// The indices of the inputs of each output.
    private var windows: [[Int]] {
        let g = geometry
        return (0..<g.outputSize[0] * g.outputSize[1] * g.outputs).map { output in
            let (place, channel) = (output / g.outputs, output % g.outputs)
            let (y, x) = (place / g.outputSize[1], place % g.outputSize[1])
            return (0..<g.window[0] * g.window[1]).compactMap { tap in
                let row = y * g.stride[0] + tap / g.window[1] - g.paddingBefore[0]
                let column = x * g.stride[1] + tap % g.window[1] - g.paddingBefore[1]
                guard (0..<g.inputSize[0]).contains(row), (0..<g.inputSize[1]).contains(column) else { return nil }
                return (row * g.inputSize[1] + column) * g.inputs + channel
            }
        }
    }
}

import Kernels
import Reference
import TestSupport
import Testing

/// Maxima of windows against plain loops in Double.
@Suite struct MaxPoolingTests {
    typealias Pair = ConvolutionShape.Pair

    private static let rows = 3
    private static let one = Pair(1, 1)

    private static func shape(
        _ size: Pair, _ window: Pair, stride: Pair, channels: Int, padding: Pair = Pair(0, 0), isRoundedUp: Bool = false
    ) -> PoolingShape {
        var geometry = ConvolutionShape(
            inputSize: size, inputChannels: channels, outputChannels: channels, window: window)
        geometry.stride = stride
        (geometry.paddingBefore, geometry.paddingAfter) = (padding, padding)
        return PoolingShape(.maximum, geometry, isRoundedUp: isRoundedUp)
    }

    private static func shapes(channels: Int) -> [PoolingShape] {
        [
            shape(Pair(8, 8), Pair(2, 2), stride: Pair(2, 2), channels: channels),
            shape(Pair(7, 9), Pair(2, 3), stride: Pair(2, 3), channels: channels),
            shape(Pair(7, 9), Pair(3, 3), stride: one, channels: channels, padding: one),
            shape(Pair(7, 8), Pair(3, 2), stride: Pair(2, 3), channels: channels, padding: one),
            shape(Pair(8, 7), Pair(3, 3), stride: Pair(2, 2), channels: channels, isRoundedUp: true),
            shape(Pair(1, 11), Pair(1, 4), stride: Pair(1, 2), channels: channels, padding: Pair(0, 2)),
            shape(Pair(5, 5), Pair(5, 5), stride: one, channels: channels),
        ]
    }

    private func pooled(_ shape: PoolingShape, _ input: FloatBuffer, _ gradient: FloatBuffer) -> (
        output: [Float], inputGradient: [Float]
    ) {
        let output = FloatBuffer(count: gradient.count)
        let (taps, inputGradient) = (FloatBuffer(count: gradient.count), FloatBuffer(count: input.count))
        shape.maxima(of: input.view, into: output.view, taps: taps.view, rows: Self.rows)
        inputGradient.view.pointer.update(repeating: .nan)
        shape.inputGradient(
            ofMaxima: gradient.view, taps: taps.view, into: inputGradient.view, rows: Self.rows)
        return withExtendedLifetime(taps) { (output.array, inputGradient.array) }
    }

    /// Of equal values the first has the gradient. Values of few bits are often equal, and their sums exact.
    @Test(arguments: [1, 15, 16, 17, 33])
    func maximaAndGradientsAreThoseOfPlainLoops(channels: Int) {
        var random = TestRandom(seed: UInt64(channels))
        for shape in Self.shapes(channels: channels) {
            let g = shape.geometry
            func filled(_ count: Int) -> FloatBuffer {
                let buffer = FloatBuffer(count: count)
                for index in 0..<count { buffer.view[index] = Float(random.integer(below: 9)) - 4 }
                return buffer
            }
            func samples(_ values: FloatBuffer) -> [[Double]] {
                let (all, width) = (values.array.map(Double.init), values.count / Self.rows)
                return (0..<Self.rows).map { Array(all[$0 * width..<($0 + 1) * width]) }
            }
            let (input, gradient) = (filled(Self.rows * g.inputCount), filled(Self.rows * g.outputCount))
            func array(_ pair: Pair) -> [Int] { [pair.height, pair.width] }
            let reference = ReferencePooling(
                .maximum,
                ReferenceConvolution.Geometry(
                    inputSize: array(g.inputSize), outputSize: array(g.outputSize), inputs: channels, outputs: channels,
                    window: array(g.window), stride: array(g.stride), dilation: [1, 1],
                    paddingBefore: array(g.paddingBefore), groups: 1))
            let found = pooled(shape, input, gradient)
            #expect(found.output.map(Double.init) == reference.outputs([samples(input)]).flatMap(\.self))
            let expected = reference.gradients([samples(input)], samples(gradient)).inputs[0].flatMap(\.self)
            #expect(found.inputGradient.map(Double.init) == expected)
        }
    }

    @Test func aValueThatIsNoNumberIsTheMaximumOfItsWindows() {
        let shape = Self.shape(Pair(4, 4), Pair(2, 2), stride: Pair(2, 2), channels: 17)
        let (input, gradient) = (
            FloatBuffer(count: Self.rows * shape.geometry.inputCount),
            FloatBuffer(count: Self.rows * shape.geometry.outputCount)
        )
        for index in 0..<input.count { input.view[index] = 1 }
        for index in 0..<gradient.count { gradient.view[index] = 1 }
        let pixel = 6  // the first of the second window's lower two
        for channel in 0..<17 { input.view[pixel * 17 + channel] = .nan }
        let found = pooled(shape, input, gradient)
        #expect(found.output.indices.filter { found.output[$0].isNaN } == Array(17..<34))
        #expect(found.inputGradient[pixel * 17..<(pixel + 1) * 17].allSatisfy { $0 == 1 })
    }
}

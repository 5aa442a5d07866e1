import Foundation
import Kernels
import TestSupport
import Testing

/// oneDNN chooses among many implementations by the shape, and not all of those for bfloat16 are right. Sums of ±1 are exact in
/// any order, so they must be those of floats. `RANDOM_SHAPES=10000` tries more.
@Suite(.enabled(if: Precision.bf16.isNative)) struct RandomShapeTests {
    private static let count = ProcessInfo.processInfo.environment["RANDOM_SHAPES"].flatMap { Int($0) } ?? 200
    private static let channels = [1, 2, 3, 4, 8, 12, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128]

    @Test func convolutionsInBFloat16GiveTheSumsOfFloats() throws {
        var random = TestRandom(seed: 16)
        for _ in 0..<Self.count {
            let (shape, rows) = (Self.convolution(&random), 1 + random.integer(below: 6))
            let operands = [shape.inputCount * rows, shape.weightCount, shape.outputCount * rows].map {
                Self.signs($0, &random)
            }
            let sums = try Self.passes(shape, rows: rows, .float32, operands)
            try #require(try Self.passes(shape, rows: rows, .bfloat16, operands) == sums, "\(shape), \(rows) rows")
        }
    }

    @Test func productsInBFloat16GiveTheSumsOfFloats() throws {
        var random = TestRandom(seed: 17)
        for _ in 0..<Self.count {
            let (rows, columns) = (1 + random.integer(below: 150), 1 + random.integer(below: 200))
            let inner = 1 + random.integer(below: 130)
            let (left, right) = (Self.signs(rows * inner, &random), Self.signs(inner * columns, &random))
            let products = try [OperandFormat.float32, .bfloat16].map { format in
                let operand = RightOperand(inner: inner, columns: columns, format: format)
                let multiply = try MatrixMultiply(rows: rows, right: operand)
                let packed = OperandBuffer(count: operand.count, format: format)
                operand.pack(rows: 0..<inner, right.view, into: packed.view)
                let product = FloatBuffer(count: rows * columns)
                let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
                let left = Self.operand(left, format)
                // A view does not keep its buffer alive.
                return try withExtendedLifetime((left, packed, scratchpad)) {
                    try multiply.run(
                        left.view, packed.view, bias: nil, into: product.view, scratchpad: scratchpad.view)
                    return product.array
                }
            }
            try #require(products[0] == products[1], "\(rows)×\(inner) times \(inner)×\(columns)")
        }
    }

    private static func convolution(_ random: inout TestRandom) -> ConvolutionShape {
        func size(_ bound: Int) -> Int { 1 + random.integer(below: bound) }
        func pair(_ bound: Int) -> ConvolutionShape.Pair { .init(size(bound), size(bound)) }
        func someChannels() -> Int { channels[random.integer(below: channels.count)] }
        while true {
            let groups = [1, 1, 1, 2, 3][random.integer(below: 5)]
            var shape = ConvolutionShape(
                inputSize: pair(20), inputChannels: someChannels() * groups, outputChannels: someChannels() * groups,
                window: pair(5))
            shape.groups = groups
            if random.integer(below: 3) == 0 { shape.stride = pair(3) }
            if random.integer(below: 4) == 0 { shape.dilation = pair(2) }
            shape.paddingBefore = .init(random.integer(below: 3), random.integer(below: 3))
            shape.paddingAfter = .init(random.integer(below: 3), random.integer(below: 3))
            let padding = [shape.paddingBefore, shape.paddingAfter]
            let (height, width) = (padding.map(\.height).max() ?? 0, padding.map(\.width).max() ?? 0)
            // Words allow no padding that a window lies in.
            guard height < shape.window.height, width < shape.window.width else { continue }
            if shape.outputSize.height > 0 && shape.outputSize.width > 0 { return shape }
        }
    }

    private static func signs(_ count: Int, _ random: inout TestRandom) -> FloatBuffer {
        let buffer = FloatBuffer(count: count)
        for index in 0..<count { buffer.view[index] = random.integer(below: 2) == 0 ? -1 : 1 }
        return buffer
    }

    private static func operand(_ values: FloatBuffer, _ format: OperandFormat) -> OperandBuffer {
        let buffer = OperandBuffer(count: values.count, format: format)
        convert(values.view, into: buffer.view)
        return buffer
    }

    /// Output, ∂L/∂input and ∂L/∂weight.
    /// - Parameter operands: input, weight, ∂L/∂output.
    private static func passes(
        _ shape: ConvolutionShape, rows: Int, _ format: OperandFormat, _ operands: [FloatBuffer]
    ) throws -> [[Float]] {
        let (input, gradient) = (operand(operands[0], format), operand(operands[2], format))
        return try [ConvolutionPass.output, .inputGradient, .weightGradient].map { pass in
            let weights = try ConvolutionWeights(shape, pass, rows: rows, format: format)
            let primitive = try ConvolutionPrimitive(weights, rows: rows)
            let scratchpad = FloatBuffer(count: primitive.scratchpadCount)
            let (packed, slab) = (
                OperandBuffer(count: weights.count, format: format), FloatBuffer(count: weights.count)
            )
            let counts = [rows * shape.outputCount, rows * shape.inputCount, shape.weightCount]
            let sums = FloatBuffer(count: counts[pass == .output ? 0 : pass == .inputGradient ? 1 : 2])
            return try withExtendedLifetime((input, gradient, scratchpad, packed, slab)) {
                switch pass {
                case .output:
                    weights.pack(operands[1].view, channels: 0..<shape.outputChannels, into: packed.view)
                    try primitive.output(
                        input.view, packed.view, bias: nil, into: sums.view, scratchpad: scratchpad.view)
                case .inputGradient:
                    weights.pack(operands[1].view, channels: 0..<shape.outputChannels, into: packed.view)
                    try primitive.inputGradient(
                        gradient.view, packed.view, into: sums.view, scratchpad: scratchpad.view)
                case .weightGradient:
                    try primitive.weightGradient(
                        input.view, gradient.view, into: slab.view, bias: nil, scratchpad: scratchpad.view)
                    weights.unpack(slab.view, into: sums.view)
                }
                return sums.array
            }
        }
    }
}

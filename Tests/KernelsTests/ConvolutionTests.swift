import Dispatch
import Kernels
import Reference
import Synchronization
import TestSupport
import Testing

/// A convolution's passes against plain loops in Double.
@Suite struct ConvolutionTests {
    typealias Pair = ConvolutionShape.Pair

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let rows: Int
        var shape: ConvolutionShape

        init(
            _ name: String, rows: Int = 2, _ size: Pair, _ inputs: Int, _ outputs: Int, _ window: Pair,
            set: (inout ConvolutionShape) -> Void = { _ in }
        ) {
            (testDescription, self.rows) = (name, rows)
            shape = ConvolutionShape(
                inputSize: size, inputChannels: inputs, outputChannels: outputs, window: window)
            set(&shape)
        }

        var reference: ReferenceConvolution {
            func array(_ pair: Pair) -> [Int] { [pair.height, pair.width] }
            return ReferenceConvolution(
                ReferenceConvolution.Geometry(
                    inputSize: array(shape.inputSize), outputSize: array(shape.outputSize), inputs: shape.inputChannels,
                    outputs: shape.outputChannels, window: array(shape.window), stride: array(shape.stride),
                    dilation: array(shape.dilation), paddingBefore: array(shape.paddingBefore), groups: shape.groups),
                hasBias: true)
        }
    }

    private static let one = Pair(1, 1)

    static let all = [
        Case("odd sizes", rows: 3, Pair(7, 9), 5, 10, Pair(3, 3)) { ($0.paddingBefore, $0.paddingAfter) = (one, one) },
        Case("one input channel", Pair(8, 8), 1, 33, Pair(3, 3)) { ($0.paddingBefore, $0.paddingAfter) = (one, one) },
        Case("no padding, whole blocks of channels", Pair(8, 8), 32, 64, Pair(3, 3)),
        Case("one pixel out", rows: 1, Pair(5, 5), 3, 4, Pair(5, 5)),
        Case("strides, asymmetric padding", Pair(9, 8), 3, 16, Pair(5, 3)) {
            $0.stride = Pair(2, 1)
            ($0.paddingBefore, $0.paddingAfter) = (Pair(2, 1), Pair(1, 3))
        },
        Case("even window and stride", Pair(8, 8), 8, 130, Pair(2, 2)) { $0.stride = Pair(2, 2) },
        Case("dilation", Pair(9, 9), 4, 20, Pair(3, 3)) {
            $0.dilation = Pair(2, 3)
            ($0.paddingBefore, $0.paddingAfter) = (Pair(2, 3), Pair(2, 3))
        },
        Case("1×1", Pair(8, 8), 64, 128, one),
        Case("depthwise", Pair(8, 8), 40, 40, Pair(3, 3)) {
            ($0.groups, $0.stride) = (40, Pair(2, 2))
            ($0.paddingBefore, $0.paddingAfter) = (one, Pair(0, 1))
        },
        Case("depthwise with two outputs each", Pair(8, 8), 6, 12, Pair(3, 3)) { $0.groups = 6 },
        Case("groups of odd sizes", Pair(8, 8), 12, 24, Pair(3, 3)) { ($0.groups, $0.paddingBefore) = (3, one) },
        Case("groups of whole blocks", Pair(6, 6), 64, 96, Pair(3, 3)) { ($0.groups, $0.paddingAfter) = (2, one) },
        Case("a sequence", rows: 4, Pair(1, 20), 7, 9, Pair(1, 5)) {
            ($0.paddingBefore, $0.paddingAfter) = (Pair(0, 2), Pair(0, 2))
        },
    ]

    /// What some of oneDNN 2.6.3's implementations for bfloat16 compute wrongly.
    static let avoided = [
        Case("a stride longer than the window", Pair(20, 13), 128, 1, Pair(2, 2)) {
            $0.stride = Pair(3, 3)
            ($0.paddingBefore, $0.paddingAfter) = (one, one)
        },
        Case("1×1 with an odd number of outputs", Pair(6, 5), 64, 33, one),
        Case("dilation of a number of channels that is no multiple of 16", Pair(6, 8), 63, 48, Pair(3, 3)) {
            $0.dilation = Pair(2, 2)
            $0.paddingAfter = Pair(2, 2)
        },
    ]

    @Test(arguments: all + avoided, [OperandFormat.float32, .bfloat16])
    func passesAreThoseOfPlainLoops(example: Case, format: OperandFormat) throws {
        guard format != .bfloat16 || Precision.bf16.isNative else { return }
        let (shape, rows) = (example.shape, example.rows)
        var random = TestRandom(seed: 5)
        func filled(_ count: Int) -> FloatBuffer {
            let buffer = FloatBuffer(count: count)
            // Values of few bits, which bfloat16 has.
            for index in 0..<count { buffer.view[index] = Float(random.integer(below: 33)) / 16 - 1 }
            return buffer
        }
        let (input, weight, bias) = (
            filled(rows * shape.inputCount), filled(shape.weightCount), filled(shape.outputChannels)
        )
        let outputGradient = filled(rows * shape.outputCount)
        func operand(_ values: FloatBuffer) -> OperandBuffer {
            let buffer = OperandBuffer(count: values.count, format: format)
            convert(values.view, into: buffer.view)
            return buffer
        }
        // A view does not keep its buffer alive.
        var scratchpads: [FloatBuffer] = []
        func scratchpad(_ primitive: ConvolutionPrimitive) -> FloatView {
            scratchpads.append(FloatBuffer(count: primitive.scratchpadCount))
            return scratchpads[scratchpads.count - 1].view
        }
        let (x, g) = (operand(input), operand(outputGradient))

        let forward = try ConvolutionWeights(shape, .output, rows: rows, format: format)
        let convolution = try ConvolutionPrimitive(forward, rows: rows, bias: true)
        let output = FloatBuffer(count: rows * shape.outputCount)
        let packed = Self.packed(weight, forward)
        try convolution.output(
            x.view, packed.view, bias: bias.view, into: output.view, scratchpad: scratchpad(convolution))

        let backward = try ConvolutionWeights(shape, .inputGradient, rows: rows, format: format)
        let ofInput = try ConvolutionPrimitive(backward, rows: rows)
        let inputGradient = FloatBuffer(count: input.count)
        let packedBackward = Self.packed(weight, backward)
        try ofInput.inputGradient(
            g.view, packedBackward.view, into: inputGradient.view, scratchpad: scratchpad(ofInput))

        let ofWeights = try ConvolutionWeights(shape, .weightGradient, rows: rows, format: format)
        let sums = try ConvolutionPrimitive(ofWeights, rows: rows, bias: true)
        let (packedGradient, weightGradient) = (FloatBuffer(count: ofWeights.count), FloatBuffer(count: weight.count))
        let biasGradient = FloatBuffer(count: bias.count)
        try sums.weightGradient(
            x.view, g.view, into: packedGradient.view, bias: biasGradient.view, scratchpad: scratchpad(sums))
        ofWeights.unpack(packedGradient.view, into: weightGradient.view)

        var reference = example.reference
        reference.tensors = [weight, bias].map { $0.array.map(Double.init) }
        let samples = Self.rows(input, rows)
        let expected = reference.gradients([samples], Self.rows(outputGradient, rows))
        // Sums of so many products of at most 1, in any order.
        let taps = Double(shape.weightCount / shape.outputChannels + 1)
        let places = Double(rows * shape.outputSize.height * shape.outputSize.width)
        let readers = Double(shape.outputChannels / shape.groups * shape.window.height * shape.window.width)
        expect(output, reference.outputs([samples]).flatMap(\.self), terms: taps, "output")
        expect(inputGradient, expected.inputs[0].flatMap(\.self), terms: readers, "∂L/∂input")
        expect(weightGradient, expected.tensors[0], terms: places, "∂L/∂weight")
        expect(biasGradient, expected.tensors[1], terms: places, "∂L/∂bias")
        withExtendedLifetime((scratchpads, x, g, packed, packedBackward, packedGradient)) {}
    }

    /// Weights whose plain order begins with the input channels go to the same places.
    @Test(arguments: all)
    func weightsByInputChannelsHaveTheSamePlaces(example: Case) throws {
        let shape = example.shape
        let plain = FloatBuffer(count: shape.weightCount)
        for index in 0..<plain.count { plain.view[index] = Float(index + 1) }
        let (window, inputs) = (shape.window.height * shape.window.width, shape.inputChannels / shape.groups)
        let outputs = shape.outputChannels / shape.groups
        let turned = FloatBuffer(count: plain.count)
        for output in 0..<shape.outputChannels {
            for input in 0..<inputs {
                for tap in 0..<window {
                    let channel = output / outputs * inputs + input
                    turned.view[(channel * outputs + output % outputs) * window + tap] =
                        plain.view[(output * inputs + input) * window + tap]
                }
            }
        }
        for pass in [ConvolutionPass.output, .inputGradient, .weightGradient] {
            let byOutputs = try ConvolutionWeights(shape, pass, rows: 2)
            let byInputs = try ConvolutionWeights(shape, pass, rows: 2, by: .inputs)
            #expect(byInputs.countPerChannel == outputs * window && byInputs.count == byOutputs.count)
            if pass == .weightGradient {
                let packed = FloatBuffer(count: byOutputs.count)
                for index in 0..<packed.count { packed.view[index] = Float(index) }
                let (first, second) = (FloatBuffer(count: plain.count), FloatBuffer(count: plain.count))
                byOutputs.unpack(packed.view, into: first.view)
                byInputs.unpack(packed.view, into: second.view)
                let ends = [(0, 0), (plain.count - 1, plain.count - 1)]
                #expect(ends.allSatisfy { first.view[$0.0] == second.view[$0.1] })
                #expect(first.array.sorted() == second.array.sorted())
            } else {
                let (first, second) = (
                    Self.packed(plain, byOutputs), OperandBuffer(count: byInputs.count, format: .float32)
                )
                byInputs.pack(turned.view, channels: 0..<shape.inputChannels, into: second.view)
                for index in 0..<first.count {
                    let value = Self.element(second, index)
                    #expect(Self.element(first, index) == value)
                }
            }
        }
    }

    /// Workers compile their passes at the same time, whose convolutions oneDNN must plan as it does alone.
    @Test func plansDoNotDependOnWhatIsPlannedAtTheSameTime() throws {
        typealias Plan = (shape: ConvolutionShape, pass: ConvolutionPass, format: OperandFormat)
        let formats = [OperandFormat.float32, .bfloat16].filter { $0 != .bfloat16 || Precision.bf16.isNative }
        let plans: [Plan] = Self.all.flatMap { example in
            formats.flatMap { format in
                [ConvolutionPass.output, .inputGradient, .weightGradient].map { (example.shape, $0, format) }
            }
        }
        @Sendable func outcome(_ plan: Plan) -> [Float]? {
            guard let weights = try? ConvolutionWeights(plan.shape, plan.pass, rows: 16, format: plan.format),
                let primitive = try? ConvolutionPrimitive(weights, rows: 16)
            else { return nil }
            let sizes = [Float(weights.count), Float(primitive.scratchpadCount)]
            guard plan.pass == .weightGradient else {
                let numbers = FloatBuffer(count: plan.shape.weightCount)
                for index in 0..<numbers.count { numbers.view[index] = Float(index % 251 + 1) }
                let (packed, sums) = (Self.packed(numbers, weights), FloatBuffer(count: weights.count))
                sumEachRow(of: packed.view, into: sums.view)
                return sizes + withExtendedLifetime(packed) { sums.array }
            }
            return sizes
        }
        let alone = plans.map(outcome)
        #expect(alone.allSatisfy { $0 != nil })
        let others = Mutex(Set<Int>())
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            var order = Array(plans.indices)
            Philox(seed: UInt64(worker), purpose: .shuffle, stream: 0).shuffle(&order)
            for round in 0..<12 {
                for index in order where outcome(plans[index]) != alone[index] {
                    others.withLock { _ = $0.insert(index) }
                }
                if round % 4 == 0 { order.reverse() }
            }
        }
        #expect(others.withLock { $0 }.map { "\(plans[$0])" } == [])
    }

    private static func element(_ operand: OperandBuffer, _ index: Int) -> Float {
        let sum = FloatBuffer(count: 1)
        sumEachRow(of: operand.view.slice(index, 1), into: sum.view)
        return sum.view[0]
    }

    /// A sum of n numbers of at most 1 has at most n(n − 1) half units in the last place of n.
    private func expect(_ found: FloatBuffer, _ expected: [Double], terms: Double, _ what: String) {
        let tolerance = terms * terms * Double(Float.ulpOfOne / 2)
        let error = zip(found.array, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(found.count == expected.count && error <= tolerance, "\(what) is off by \(error)")
    }

    /// The weights, packed for some output channels at a time.
    private static func packed(_ weight: FloatBuffer, _ weights: ConvolutionWeights) -> OperandBuffer {
        let (shape, buffer) = (weights.shape, OperandBuffer(count: weights.count, format: weights.format))
        let perChannel = shape.weightCount / shape.outputChannels
        for first in stride(from: 0, to: shape.outputChannels, by: 16) {
            let channels = first..<min(first + 16, shape.outputChannels)
            weights.pack(
                weight.view.slice(first * perChannel, channels.count * perChannel), channels: channels,
                into: buffer.view)
        }
        return buffer
    }

    private static func rows(_ values: FloatBuffer, _ count: Int) -> [[Double]] {
        let (all, width) = (values.array.map(Double.init), values.count / count)
        return (0..<count).map { Array(all[$0 * width..<($0 + 1) * width]) }
    }
}

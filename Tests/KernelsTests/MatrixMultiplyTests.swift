import Foundation
import Kernels
import TestSupport
import Testing

/// The multiplication against a loop in Double.
@Suite struct MatrixMultiplyTests {
    /// [rows, columns, inner]: scalars, vectors, odd sizes, whole registers and one more, large ones, and one that oneDNN 2.6.3's
    /// multiplication of tiles stops at with an illegal instruction.
    static let shapes = [
        [1, 1, 1], [1, 1, 7], [1, 5, 1], [3, 1, 1], [1, 10, 64], [64, 1, 10], [2, 3, 5], [7, 13, 17], [16, 16, 16],
        [17, 33, 65], [31, 10, 129], [34, 86, 63], [128, 256, 784], [300, 7, 1001],
    ]

    /// The function that packs the right operand.
    enum Packing: CaseIterable { case rows, columns }

    /// One product with its operands; only one thread at a time runs it.
    private struct Product: @unchecked Sendable {
        let multiply: MatrixMultiply
        private let left: FloatBuffer
        private let right: FloatBuffer
        private let bias: FloatBuffer?
        private let operands: (left: OperandBuffer, right: OperandBuffer)

        init(
            _ shape: [Int], _ format: OperandFormat = .float32, _ packing: Packing = .rows, bias hasBias: Bool = false,
            activation: Activation = .identity, accumulates: Bool = false
        ) throws {
            let (rows, columns, inner) = (shape[0], shape[1], shape[2])
            let operand = RightOperand(inner: inner, columns: columns, format: format)
            multiply = try MatrixMultiply(
                rows: rows, right: operand, bias: hasBias, activation: activation, accumulates: accumulates)
            var random = TestRandom(seed: UInt64(rows * 1_000_000 + columns * 1000 + inner))
            func filled(_ count: Int) -> FloatBuffer {
                let buffer = FloatBuffer(count: count)
                _ = buffer.view.pointer.update(fromContentsOf: random.floats(count))
                return buffer
            }
            left = filled(rows * inner)
            right = filled(inner * columns)
            bias = hasBias ? filled(columns) : nil
            operands = (
                OperandBuffer(count: rows * inner, format: format), OperandBuffer(count: operand.count, format: format)
            )
            convert(left.view, into: operands.left.view)
            pack(right, operand, packing)
        }

        /// Packs in two pieces, the second one first, to meet pieces of odd sizes.
        private func pack(_ values: FloatBuffer, _ operand: RightOperand, _ packing: Packing) {
            let (inner, columns) = (operand.inner, operand.columns)
            switch packing {
            case .rows:
                for rows in [inner / 3..<inner, 0..<inner / 3] {
                    let some = values.view.slice(rows.lowerBound * columns, rows.count * columns)
                    operand.pack(rows: rows, some, into: operands.right.view)
                }
            case .columns:
                let turned = FloatBuffer(count: values.count)
                for k in 0..<inner {
                    for column in 0..<columns { turned.view[column * inner + k] = values.view[k * columns + column] }
                }
                for some in [columns / 3..<columns, 0..<columns / 3] {
                    operand.pack(
                        columns: some, turned.view.slice(some.lowerBound * inner, some.count * inner),
                        into: operands.right.view)
                }
            }
        }

        /// For each element Σ left right + bias, and Σ |left right| + |bias|.
        func expected() -> [(sum: Double, size: Double)] {
            let (rows, columns, inner) = (multiply.rows, multiply.right.columns, multiply.right.inner)
            func operandValues(_ buffer: FloatBuffer) -> [Double] {
                buffer.array.map { Double(multiply.right.format == .float32 ? $0 : roundedToBFloat16($0)) }
            }
            let (l, r) = (operandValues(left), operandValues(right))
            let b = bias.map { $0.array.map(Double.init) } ?? Array(repeating: 0, count: columns)
            var expected: [(sum: Double, size: Double)] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    var (sum, size) = (b[column], abs(b[column]))
                    for k in 0..<inner {
                        let term = l[row * inner + k] * r[k * columns + column]
                        sum += term
                        size += abs(term)
                    }
                    expected.append((sum, size))
                }
            }
            return expected
        }

        /// The product, written to a destination that is filled with `before`.
        func run(over before: Float = .nan) throws -> [Float] {
            let destination = FloatBuffer(count: multiply.rows * multiply.right.columns)
            let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
            destination.view.pointer.update(repeating: before)
            try multiply.run(
                operands.left.view, operands.right.view, bias: bias?.view, into: destination.view,
                scratchpad: scratchpad.view)
            return destination.array
        }

        /// Each of the inner products and sums rounds once, and so does the bias: the largest error of any order of
        /// summation is as many halves of a unit in the last place of the sum of absolute terms.
        func tolerance(_ size: Double) -> Double {
            Double(multiply.right.inner + 1) * Double(Float.ulpOfOne / 2) * size
        }
    }

    /// The formats that this CPU multiplies.
    static let formats = [OperandFormat.float32, .roundedFloat32] + (Precision.bf16.isNative ? [.bfloat16] : [])

    @Test(arguments: shapes, formats)
    func theProductIsThatOfALoopInDouble(shape: [Int], format: OperandFormat) throws {
        for packing in Packing.allCases {
            let product = try Product(shape, format, packing)
            for (index, (found, expected)) in zip(try product.run(), product.expected()).enumerated() {
                guard abs(Double(found) - expected.sum) <= product.tolerance(expected.size) else {
                    Issue.record("\(packing) [\(index)]: \(found), not \(expected.sum)")
                    return
                }
            }
        }
    }

    @Test(arguments: shapes, formats)
    func theProductIsAddedToWhatIsThere(shape: [Int], format: OperandFormat) throws {
        for packing in Packing.allCases {
            let product = try Product(shape, format, packing, accumulates: true)
            for (found, expected) in zip(try product.run(over: 3), product.expected()) {
                guard abs(Double(found) - (expected.sum + 3)) <= product.tolerance(expected.size + 3) else {
                    Issue.record("\(packing): \(found), not \(expected.sum + 3)")
                    return
                }
            }
        }
    }

    @Test(arguments: shapes, [Activation.identity, .relu, .tanh, .sigmoid])
    func biasAndActivationAreAppliedToTheProduct(shape: [Int], activation: Activation) throws {
        let product = try Product(shape, bias: true, activation: activation)
        for (index, (found, expected)) in zip(try product.run(), product.expected()).enumerated() {
            let y =
                switch activation {
                case .identity: expected.sum
                case .relu: max(0, expected.sum)
                case .tanh: tanh(expected.sum)
                default: 1 / (1 + exp(-expected.sum))
                }
            // No slope is above 1; the functions themselves are good to a few units in the last place of 1.
            let tolerance = product.tolerance(expected.size) + 4 * Double(Float.ulpOfOne)
            guard abs(Double(found) - y) <= tolerance else {
                Issue.record("[\(index)]: \(found), not \(y)")
                return
            }
        }
    }

    @Test(arguments: shapes)
    func repeatedRunsGiveTheSameBits(shape: [Int]) throws {
        let product = try Product(shape, bias: true, activation: .sigmoid)
        let first = try product.run().map(\.bitPattern)
        for _ in 0..<5 {
            #expect(try product.run().map(\.bitPattern) == first)
        }
    }

    /// A worker's instances are made on one thread and run on any. With library-managed scratchpads oneDNN then gives
    /// silently different results, so some of these shapes must need a scratchpad. (With AVX2 none does.)
    @Test func eightThreadsWithTheirOwnInstancesGiveTheSameBits() throws {
        // Primitives made for several threads would cut some sums into a part for each thread.
        var needScratchpad = 0
        for shape in [[37, 129, 65], [64, 256, 784], [512, 784, 128], [16, 10, 2048], [10, 256, 1024]] {
            for format in Self.formats {
                let products = try (0..<8).map { _ in try Product(shape, format, bias: true) }
                if products[0].multiply.scratchpadCount > 0 { needScratchpad += 1 }
                let expected = try products[0].run().map(\.bitPattern)
                let results = Results()
                onEightThreads { thread in
                    for _ in 0..<5 { results.add(Result { try products[thread].run().map(\.bitPattern) }) }
                }
                let all = try results.all.map { try $0.get() }
                #expect(all.count == 40)
                #expect(all.allSatisfy { $0 == expected }, "\(shape), \(format)")
            }
        }
        #expect(needScratchpad > 0 || Arithmetic.description.contains(", avx2,"))
    }

    private func onEightThreads(_ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for index in 0..<8 {
            group.enter()
            Thread {
                body(index)
                group.leave()
            }.start()
        }
        group.wait()
    }

    /// The results of all threads.
    private final class Results: @unchecked Sendable {
        private let lock = NSLock()
        private var found: [Result<[UInt32], any Error>] = []

        func add(_ result: Result<[UInt32], any Error>) {
            lock.withLock { found.append(result) }
        }

        var all: [Result<[UInt32], any Error>] { lock.withLock { found } }
    }

    @Test func aShapeThatOneDNNRefusesIsNamed() throws {
        let error = try #require(throws: KernelError.self) {
            try MatrixMultiply(rows: -1, right: RightOperand(inner: 3, columns: 2, format: .float32))
        }
        #expect(error.operation == "matmul -1×2×3")
        #expect(error.cause == .refused("invalid_arguments"))
    }
}

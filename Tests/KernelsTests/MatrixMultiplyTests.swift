import Foundation
import Kernels
import TestSupport
import Testing

/// The real multiplication against a loop in Double.
@Suite struct MatrixMultiplyTests {
    /// [rows, columns, inner]: single numbers, vectors, odd sizes, whole registers and one beside, and large ones.
    static let shapes = [
        [1, 1, 1], [1, 1, 7], [1, 5, 1], [3, 1, 1], [1, 10, 64], [64, 1, 10], [2, 3, 5], [7, 13, 17], [16, 16, 16],
        [17, 33, 65], [31, 10, 129], [128, 256, 784], [300, 7, 1001],
    ]

    /// The numbers of one product; one thread at a time runs it.
    private struct Product: @unchecked Sendable {
        let multiply: MatrixMultiply
        private let transposed: MatrixMultiply.Transposed
        private let left: FloatBuffer
        private let right: FloatBuffer
        private let bias: FloatBuffer?

        init(
            _ shape: [Int], _ transposed: MatrixMultiply.Transposed = .none, bias hasBias: Bool = false,
            activation: FusedActivation = .identity
        ) throws {
            let (rows, columns, inner) = (shape[0], shape[1], shape[2])
            multiply = try MatrixMultiply(
                rows: rows, columns: columns, inner: inner, transposed: transposed, bias: hasBias,
                activation: activation)
            self.transposed = transposed
            var random = TestRandom(seed: UInt64(rows * 1_000_000 + columns * 1000 + inner))
            func filled(_ count: Int) -> FloatBuffer {
                let buffer = FloatBuffer(count: count)
                _ = buffer.view.pointer.update(fromContentsOf: random.floats(count))
                return buffer
            }
            left = filled(rows * inner)
            right = filled(inner * columns)
            bias = hasBias ? filled(columns) : nil
        }

        /// Of each element Σ left right + bias, and Σ |left right| + |bias|.
        func expected() -> [(sum: Double, size: Double)] {
            let (rows, columns, inner) = (multiply.rows, multiply.columns, multiply.inner)
            let (l, r) = (left.view.array.map(Double.init), right.view.array.map(Double.init))
            let b = bias.map { $0.view.array.map(Double.init) } ?? Array(repeating: 0, count: columns)
            var expected: [(sum: Double, size: Double)] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    var (sum, size) = (b[column], abs(b[column]))
                    for k in 0..<inner {
                        let term =
                            l[transposed == .left ? k * rows + row : row * inner + k]
                            * r[transposed == .right ? column * inner + k : k * columns + column]
                        sum += term
                        size += abs(term)
                    }
                    expected.append((sum, size))
                }
            }
            return expected
        }

        /// The product, over memory that is full of rubbish before.
        func run() throws -> [Float] {
            let destination = FloatBuffer(count: multiply.rows * multiply.columns)
            let scratchpad = FloatBuffer(count: multiply.scratchpadCount)
            destination.view.pointer.update(repeating: .nan)
            try multiply.run(
                left.view, right.view, bias: bias?.view, into: destination.view,
                scratchpad: scratchpad.view)
            return destination.view.array
        }

        /// Each of the inner products and sums rounds once, and so does the bias: the largest error of any order of
        /// summation is as many halves of a unit in the last place of the sum of absolute terms.
        func tolerance(_ size: Double) -> Double {
            Double(multiply.inner + 1) * Double(Float.ulpOfOne / 2) * size
        }
    }

    @Test(arguments: shapes, [MatrixMultiply.Transposed.none, .left, .right])
    func theProductIsThatOfALoopInDouble(shape: [Int], transposed: MatrixMultiply.Transposed) throws {
        let product = try Product(shape, transposed)
        for (index, (found, expected)) in zip(try product.run(), product.expected()).enumerated() {
            guard abs(Double(found) - expected.sum) <= product.tolerance(expected.size) else {
                Issue.record("[\(index)]: \(found), not \(expected.sum)")
                return
            }
        }
    }

    @Test(arguments: shapes, [FusedActivation.identity, .relu, .tanh, .sigmoid])
    func biasAndActivationAreAppliedToTheProduct(shape: [Int], activation: FusedActivation) throws {
        let product = try Product(shape, .right, bias: true, activation: activation)
        for (index, (found, expected)) in zip(try product.run(), product.expected()).enumerated() {
            let y =
                switch activation {
                case .identity: expected.sum
                case .relu: max(0, expected.sum)
                case .tanh: tanh(expected.sum)
                case .sigmoid: 1 / (1 + exp(-expected.sum))
                }
            // No slope is above 1; the functions themselves are good to a few units in the last place of 1.
            let tolerance = product.tolerance(expected.size) + 4 * Double(Float.ulpOfOne)
            guard abs(Double(found) - y) <= tolerance else {
                Issue.record("[\(index)]: \(found), not \(y)")
                return
            }
        }
    }

    @Test func withoutTheTransposeTheProductIsAnother() throws {
        // A square matrix, where only the values can tell.
        let (plain, turned) = (try Product([5, 5, 5]), try Product([5, 5, 5], .right))
        #expect(try plain.run() != turned.run())
    }

    @Test(arguments: shapes)
    func repeatedRunsGiveTheSameBits(shape: [Int]) throws {
        let product = try Product(shape, .right, bias: true, activation: .sigmoid)
        let first = try product.run().map(\.bitPattern)
        for _ in 0..<5 {
            #expect(try product.run().map(\.bitPattern) == first)
        }
    }

    /// A worker's instances are made on one thread and run on any: with scratchpads that oneDNN keeps for itself that
    /// gives silently different results, so some of these shapes must be of those that need a scratchpad.
    @Test func eightThreadsWithTheirOwnInstancesGiveTheSameBits() throws {
        // Made for one thread, too: with more, oneDNN cuts some sums into one part a thread.
        var needScratchpad = 0
        for shape in [[37, 129, 65], [64, 256, 784], [512, 784, 128], [16, 10, 2048], [10, 256, 1024]] {
            for transposed in [MatrixMultiply.Transposed.none, .left, .right] {
                let products = try (0..<8).map { _ in try Product(shape, transposed, bias: true) }
                if products[0].multiply.scratchpadCount > 0 { needScratchpad += 1 }
                let expected = try products[0].run().map(\.bitPattern)
                let results = Results()
                onEightThreads { thread in
                    for _ in 0..<5 { results.add(Result { try products[thread].run().map(\.bitPattern) }) }
                }
                let all = try results.all.map { try $0.get() }
                #expect(all.count == 40)
                #expect(all.allSatisfy { $0 == expected }, "\(shape), \(transposed)")
            }
        }
        #expect(needScratchpad > 0)
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

    /// What threads found.
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
            try MatrixMultiply(rows: -1, columns: 2, inner: 3)
        }
        #expect(error.operation == "matmul -1×2×3")
        #expect(error.status == "invalid_arguments")
    }
}

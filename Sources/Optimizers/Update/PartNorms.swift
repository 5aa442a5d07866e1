import Kernels
import Networks

/// The reduction of norms: workers compute sums of squares for each part, and after a barrier one work item adds them
/// in part order, to norms over whole tensors and the global norm.
struct PartNorms: Sendable {
    enum Quantity: Int, CaseIterable { case gradient, parameters, direction }

    private let parts: [ParameterPart]
    /// Offset of each part in `partSquares`, counted in ranges; each range has an element a quantity.
    private let starts: [Int]
    private let partSquares: AlignedBuffer<Double>
    /// Offset of each node in `tensorSquares`, counted in tensors; each tensor has an element a quantity.
    private let tensorStarts: [Int]
    private let tensorSquares: AlignedBuffer<Double>
    private let globalSquare: AlignedBuffer<Double>

    init(parts: [ParameterPart]) {
        self.parts = parts
        var count = 0
        starts = parts.map { part in
            defer { count += part.ranges.count }
            return count
        }
        partSquares = AlignedBuffer(count: count * Quantity.allCases.count)
        var tensorsOfNodes = [Int](repeating: 0, count: (parts.last?.node ?? 0) + 1)
        for part in parts { tensorsOfNodes[part.node] = part.ranges.count }
        var tensorCount = 0
        tensorStarts = tensorsOfNodes.map { count in
            defer { tensorCount += count }
            return tensorCount
        }
        tensorSquares = AlignedBuffer(count: tensorCount * Quantity.allCases.count)
        globalSquare = AlignedBuffer(count: 1)
    }

    /// The sums of squares over each range of the parts, and those of some parts.
    var squares: BufferView<Double> { partSquares.view }
    func squares(of some: Range<Int>) -> Range<Int> {
        func start(_ part: Int) -> Int {
            part < parts.count ? squareIndex(.gradient, part, 0) : partSquares.count
        }
        return start(some.lowerBound)..<start(some.upperBound)
    }

    func set(_ quantity: Quantity, part: Int, range: Int, _ values: FloatView) {
        partSquares.view[squareIndex(quantity, part, range)] = sumOfSquares(values)
    }

    /// Sums the gradients' squares over all parts, after all are set.
    func reduceGlobal() {
        globalSquare.view[0] = parts.indices.reduce(0) { sum, part in
            parts[part].ranges.indices.reduce(sum) { $0 + partSquares.view[squareIndex(.gradient, part, $1)] }
        }
    }

    /// The square of a part's gradient, after it is set.
    func gradientSquare(ofPart part: Int) -> Double {
        parts[part].ranges.indices.reduce(0) { $0 + partSquares.view[squareIndex(.gradient, part, $1)] }
    }

    /// Sums the squares of parameters and directions over each tensor's parts, after all are set.
    func reduceTensors() {
        for index in 0..<tensorSquares.count { tensorSquares.view[index] = 0 }
        for quantity in [Quantity.parameters, .direction] {
            for part in parts.indices {
                for range in parts[part].ranges.indices {
                    tensorSquares.view[tensorIndex(quantity, part, range)] +=
                        partSquares.view[squareIndex(quantity, part, range)]
                }
            }
        }
    }

    /// The global norm of the gradients.
    var globalGradient: Double { globalSquare.view[0].squareRoot() }

    /// The norm over the tensor that a range belongs to.
    func tensor(_ quantity: Quantity, part: Int, range: Int) -> Double {
        tensorSquares.view[tensorIndex(quantity, part, range)].squareRoot()
    }

    private func squareIndex(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (starts[part] + range) * Quantity.allCases.count + quantity.rawValue
    }

    private func tensorIndex(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (tensorStarts[parts[part].node] + range) * Quantity.allCases.count + quantity.rawValue
    }
}

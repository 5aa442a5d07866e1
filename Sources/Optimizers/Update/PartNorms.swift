import Kernels
import Networks

/// Norms over whole tensors and over all parameters, of squares that workers compute a part at a time: added in the order of
/// the parts, whoever computed them, once for all who ask.
struct PartNorms: Sendable {
    enum Quantity: Int, CaseIterable { case gradient, parameters, direction }

    private let parts: [ParameterPart]
    /// Where the squares of each part begin, a number for each range and quantity.
    private let starts: [Int]
    private let partSquares: AlignedBuffer<Double>
    /// Where the tensors of each layer begin, a number for each tensor and quantity.
    private let tensorStarts: [Int]
    /// Summed squares.
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
        var tensorsOfLayers = [Int](repeating: 0, count: (parts.last?.layer ?? 0) + 1)
        for part in parts { tensorsOfLayers[part.layer] = part.ranges.count }
        var tensorCount = 0
        tensorStarts = tensorsOfLayers.map { count in
            defer { tensorCount += count }
            return tensorCount
        }
        tensorSquares = AlignedBuffer(count: tensorCount * Quantity.allCases.count)
        globalSquare = AlignedBuffer(count: 1)
    }

    func set(_ quantity: Quantity, part: Int, range: Int, _ values: FloatView) {
        partSquares.view[squareIndex(quantity, part, range)] = sumOfSquares(values)
    }

    /// To be called once all parts have set the squares of their gradients.
    func reduceGlobal() {
        globalSquare.view[0] = parts.indices.reduce(0) { sum, part in
            parts[part].ranges.indices.reduce(sum) { $0 + partSquares.view[squareIndex(.gradient, part, $1)] }
        }
    }

    /// To be called once all parts have set the squares of their parameters and directions.
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

    /// Over all parameters.
    var globalGradient: Double { globalSquare.view[0].squareRoot() }

    /// Over the tensor that a range belongs to.
    func tensor(_ quantity: Quantity, part: Int, range: Int) -> Double {
        tensorSquares.view[tensorIndex(quantity, part, range)].squareRoot()
    }

    private func squareIndex(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (starts[part] + range) * Quantity.allCases.count + quantity.rawValue
    }

    private func tensorIndex(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (tensorStarts[parts[part].layer] + range) * Quantity.allCases.count + quantity.rawValue
    }
}

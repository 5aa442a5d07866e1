import Kernels
import Networks

/// Norms over whole tensors and over all parameters, of squares that workers compute a part at a time: added in the order of
/// the parts, whoever computed them, once for all who ask.
struct PartNorms: Sendable {
    enum Quantity: Int, CaseIterable { case gradient, parameters, direction }

    private let parts: [ParameterPart]
    /// Where the squares of each part begin, a number for each range and quantity.
    private let starts: [Int]
    private let squares: AlignedBuffer<Double>
    /// Where the tensors of each layer begin, a number for each tensor and quantity.
    private let tensorStarts: [Int]
    /// Summed squares.
    private let tensors: AlignedBuffer<Double>
    private let whole: AlignedBuffer<Double>

    init(parts: [ParameterPart]) {
        self.parts = parts
        var count = 0
        starts = parts.map { part in
            defer { count += part.ranges.count }
            return count
        }
        squares = AlignedBuffer(count: count * Quantity.allCases.count)
        var tensorsOfLayers = [Int](repeating: 0, count: (parts.last?.layer ?? 0) + 1)
        for part in parts { tensorsOfLayers[part.layer] = part.ranges.count }
        var tensorCount = 0
        tensorStarts = tensorsOfLayers.map { count in
            defer { tensorCount += count }
            return tensorCount
        }
        tensors = AlignedBuffer(count: tensorCount * Quantity.allCases.count)
        whole = AlignedBuffer(count: 1)
    }

    func set(_ quantity: Quantity, part: Int, range: Int, _ values: FloatView) {
        squares.view[place(quantity, part, range)] = sumOfSquares(values)
    }

    /// To be called once all parts have set the squares of their gradients.
    func sumWhole() {
        whole.view[0] = parts.indices.reduce(0) { sum, part in
            parts[part].ranges.indices.reduce(sum) { $0 + squares.view[place(.gradient, part, $1)] }
        }
    }

    /// To be called once all parts have set the squares of their parameters and directions.
    func sumTensors() {
        for index in 0..<tensors.count { tensors.view[index] = 0 }
        for quantity in [Quantity.parameters, .direction] {
            for part in parts.indices {
                for range in parts[part].ranges.indices {
                    tensors.view[tensor(quantity, part, range)] += squares.view[place(quantity, part, range)]
                }
            }
        }
    }

    /// Over all parameters.
    var wholeGradient: Double { whole.view[0].squareRoot() }

    /// Over the tensor that a range belongs to.
    func tensor(_ quantity: Quantity, part: Int, range: Int) -> Double {
        tensors.view[tensor(quantity, part, range)].squareRoot()
    }

    private func place(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (starts[part] + range) * Quantity.allCases.count + quantity.rawValue
    }

    private func tensor(_ quantity: Quantity, _ part: Int, _ range: Int) -> Int {
        (tensorStarts[parts[part].layer] + range) * Quantity.allCases.count + quantity.rawValue
    }
}

import Kernels
import Networks

/// The Euclidean norm of all parameters of a layer, or of their gradients, summed in Double in a fixed order.
package struct LayerNorm: Sendable, Equatable {
    package let layer: String
    package let norm: Double

    package init(layer: String, norm: Double) { (self.layer, self.norm) = (layer, norm) }

    /// - Parameter squares: sums of squares, those of a layer one after another.
    static func norms(_ squares: [(layer: String, square: Double)]) -> [LayerNorm] {
        var sums: [(layer: String, square: Double)] = []
        for (layer, square) in squares {
            if sums.last?.layer != layer { sums.append((layer, 0)) }
            sums[sums.count - 1].square += square
        }
        return sums.map { LayerNorm(layer: $0.layer, norm: $0.square.squareRoot()) }
    }
}

extension ParameterStore {
    /// The norm of the parameters of each layer that has any.
    package var norms: [LayerNorm] {
        LayerNorm.norms(layout.tensors.map { ($0.layer, sumOfSquares(parameters.view.slice($0))) })
    }
}

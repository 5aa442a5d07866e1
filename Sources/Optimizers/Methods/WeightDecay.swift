import Kernels
import Networks

/// Weight decay: λ w is added to the gradient of weights, ½ λ ‖w‖² to the objective (L2); or, decoupled from the
/// gradient, w shrinks by η λ w in each step (Loshchilov and Hutter 2019).
package struct WeightDecay: Sendable {
    let rate: Float
    let isDecoupled: Bool
    /// Whether it applies to biases, too.
    let includesBiases: Bool

    package init(rate: Float, isDecoupled: Bool, includesBiases: Bool) {
        (self.rate, self.isDecoupled, self.includesBiases) = (rate, isDecoupled, includesBiases)
    }

    /// λ that is added to the gradient of a range.
    func coupled(_ range: ParameterRange) -> Float { isDecoupled ? 0 : of(range) }
    /// λ that shrinks a range apart from its gradient.
    func decoupled(_ range: ParameterRange) -> Float { isDecoupled ? of(range) : 0 }

    private func of(_ range: ParameterRange) -> Float { range.isWeight || includesBiases ? rate : 0 }

    /// w ← (1 − η λ) w, if the decay is decoupled.
    func shrink(_ parameters: FloatView, of range: ParameterRange, learningRate: Float) {
        let rate = decoupled(range)
        if rate != 0 { scale(parameters, by: 1 - learningRate * rate) }
    }
}

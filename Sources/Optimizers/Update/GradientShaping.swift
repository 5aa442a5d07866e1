import Kernels
import Networks

/// What happens to a gradient before the optimizer reads it, in this order.
package struct GradientShaping: Sendable {
    /// Clip by global norm: all gradients are scaled so that their common norm is at most this (Pascanu et al. 2013).
    var normLimit: Double?
    /// Clip by value: each element is clipped to ± this.
    var valueLimit: Float = .infinity
    /// λ₁ sign(w) is added to the gradient of weights, λ₁ Σ |w| to the objective.
    var l1: Float = 0

    package init(normLimit: Double? = nil, valueLimit: Float = .infinity, l1: Float = 0) {
        (self.normLimit, self.valueLimit, self.l1) = (normLimit, valueLimit, l1)
    }

    var isNone: Bool { normLimit == nil && valueLimit == .infinity && l1 == 0 }

    package func apply(to gradient: FloatView, of range: ParameterRange, parameters: FloatView, norm: Double?) {
        guard !isNone else { return }
        let factor = normLimit.flatMap { limit in norm.map { $0 > limit ? limit / $0 : 1 } } ?? 1
        shapeGradient(
            gradient, parameters: parameters.slice(range), factor: Float(factor), limit: valueLimit,
            l1: range.isWeight ? l1 : 0)
    }
}

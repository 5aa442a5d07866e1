import CVector

/// Stochastic gradient descent without momentum: w ← w − η (g + λ w).
package func updateSGD(parameters: FloatView, gradient: FloatView, learningRate: Float, weightDecay: Float) {
    precondition(parameters.count == gradient.count)
    cvector_sgd(parameters.base, gradient.base, parameters.count, learningRate, weightDecay)
}

/// Momentum (Polyak 1964, in PyTorch's form): g ← g + λ w; v ← μ v + g; w ← w − η v, or with Nesterov's look-ahead
/// (Sutskever et al. 2013) w ← w − η (g + μ v).
public func updateSGD(
    parameters: FloatView, gradient: FloatView, velocity: FloatView, learningRate: Float, momentum: Float,
    weightDecay: Float, nesterov: Bool
) {
    precondition(parameters.count == gradient.count && velocity.count == gradient.count)
    cvector_sgd_momentum(
        parameters.base, gradient.base, velocity.base, parameters.count, learningRate, momentum, weightDecay, nesterov)
}

/// Adagrad (Duchi et al. 2011): g ← g + λ w; s ← s + g²; w ← w − η g / (√s + ε).
package func updateAdagrad(
    parameters: FloatView, gradient: FloatView, squares: FloatView, learningRate: Float, epsilon: Float,
    weightDecay: Float
) {
    precondition(parameters.count == gradient.count && squares.count == gradient.count)
    cvector_adagrad(
        parameters.base, gradient.base, squares.base, parameters.count, learningRate, epsilon, weightDecay)
}

/// RMSprop (Tieleman and Hinton 2012), with momentum as PyTorch has it: g ← g + λ w; s ← ρ s + (1 − ρ) g²;
/// v ← μ v + g / (√s + ε); w ← w − η v.
package func updateRMSprop(
    parameters: FloatView, gradient: FloatView, squares: FloatView, velocity: FloatView, learningRate: Float,
    rho: Float, momentum: Float, epsilon: Float, weightDecay: Float
) {
    precondition([gradient, squares, velocity].allSatisfy { $0.count == parameters.count })
    cvector_rmsprop(
        parameters.base, gradient.base, squares.base, velocity.base, parameters.count, learningRate, rho, momentum,
        epsilon, weightDecay)
}

/// Adam's coefficients (Kingma and Ba 2015, algorithm 1) in step t, from 1.
package struct AdamCoefficients: Sendable {
    fileprivate let code: cvector_adam

    package init(beta1: Double, beta2: Double, epsilon: Double, step: Int) {
        code = cvector_adam(
            beta_1: Float(beta1), beta_2: Float(beta2), epsilon: Float(epsilon),
            correction_1: Float(1 - power(beta1, step)), correction_2: Float(1 - power(beta2, step)))
    }
}

/// base to the exponent, by squaring: the same on every machine, which no C library promises of its pow.
package func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
        if rest & 1 == 1 { result *= square }
        square *= square
        rest >>= 1
    }
    return result
}

/// Replaces the gradient g by Adam's direction: g ← g + λ w; m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²;
/// gradient ← m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) + λ′ w, with decoupled decay λ′ (Loshchilov and Hutter 2019).
package func makeAdamDirection(
    gradient: FloatView, parameters: FloatView, firstMoment: FloatView, secondMoment: FloatView,
    _ coefficients: AdamCoefficients, weightDecay: Float, decoupledDecay: Float
) {
    precondition([gradient, firstMoment, secondMoment].allSatisfy { $0.count == parameters.count })
    cvector_adam_direction(
        gradient.base, parameters.base, firstMoment.base, secondMoment.base, parameters.count, coefficients.code,
        weightDecay, decoupledDecay)
}

/// LARS (You et al. 2017, algorithm 1): v ← μ v + rate (g + λ w); w ← w − v.
/// - Parameter rate: the learning rate times the tensor's trust ratio.
package func updateLARS(
    parameters: FloatView, gradient: FloatView, velocity: FloatView, rate: Float, momentum: Float, weightDecay: Float
) {
    precondition(parameters.count == gradient.count && velocity.count == gradient.count)
    cvector_lars(parameters.base, gradient.base, velocity.base, parameters.count, rate, momentum, weightDecay)
}

/// gradient ← clip(factor · gradient, ± limit) + l1 · sign(w).
package func shapeGradient(
    _ gradient: FloatView, parameters: FloatView, factor: Float = 1, limit: Float = .infinity, l1: Float = 0
) {
    precondition(parameters.count == gradient.count)
    cvector_shape_gradient(gradient.base, parameters.base, gradient.count, factor, limit, l1)
}

/// Exponential moving average: average ← β average + (1 − β) parameters.
/// - Parameter decay: β
package func updateMovingAverage(_ average: FloatView, with parameters: FloatView, decay: Float) {
    precondition(parameters.count == average.count)
    cvector_moving_average(average.base, parameters.base, average.count, decay)
}

/// values ← factor · values
package func scale(_ values: FloatView, by factor: Float) {
    cvector_scale(values.base, values.count, factor)
}

/// Σ values², in Double, in an order that is the same on every CPU.
package func sumOfSquares(_ values: FloatView) -> Double {
    cvector_sum_of_squares(values.base, values.count)
}

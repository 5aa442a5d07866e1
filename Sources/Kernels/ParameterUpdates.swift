import CVector

/// Stochastic gradient descent without momentum: w ← w − η (g + λ w).
public func updateSGD(parameters: FloatView, gradient: FloatView, learningRate: Float, weightDecay: Float) {
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

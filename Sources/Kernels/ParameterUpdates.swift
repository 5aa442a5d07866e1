import CVector

/// The range `offset ..< offset + count` of slab 0 becomes the sum of that range over all slabs, divided by
/// `samples`. The slabs are added as a pairwise tree over their index, whatever their number.
/// - Parameter slabs: the slabs one after another, each `stride` floats long.
public func reduceSlabs(
    _ slabs: FloatView, stride: Int, slabCount: Int, offset: Int, count: Int, samples: Int
) {
    precondition(slabCount >= 1 && offset >= 0 && count >= 0 && offset + count <= stride)
    precondition(slabs.count >= slabCount * stride && samples > 0)
    cvector_reduce_slabs(slabs.base + offset, stride, slabCount, count, Float(samples))
}

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

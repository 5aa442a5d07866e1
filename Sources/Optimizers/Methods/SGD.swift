import Kernels
import Networks

/// Stochastic gradient descent with momentum (Polyak 1964), or Nesterov's variant (Sutskever et al. 2013).
package struct SGD: Optimizer {
    package let momentum: Float
    let nesterov: Bool
    let decay: WeightDecay

    package init(momentum: Float, nesterov: Bool, decay: WeightDecay) {
        (self.momentum, self.nesterov, self.decay) = (momentum, nesterov, decay)
    }

    package var slotNames: [String] { momentum == 0 ? [] : ["velocity"] }

    package func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        if let velocity = slots.first {
            updateSGD(
                parameters: parameters, gradient: gradient, velocity: velocity.view.slice(range),
                learningRate: step.rate, momentum: momentum, weightDecay: decay.coupled(range),
                nesterov: nesterov)
        } else {
            updateSGD(
                parameters: parameters, gradient: gradient, learningRate: step.rate,
                weightDecay: decay.coupled(range))
        }
    }
}

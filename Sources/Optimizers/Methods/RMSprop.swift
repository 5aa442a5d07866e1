import Kernels
import Networks

/// RMSprop (Tieleman and Hinton 2012).
package struct RMSprop: Optimizer {
    let rho: Float
    package let momentum: Float
    package let epsilon: Float
    let decay: WeightDecay

    package init(rho: Float, momentum: Float, epsilon: Float, decay: WeightDecay) {
        (self.rho, self.momentum, self.epsilon, self.decay) = (rho, momentum, epsilon, decay)
    }

    package var slotNames: [String] { ["squares", "velocity"] }

    package func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        updateRMSprop(
            parameters: parameters, gradient: gradient, squares: slots[0].view.slice(range),
            velocity: slots[1].view.slice(range), learningRate: step.rate, rho: rho,
            momentum: momentum, epsilon: epsilon, weightDecay: decay.coupled(range))
    }
}

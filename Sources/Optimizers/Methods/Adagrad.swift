import Kernels
import Networks

/// Adagrad (Duchi et al. 2011).
package struct Adagrad: Optimizer {
    package let epsilon: Float
    let decay: WeightDecay

    package init(epsilon: Float, decay: WeightDecay) {
        (self.epsilon, self.decay) = (epsilon, decay)
    }

    package var slotNames: [String] { ["squares"] }

    package func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        updateAdagrad(
            parameters: parameters, gradient: gradient, squares: slots[0].view.slice(range),
            learningRate: step.rate, epsilon: epsilon, weightDecay: decay.coupled(range))
    }
}

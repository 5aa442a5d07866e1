import Kernels
import Networks

/// Adam (Kingma and Ba 2015), AdamW with decoupled decay (Loshchilov and Hutter 2019), and LAMB (You et al. 2020), whose
/// trust ratio makes each step of a layer as long as the rate times its weights' norm.
package struct Adam: Optimizer {
    let beta1: Double
    let beta2: Double
    package let epsilon: Double
    let decay: WeightDecay
    package let isLayerwise: Bool

    package init(beta1: Double, beta2: Double, epsilon: Double, decay: WeightDecay, isLayerwise: Bool) {
        (self.beta1, self.beta2, self.epsilon, self.decay, self.isLayerwise) = (
            beta1, beta2, epsilon, decay, isLayerwise
        )
    }

    package var slotNames: [String] { ["firstMoment", "secondMoment"] }

    package func makeDirection(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep
    ) {
        makeAdamDirection(
            gradient: gradient, parameters: parameters.slice(range),
            firstMoment: slots[0].view.slice(range),
            secondMoment: slots[1].view.slice(range),
            AdamCoefficients(beta1: beta1, beta2: beta2, epsilon: epsilon, step: step.number),
            weightDecay: decay.coupled(range), decoupledDecay: decay.decoupled(range))
    }

    /// ‖w‖ / ‖direction‖ of weights; 1 where either is 0.
    package func trustRatio(parameters: Double, direction: Double, isWeight: Bool) -> Double {
        isLayerwise && isWeight && parameters > 0 && direction > 0 ? parameters / direction : 1
    }

    package func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        updateSGD(
            parameters: parameters.slice(range), gradient: gradient,
            learningRate: step.rate * step.trustRatio, weightDecay: 0)
    }
}

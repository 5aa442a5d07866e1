import Kernels
import Networks

/// LARS (You et al. 2017): momentum with a trust ratio of η ‖w‖ / (‖g‖ + λ ‖w‖) for each layer's weights. It is η for
/// biases, and if either norm is 0: for these the weights' learning rate, some 10, is a thousand times too high.
package struct LARS: Optimizer {
    /// η, the paper's trust coefficient.
    let trust: Double
    package let momentum: Float
    let decay: WeightDecay

    package init(trust: Double, momentum: Float, decay: WeightDecay) {
        (self.trust, self.momentum, self.decay) = (trust, momentum, decay)
    }

    package var slotNames: [String] { ["velocity"] }
    package var isLayerwise: Bool { true }

    package func trustRatio(parameters: Double, direction: Double, isWeight: Bool) -> Double {
        guard isWeight, parameters > 0, direction > 0 else { return trust }
        return trust * parameters / (direction + Double(decay.isDecoupled ? 0 : decay.rate) * parameters)
    }

    package func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        updateLARS(
            parameters: parameters, gradient: gradient, velocity: slots[0].view.slice(range),
            rate: step.rate * step.trustRatio, momentum: momentum, weightDecay: decay.coupled(range))
    }
}

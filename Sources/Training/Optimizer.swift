import Kernels
import Networks

/// How a gradient changes the parameters.
protocol Optimizer: Sendable {
    /// What it remembers from step to step, one buffer in the network's layout each.
    var slotNames: [String] { get }
    /// Updates one range of the parameters and slots.
    /// - Parameters:
    ///   - parameters: all of them, as the slots.
    ///   - gradient: the range's.
    ///   - slots: in the order of `slotNames`.
    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer])
}

/// Stochastic gradient descent with momentum (Polyak 1964), Nesterov's variant (Sutskever et al. 2013), and L2 weight
/// decay: λ w is added to the gradient of weights, ½ λ ‖w‖² to the objective.
struct SGD: Optimizer {
    let learningRate: Float
    let momentum: Float
    let nesterov: Bool
    let weightDecay: Float
    /// Whether decay applies to biases, too.
    let decayBiases: Bool

    var slotNames: [String] { momentum == 0 ? [] : ["velocity"] }

    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer]
    ) {
        let decay = range.isWeight || decayBiases ? weightDecay : 0
        let parameters = parameters.slice(range.offset, range.count)
        if let velocity = slots.first {
            updateSGD(
                parameters: parameters, gradient: gradient, velocity: velocity.view.slice(range.offset, range.count),
                learningRate: learningRate, momentum: momentum, weightDecay: decay, nesterov: nesterov)
        } else {
            updateSGD(parameters: parameters, gradient: gradient, learningRate: learningRate, weightDecay: decay)
        }
    }
}

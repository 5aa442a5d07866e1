import Kernels
import Networks

/// When and how far an optimizer goes.
struct UpdateStep: Sendable {
    /// From 1.
    let number: Int
    let learningRate: Double
    /// Of the tensor that a range belongs to: what the optimizer's `ratio` made of its norms.
    var ratio: Float = 1

    var rate: Float { Float(learningRate) }
}

/// How a gradient changes the parameters.
protocol Optimizer: Sendable {
    /// What it remembers from step to step, one buffer in the network's layout each.
    var slotNames: [String] { get }
    /// Whether it goes by norms of whole tensors, so that no part can be updated before all gradients are there.
    var isLayerwise: Bool { get }

    /// Turns one range's gradient into the direction to go, where that does not need the norms.
    /// - Parameters:
    ///   - parameters: all of them, as the slots.
    ///   - gradient: the range's; becomes the direction.
    ///   - slots: in the order of `slotNames`.
    func turn(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep)
    /// The factor of a tensor's learning rate.
    /// - Parameters:
    ///   - parameters: the norm of its parameters.
    ///   - direction: of what `turn` made of its gradient.
    func ratio(parameters: Double, direction: Double, isWeight: Bool) -> Double
    /// Updates one range of the parameters and slots along what `turn` made of its gradient.
    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep)
}

extension Optimizer {
    var isLayerwise: Bool { false }
    func turn(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep
    ) {}
    func ratio(parameters: Double, direction: Double, isWeight: Bool) -> Double { 1 }
}

/// Weight decay: λ w is added to the gradient of weights, ½ λ ‖w‖² to the objective (L2); or, decoupled from the gradient,
/// w shrinks by η λ w in each step (Loshchilov and Hutter 2019).
struct WeightDecay: Sendable {
    let rate: Float
    let isDecoupled: Bool
    /// Whether it applies to biases, too.
    let includesBiases: Bool

    /// λ in the gradient of a range.
    func coupled(_ range: ParameterRange) -> Float { isDecoupled ? 0 : of(range) }
    /// λ beside the gradient.
    func decoupled(_ range: ParameterRange) -> Float { isDecoupled ? of(range) : 0 }

    private func of(_ range: ParameterRange) -> Float { range.isWeight || includesBiases ? rate : 0 }

    /// w ← (1 − η λ) w, where the decay is decoupled.
    func shrink(_ parameters: FloatView, of range: ParameterRange, learningRate: Float) {
        let rate = decoupled(range)
        if rate != 0 { scale(parameters, by: 1 - learningRate * rate) }
    }
}

/// Stochastic gradient descent with momentum (Polyak 1964), or Nesterov's variant (Sutskever et al. 2013).
struct SGD: Optimizer {
    let momentum: Float
    let nesterov: Bool
    let decay: WeightDecay

    var slotNames: [String] { momentum == 0 ? [] : ["velocity"] }

    func update(
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

/// Adagrad (Duchi et al. 2011).
struct Adagrad: Optimizer {
    let epsilon: Float
    let decay: WeightDecay

    var slotNames: [String] { ["squares"] }

    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        updateAdagrad(
            parameters: parameters, gradient: gradient, squares: slots[0].view.slice(range),
            learningRate: step.rate, epsilon: epsilon, weightDecay: decay.coupled(range))
    }
}

/// RMSprop (Tieleman and Hinton 2012).
struct RMSprop: Optimizer {
    let rho: Float
    let momentum: Float
    let epsilon: Float
    let decay: WeightDecay

    var slotNames: [String] { ["squares", "velocity"] }

    func update(
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

/// Adam (Kingma and Ba 2015), AdamW with decoupled decay (Loshchilov and Hutter 2019), and LAMB (You et al. 2020), which
/// goes in Adam's direction as far as the layer's weights are long.
struct Adam: Optimizer {
    let beta1: Double
    let beta2: Double
    let epsilon: Double
    let decay: WeightDecay
    let isLayerwise: Bool

    var slotNames: [String] { ["firstMoment", "secondMoment"] }

    func turn(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep
    ) {
        turnIntoAdamsDirection(
            gradient: gradient, parameters: parameters.slice(range),
            firstMoment: slots[0].view.slice(range),
            secondMoment: slots[1].view.slice(range),
            AdamCoefficients(beta1: beta1, beta2: beta2, epsilon: epsilon, step: step.number),
            weightDecay: decay.coupled(range), decoupledDecay: decay.decoupled(range))
    }

    /// ‖w‖ / ‖direction‖ of weights; 1 where either is 0.
    func ratio(parameters: Double, direction: Double, isWeight: Bool) -> Double {
        isLayerwise && isWeight && parameters > 0 && direction > 0 ? parameters / direction : 1
    }

    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        updateSGD(
            parameters: parameters.slice(range), gradient: gradient,
            learningRate: step.rate * step.ratio, weightDecay: 0)
    }
}

/// LARS (You et al. 2017): momentum whose rate is, for each layer's weights, η ‖w‖ / (‖g‖ + λ ‖w‖) of the learning rate. For
/// biases, and where either norm is 0, it is η: a learning rate that weights need, some 10, is a thousand times too high.
struct LARS: Optimizer {
    /// The paper's η.
    let trust: Double
    let momentum: Float
    let decay: WeightDecay

    var slotNames: [String] { ["velocity"] }
    var isLayerwise: Bool { true }

    func ratio(parameters: Double, direction: Double, isWeight: Bool) -> Double {
        guard isWeight, parameters > 0, direction > 0 else { return trust }
        return trust * parameters / (direction + Double(decay.isDecoupled ? 0 : decay.rate) * parameters)
    }

    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep
    ) {
        let parameters = parameters.slice(range)
        decay.shrink(parameters, of: range, learningRate: step.rate)
        updateLARS(
            parameters: parameters, gradient: gradient, velocity: slots[0].view.slice(range),
            rate: step.rate * step.ratio, momentum: momentum, weightDecay: decay.coupled(range))
    }
}

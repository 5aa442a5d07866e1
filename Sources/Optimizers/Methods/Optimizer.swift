import Kernels
import Networks

/// When and how far an optimizer goes.
package struct UpdateStep: Sendable {
    /// From 1.
    package let number: Int
    package let learningRate: Double
    /// Of the tensor that a range belongs to: what the optimizer's `ratio` made of its norms.
    var trustRatio: Float = 1

    package init(number: Int, learningRate: Double) {
        (self.number, self.learningRate) = (number, learningRate)
    }

    /// The learning rate as a Float.
    package var rate: Float { Float(learningRate) }
}

/// How a gradient changes the parameters.
package protocol Optimizer: Sendable {
    /// What it remembers from step to step, one buffer in the network's layout each.
    var slotNames: [String] { get }
    /// Whether it goes by norms of whole tensors, so that no part can be updated before all gradients are there.
    var isLayerwise: Bool { get }

    /// Turns one range's gradient into the direction to go, where that does not need the norms.
    /// - Parameters:
    ///   - parameters: all of them, as the slots.
    ///   - gradient: the range's; becomes the direction.
    ///   - slots: in the order of `slotNames`.
    func makeDirection(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep)
    /// The factor of a tensor's learning rate.
    /// - Parameters:
    ///   - parameters: the norm of its parameters.
    ///   - direction: of what `makeDirection` made of its gradient.
    func trustRatio(parameters: Double, direction: Double, isWeight: Bool) -> Double
    /// Updates one range of the parameters and slots along what `makeDirection` made of its gradient.
    func update(
        _ range: ParameterRange, parameters: FloatView, gradient: FloatView, slots: [FloatBuffer], in step: UpdateStep)
}

extension Optimizer {
    package var isLayerwise: Bool { false }
    package func makeDirection(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep
    ) {}
    package func trustRatio(parameters: Double, direction: Double, isWeight: Bool) -> Double { 1 }
}

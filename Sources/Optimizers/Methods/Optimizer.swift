import Kernels
import Networks

/// The number and the rates of one update.
package struct UpdateStep: Sendable {
    /// The step of the run, from 1.
    package let number: Int
    package let learningRate: Double
    /// The factor of the learning rate of the layer that is updated.
    var rateFactor = 1.0
    /// The optimizer's trust ratio for the tensor that is updated.
    var trustRatio: Float = 1
    /// Whether the gradient's norm is wanted, even if the update does not need it.
    package var measuresGradient = false

    package init(number: Int, learningRate: Double) {
        (self.number, self.learningRate) = (number, learningRate)
    }

    /// The layer's learning rate.
    package var rate: Float { Float(learningRate * rateFactor) }
}

/// An optimizer: how a gradient changes the parameters.
package protocol Optimizer: Sendable {
    /// The names of its slots: state kept from step to step, each a buffer in the network's layout.
    var slotNames: [String] { get }
    /// Whether its trust ratio needs norms of whole tensors, so that all gradients are computed before any update.
    var isLayerwise: Bool { get }

    /// Replaces one range's gradient by the direction of its update, as far as that does not depend on norms.
    /// - Parameters:
    ///   - gradient: the range's; becomes the direction.
    ///   - parameters: all of them, in the network's layout, like each slot.
    ///   - slots: in the order of `slotNames`.
    func makeDirection(
        _ gradient: FloatView, of range: ParameterRange, parameters: FloatView, slots: [FloatBuffer],
        in step: UpdateStep)
    /// The trust ratio: a factor of one tensor's learning rate.
    /// - Parameters:
    ///   - parameters: the norm of its parameters.
    ///   - direction: the norm of its direction.
    func trustRatio(parameters: Double, direction: Double, isWeight: Bool) -> Double
    /// Updates one range of the parameters and slots.
    /// - Parameter gradient: the range's direction.
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

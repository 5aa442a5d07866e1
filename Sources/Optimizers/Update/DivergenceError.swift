/// A loss, a gradient or an objective is NaN or infinite.
package enum DivergenceError: Error, Sendable, Equatable {
    /// In `step`, the loss (`layer` is nil) or the gradient of a layer is NaN or infinite.
    case diverged(step: Int, layer: String?, learningRate: Double)
    /// It diverged again after as many rollbacks as are allowed.
    case divergedAfterRollbacks(step: Int, rollbacks: Int, learningRate: Double)
    /// The objective is not finite, so `gradcheck` has no gradient to check.
    case noGradient
}

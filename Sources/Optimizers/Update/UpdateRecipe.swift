/// How gradients become updates, for a trainer and for `minimise`.
package struct UpdateRecipe: Sendable {
    package var optimizer: any Optimizer
    package var shaping: GradientShaping
    package var maxNorm: MaxNorm?
    /// β of the parameters' exponential moving average; nil: there is none.
    package var movingAverage: Double?
    package var learningRate: LearningRate

    package init(
        optimizer: any Optimizer, shaping: GradientShaping = GradientShaping(), maxNorm: MaxNorm? = nil,
        movingAverage: Double? = nil, learningRate: LearningRate
    ) {
        (self.optimizer, self.shaping, self.maxNorm) = (optimizer, shaping, maxNorm)
        (self.movingAverage, self.learningRate) = (movingAverage, learningRate)
    }

    /// Whether an update needs norms over several parts, so that all gradients are buffered until a barrier.
    package var needsGradientBuffer: Bool { needsGlobalNorm || optimizer.isLayerwise }

    /// Whether gradients are clipped by their global norm.
    package var needsGlobalNorm: Bool { shaping.normLimit != nil }
}

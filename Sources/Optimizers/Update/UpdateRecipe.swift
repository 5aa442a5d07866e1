/// All that turns gradients into steps: what a trainer and `minimise` go by.
package struct UpdateRecipe: Sendable {
    package var optimizer: any Optimizer
    package var shaping: GradientShaping
    package var maxNorm: MaxNorm?
    /// β of the parameters' exponential moving average; nil where none is kept.
    package var movingAverage: Double?
    package var learningRate: LearningRate

    package init(
        optimizer: any Optimizer, shaping: GradientShaping = GradientShaping(), maxNorm: MaxNorm? = nil,
        movingAverage: Double? = nil, learningRate: LearningRate
    ) {
        (self.optimizer, self.shaping, self.maxNorm) = (optimizer, shaping, maxNorm)
        (self.movingAverage, self.learningRate) = (movingAverage, learningRate)
    }

    /// Whether gradients are looked at again after all of them are there, so that they need memory of their own.
    package var needsGradientBuffer: Bool { needsGlobalNorm || optimizer.isLayerwise }

    /// Whether the norm over all gradients decides how they are shaped.
    package var needsGlobalNorm: Bool { shaping.normLimit != nil }
}

import Datasets
import Optimizers

/// All that a trainer needs to know beside the network and the samples, with every choice made.
package struct TrainingRecipe: Sendable {
    /// How minibatches are cut.
    package var plan: MinibatchPlan
    /// How gradients become steps.
    package var update: UpdateRecipe
    package var shuffle: Sampler.Shuffle
    package var seed: UInt64

    package init(plan: MinibatchPlan, update: UpdateRecipe, shuffle: Sampler.Shuffle, seed: UInt64) {
        (self.plan, self.update, self.shuffle, self.seed) = (plan, update, shuffle, seed)
    }
}

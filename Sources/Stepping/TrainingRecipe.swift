import Datasets
import Minibatches
import Optimizers

/// Everything that the trained bits depend on beside network, samples and initial parameters.
package struct TrainingRecipe: Sendable {
    /// How minibatches are cut into microbatches and shards.
    package var plan: MinibatchPlan
    /// How gradients become updates.
    package var update: UpdateRecipe
    package var shuffle: Sampler.Shuffle
    package var seed: UInt64
    /// What is done to images before the network learns from them.
    package var imageChanges: [ImageChange]

    package init(
        plan: MinibatchPlan, update: UpdateRecipe, shuffle: Sampler.Shuffle, seed: UInt64,
        imageChanges: [ImageChange] = []
    ) {
        (self.plan, self.update, self.shuffle, self.seed) = (plan, update, shuffle, seed)
        self.imageChanges = imageChanges
    }
}

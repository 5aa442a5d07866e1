import Networks
import RunSettings
import Stepping

extension Configuration {
    /// The recipe of a `Trainer`.
    /// - Parameter samples: the size of the training split.
    package func trainingRecipe(for network: Network, samples: Int) -> TrainingRecipe {
        TrainingRecipe(
            plan: plan(for: network), update: updateRecipe(samples: samples), shuffle: shuffle, seed: seed,
            imageChanges: augment)
    }
}

import Networks
import RunSettings
import Stepping

extension Configuration {
    /// What a trainer goes by.
    /// - Parameter samples: of the training split.
    package func trainingRecipe(for network: Network, samples: Int) -> TrainingRecipe {
        TrainingRecipe(
            plan: plan(for: network), update: updateRecipe(samples: samples), shuffle: shuffle, seed: seed)
    }
}

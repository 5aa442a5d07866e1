import Foundation
import Optimizers

/// What `--large-batch` makes of a configuration, so that a batch many times as large learns as much in as many epochs.
///
/// With gradient descent the rate grows with the batch (Goyal et al. 2017). Where that would be more than four times the rate
/// of a batch of 256, steps go astray, and LAMB takes its place (You et al. 2020), the layer-wise method of LARS for Adam:
/// on dense networks it ends 0.5 to 1.3 points above LARS. Its steps are shares of the weights' norms, so far fewer have to
/// go further: 0.22 / √steps, which for some epochs grows with the root of the batch, suits 30 steps as it does 7,000.
package struct LargeBatchRecipe: Sendable, Equatable {
    package let optimizer: OptimizerName
    package let learningRate: Double
    package let warmupSteps: Int
    package let schedule: LearningRateSchedule
    package let beta2: Double
    /// Samples of one update.
    package let batchSize: Int
    /// Over which the schedule goes.
    package let steps: Int

    /// The batch that rates are said for.
    private static let baseBatch = 256
    private static let mostTimesTheBase = 4.0

    /// What the configuration says, stays. A learning rate, a momentum and Nesterov's form that are said are those of gradient
    /// descent, unless an optimizer is said with them.
    package init(_ configuration: Configuration, samples: Int) {
        schedule = configuration.says("schedule") ? configuration.schedule : .cosine(end: 0)
        batchSize = min(configuration.minibatchSize, samples)
        steps = configuration.stepsOfSchedule(samples: samples)
        let times = Double(batchSize) / Double(Self.baseBatch)
        let isForDescent = configuration.learningRate != nil || configuration.momentum != nil || configuration.nesterov
        let isFree = !configuration.says("optimizer") && !isForDescent
        optimizer = isFree && times > Self.mostTimesTheBase ? .lamb : configuration.optimizer
        learningRate = configuration.learningRate ?? Self.rate(of: optimizer, times: times, steps: steps)
        warmupSteps = configuration.says("warmupSteps") ? configuration.warmupSteps : steps / 10
        // The mean of squared gradients over the last 20 steps, not 1,000: there may be no 1,000.
        beta2 = optimizer == .lamb && !configuration.says("beta2") ? 0.95 : configuration.beta2
    }

    /// - Parameter times: how many times the base the batch is.
    private static func rate(of optimizer: OptimizerName, times: Double, steps: Int) -> Double {
        let rate =
            switch optimizer {
            case .sgd: optimizer.learningRate * times
            case .lamb: 0.22 / Double(steps).squareRoot()
            default: optimizer.learningRate * times.squareRoot()
            }
        // To be read: 0.010371, not all its digits.
        return Double(String(format: "%.5g", rate)) ?? rate
    }

    /// Writes down what was chosen.
    package func apply(to configuration: inout Configuration) {
        (configuration.optimizer, configuration.learningRate, configuration.beta2) = (optimizer, learningRate, beta2)
        (configuration.schedule, configuration.warmupSteps) = (schedule, warmupSteps)
    }
}

extension Configuration {
    /// Writes down what follows from the settings and the number of samples alone: the recipe for large batches, if it is asked
    /// for, and where the schedule ends.
    /// - Returns: what was chosen for a large batch.
    /// - Throws: `SettingsError` for settings that the optimizer or the schedule has no use for.
    package mutating func resolveRecipes(samples: Int) throws(SettingsError) -> LargeBatchRecipe? {
        let recipe = largeBatch ? LargeBatchRecipe(self, samples: samples) : nil
        recipe?.apply(to: &self)
        try requireFittingOptimizer()
        try resolveSchedule(samples: samples)
        return recipe
    }
}

import Foundation
import Optimizers

/// The settings that `--large-batch` chooses, so that training with a much larger batch reaches the same accuracy in the
/// same number of epochs.
///
/// With gradient descent, the learning rate is proportional to the batch size (Goyal et al. 2017). Above four times the
/// rate of a batch of 256 that diverges, and LAMB is used instead (You et al. 2020): layer-wise scaling as in LARS, for
/// Adam. On dense networks its accuracy is 0.5 to 1.3 points above that of LARS. Its steps are relative to the weights'
/// norms, so fewer steps must be larger: a learning rate of 0.22 / √steps suits 30 steps as well as 7,000.
package struct LargeBatchRecipe: Sendable, Equatable {
    package let optimizer: OptimizerName
    package let learningRate: Double
    package let warmupSteps: Int
    package let schedule: LearningRateSchedule
    package let beta2: Double
    /// The number of samples in a step.
    package let batchSize: Int
    /// The length of the schedule in steps.
    package let steps: Int

    /// The batch size for which the optimizers' default learning rates are meant.
    private static let baseBatchSize = 256
    /// The multiple of the base above which LAMB replaces gradient descent.
    private static let maximumDescentRatio = 4.0

    /// Keeps all specified settings. A specified learning rate, momentum or Nesterov flag without an optimizer implies
    /// gradient descent.
    /// - Parameter samples: the size of the training split.
    package init(_ configuration: Configuration, samples: Int) {
        schedule = configuration.specifies("schedule") ? configuration.schedule : .cosine(end: 0)
        batchSize = min(configuration.minibatchSize, samples)
        steps = configuration.stepsOfSchedule(samples: samples)
        let ratio = Double(batchSize) / Double(Self.baseBatchSize)
        let isForDescent = configuration.learningRate != nil || configuration.momentum != nil || configuration.nesterov
        let isFree = !configuration.specifies("optimizer") && !isForDescent
        optimizer = isFree && ratio > Self.maximumDescentRatio ? .lamb : configuration.optimizer
        learningRate = configuration.learningRate ?? Self.rate(of: optimizer, ratio: ratio, steps: steps)
        warmupSteps = configuration.specifies("warmupSteps") ? configuration.warmupSteps : steps / 10
        // Averages squared gradients over some 20 steps rather than 1,000, since large batches take few steps.
        beta2 = optimizer == .lamb && !configuration.specifies("beta2") ? 0.95 : configuration.beta2
    }

    /// - Parameter ratio: the batch size divided by the base.
    private static func rate(of optimizer: OptimizerName, ratio: Double, steps: Int) -> Double {
        let rate =
            switch optimizer {
            case .sgd: optimizer.learningRate * ratio
            case .lamb: 0.22 / Double(steps).squareRoot()
            default: optimizer.learningRate * ratio.squareRoot()
            }
        // Rounded for display: 0.010371.
        return Double(String(format: "%.5g", rate)) ?? rate
    }

    /// Applies the chosen settings.
    package func apply(to configuration: inout Configuration) {
        (configuration.optimizer, configuration.learningRate, configuration.beta2) = (optimizer, learningRate, beta2)
        (configuration.schedule, configuration.warmupSteps) = (schedule, warmupSteps)
    }
}

extension Configuration {
    /// Resolves the settings that depend only on other settings and on the number of samples: the large-batch recipe, if
    /// requested, and the length of the schedule.
    /// - Returns: the large-batch recipe; nil if it was not requested.
    /// - Throws: `SettingsError` for settings that do not apply to the optimizer or the schedule.
    package mutating func resolveRecipes(samples: Int) throws(SettingsError) -> LargeBatchRecipe? {
        let recipe = largeBatch ? LargeBatchRecipe(self, samples: samples) : nil
        recipe?.apply(to: &self)
        try requireSettingsFitOptimizer()
        try resolveSchedule(samples: samples)
        return recipe
    }
}

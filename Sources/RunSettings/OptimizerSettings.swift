import Networks
import Optimizers

extension Configuration {
    /// The learning rate before the schedule is applied.
    package var initialLearningRate: Double { learningRate ?? optimizer.learningRate }

    /// Checks that all specified settings apply to the optimizer.
    /// - Throws: `SettingsError.settingDoesNotFit`.
    package func requireSettingsFitOptimizer() throws(SettingsError) {
        func require(_ isSet: Bool, _ setting: String, _ fits: (OptimizerName) -> Bool) throws(SettingsError) {
            guard isSet, !fits(optimizer) else { return }
            throw .settingDoesNotFit(
                setting: setting, of: "optimizer", value: optimizer.rawValue,
                fitting: OptimizerName.allCases.filter(fits).map(\.rawValue))
        }
        let defaults = Configuration()
        try require(momentum != nil, "momentum") { $0.momentum != nil }
        try require(nesterov, "nesterov") { $0 == .sgd }
        try require(epsilon != nil, "epsilon") { $0.epsilon != nil }
        for (setting, isSet) in [("beta1", beta1 != defaults.beta1), ("beta2", beta2 != defaults.beta2)] {
            try require(isSet, setting) { [.adam, .adamw, .lamb].contains($0) }
        }
        try require(rho != defaults.rho, "rho") { $0 == .rmsprop }
        try require(trust != defaults.trust, "trust") { $0 == .lars }
    }

    /// Replaces automatic settings with the optimizer's defaults.
    package mutating func resolveOptimizer() {
        learningRate = initialLearningRate
        momentum = momentum ?? optimizer.momentum
        epsilon = epsilon ?? optimizer.epsilon
    }

    /// Whether weight decay is applied to the weights directly rather than through the gradient.
    package var isDecayDecoupled: Bool { decoupledDecay || optimizer == .adamw || optimizer == .lamb }

    /// The optimizer with its hyperparameters.
    package func makeOptimizer() -> any Optimizer {
        let decay = WeightDecay(
            rate: Float(weightDecay), isDecoupled: isDecayDecoupled, includesBiases: decayBiases)
        let (momentum, epsilon) = (momentum ?? optimizer.momentum ?? 0, epsilon ?? optimizer.epsilon ?? 0)
        switch optimizer {
        case .sgd: return SGD(momentum: Float(momentum), nesterov: nesterov, decay: decay)
        case .adagrad: return Adagrad(epsilon: Float(epsilon), decay: decay)
        case .rmsprop:
            return RMSprop(rho: Float(rho), momentum: Float(momentum), epsilon: Float(epsilon), decay: decay)
        case .adam, .adamw, .lamb:
            return Adam(beta1: beta1, beta2: beta2, epsilon: epsilon, decay: decay, isLayerwise: optimizer == .lamb)
        case .lars: return LARS(trust: trust, momentum: Float(momentum), decay: decay)
        }
    }

    /// The number of additional buffers of the parameters' size: optimizer slots and moving average.
    package var slotCount: Int { makeOptimizer().slotNames.count + (movingAverage == nil ? 0 : 1) }

    /// The recipe of a parameter update.
    /// - Parameter samples: the size of the training split.
    package func updateRecipe(samples: Int) -> UpdateRecipe {
        UpdateRecipe(
            optimizer: makeOptimizer(),
            shaping: GradientShaping(
                normLimit: clipNorm, valueLimit: clipValue.map { Float($0) } ?? .infinity, l1: Float(l1)),
            maxNorm: maxNorm.map(MaxNorm.init), movingAverage: movingAverage,
            learningRate: learningRate(samples: samples))
    }

    /// The recipe for minimising a function in `steps` steps; each step counts as an epoch.
    /// - Throws: `SettingsError` for settings that do not apply to the optimizer or the schedule.
    package func updateRecipe(steps: Int) throws(SettingsError) -> UpdateRecipe {
        var configuration = self
        // A momentum of 0 applies to all optimizers.
        if configuration.momentum == 0 { configuration.momentum = nil }
        try configuration.requireSettingsFitOptimizer()
        configuration.momentum = momentum
        configuration.epochs = max(1, steps)
        try configuration.resolveSchedule(samples: 1)
        return configuration.updateRecipe(samples: 1)
    }

    /// Plain gradient descent without momentum and weight decay.
    package static var plainGradientDescent: Configuration {
        var configuration = Configuration()
        (configuration.momentum, configuration.weightDecay) = (0, 0)
        return configuration
    }
}

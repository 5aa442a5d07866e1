import Networks
import Optimizers

extension Configuration {
    /// Before any schedule.
    package var initialLearningRate: Double { learningRate ?? optimizer.learningRate }

    /// - Throws: `SettingsError` for a setting that the optimizer has no use for.
    package func requireFittingOptimizer() throws(SettingsError) {
        func require(_ isMeant: Bool, _ setting: String, _ fits: (OptimizerName) -> Bool) throws(SettingsError) {
            guard isMeant, !fits(optimizer) else { return }
            throw .settingDoesNotFit(
                setting: setting, of: "optimizer", value: optimizer.rawValue,
                fitting: OptimizerName.allCases.filter(fits).map(\.rawValue))
        }
        let defaults = Configuration()
        try require(momentum != nil, "momentum") { $0.momentum != nil }
        try require(nesterov, "nesterov") { $0 == .sgd }
        try require(epsilon != nil, "epsilon") { $0.epsilon != nil }
        for (setting, isMeant) in [("beta1", beta1 != defaults.beta1), ("beta2", beta2 != defaults.beta2)] {
            try require(isMeant, setting) { [.adam, .adamw, .lamb].contains($0) }
        }
        try require(rho != defaults.rho, "rho") { $0 == .rmsprop }
        try require(trust != defaults.trust, "trust") { $0 == .lars }
    }

    /// Writes down what is chosen by the optimizer's name.
    package mutating func resolveOptimizer() {
        learningRate = initialLearningRate
        momentum = momentum ?? optimizer.momentum
        epsilon = epsilon ?? optimizer.epsilon
    }

    /// Whether weight decay goes beside the gradient.
    package var isDecayDecoupled: Bool { decoupledDecay || optimizer == .adamw || optimizer == .lamb }

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

    /// Buffers as large as the parameters that training needs beside them.
    package var slotCount: Int { makeOptimizer().slotNames.count + (movingAverage == nil ? 0 : 1) }

    /// What turns gradients into steps.
    /// - Parameter samples: of the training split.
    package func updateRecipe(samples: Int) -> UpdateRecipe {
        UpdateRecipe(
            optimizer: makeOptimizer(),
            shaping: GradientShaping(
                normLimit: clipNorm, valueLimit: clipValue.map { Float($0) } ?? .infinity, l1: Float(l1)),
            maxNorm: maxNorm.map(MaxNorm.init), movingAverage: movingAverage,
            learningRate: learningRate(samples: samples))
    }

    /// The same for a descent of so many steps, each of them an epoch of a single sample.
    /// - Throws: `SettingsError` for settings that the optimizer or the schedule has no use for.
    package func updateRecipe(steps: Int) throws(SettingsError) -> UpdateRecipe {
        var configuration = self
        // A momentum of 0 is none, which fits all optimizers.
        if configuration.momentum == 0 { configuration.momentum = nil }
        try configuration.requireFittingOptimizer()
        configuration.momentum = momentum
        configuration.epochs = max(1, steps)
        try configuration.resolveSchedule(samples: 1)
        return configuration.updateRecipe(samples: 1)
    }

    /// Gradient descent and nothing else: no momentum, no weight decay.
    package static var plainDescent: Configuration {
        var configuration = Configuration()
        (configuration.momentum, configuration.weightDecay) = (0, 0)
        return configuration
    }
}

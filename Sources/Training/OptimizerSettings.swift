import Networks

extension Configuration.OptimizerName {
    /// What suits it, where nothing is said.
    var learningRate: Double {
        switch self {
        case .sgd: 0.1
        case .adagrad: 0.01
        case .rmsprop, .adam, .adamw: 0.001
        case .lars: 1
        case .lamb: 0.003
        }
    }

    /// nil where there is none.
    var momentum: Double? {
        switch self {
        case .sgd, .lars: 0.9
        case .rmsprop: 0
        case .adagrad, .adam, .adamw, .lamb: nil
        }
    }

    /// What keeps it from dividing by 0; nil where it does not divide.
    var epsilon: Double? {
        switch self {
        case .sgd, .lars: nil
        case .adagrad: 1e-10
        case .rmsprop, .adam, .adamw: 1e-8
        case .lamb: 1e-6
        }
    }
}

extension Configuration {
    /// Before any schedule.
    var initialLearningRate: Double { learningRate ?? optimizer.learningRate }

    /// - Throws: `TrainingError` for a setting that the optimizer has no use for.
    func requireFittingOptimizer() throws(TrainingError) {
        func require(_ isMeant: Bool, _ setting: String, _ fits: (OptimizerName) -> Bool) throws(TrainingError) {
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
    mutating func resolveOptimizer() {
        learningRate = initialLearningRate
        momentum = momentum ?? optimizer.momentum
        epsilon = epsilon ?? optimizer.epsilon
    }

    /// Whether weight decay goes beside the gradient.
    var isDecayDecoupled: Bool { decoupledDecay || optimizer == .adamw || optimizer == .lamb }

    func makeOptimizer() -> any Optimizer {
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
    var slotCount: Int { makeOptimizer().slotNames.count + (movingAverage == nil ? 0 : 1) }

    var gradientShaping: GradientShaping {
        GradientShaping(
            normLimit: clipNorm, valueLimit: clipValue.map { Float($0) } ?? .infinity, l1: Float(l1))
    }
}

/// The optimizers by name, with their default settings.
package enum OptimizerName: String, Sendable, CaseIterable {
    case sgd, adagrad, rmsprop, adam, adamw, lars, lamb

    /// The base learning rate.
    package var learningRate: Double {
        switch self {
        case .sgd: 0.1
        case .adagrad: 0.01
        case .rmsprop, .adam, .adamw: 0.001
        case .lars: 1
        case .lamb: 0.003
        }
    }

    /// nil: it has none.
    package var momentum: Double? {
        switch self {
        case .sgd, .lars: 0.9
        case .rmsprop: 0
        case .adagrad, .adam, .adamw, .lamb: nil
        }
    }

    /// ε, which keeps it from dividing by 0; nil: it does not divide.
    package var epsilon: Double? {
        switch self {
        case .sgd, .lars: nil
        case .adagrad: 1e-10
        case .rmsprop, .adam, .adamw: 1e-8
        case .lamb: 1e-6
        }
    }
}

import Foundation

/// The targets of one sample.
package enum ReferenceTarget: Sendable {
    case classID(Int)
    case values([Double])
    /// Of the steps of a sequence. The row of outputs has those of one step after another, and padding after the last.
    indirect case steps([ReferenceTarget])
}

/// The loss of one sample in Double, on the outputs y after the output activation, by its textbook formula. Its names are
/// `Loss`'s, which maps to it by them.
package enum ReferenceLoss: String, CaseIterable, Sendable {
    /// Σ_j (y_j − t_j)² / n
    case meanSquaredError = "mse"
    /// Σ_j (y_j − t_j)²
    case sumSquaredError = "sse"
    /// Σ_j |y_j − t_j| / n
    case meanAbsoluteError = "mae"
    /// Σ_j h(y_j − t_j) / n, h(d) = d²/2 up to |d| = δ, then δ (|d| − δ/2)
    case huber
    /// −Σ_j t_j log y_j, after softmax
    case crossEntropy = "cross-entropy"
    /// −Σ_j (t_j log y_j + (1 − t_j) log(1 − y_j)) / n, after sigmoid
    case binaryCrossEntropy = "binary-cross-entropy"
    /// Σ_j t_j (log t_j − log y_j), after softmax
    case divergence = "kl-divergence"
    /// Σ_j max(0, 1 − s_j y_j) / n; of a class id, Σ_j max(0, 1 + y_j − y_label) / n over the others
    case hinge
    /// Σ_j max(0, −s_j y_j) / n on y = z
    case perceptron

    /// The options of a loss, at their defaults.
    package struct Options: Sendable {
        package var labelSmoothing = 0.0
        /// Empty: all 1.
        package var classWeights: [Double] = []
        package var huberDelta = 1.0
        package init() {}
    }

    /// The output activations that the loss is defined for.
    package var outputActivations: [ReferenceActivation] {
        switch self {
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: ReferenceActivation.allCases
        case .crossEntropy, .divergence: [.softmax]
        case .binaryCrossEntropy: [.sigmoid]
        // The perceptron's step comes after the criterion.
        case .hinge, .perceptron: [.identity]
        }
    }

    /// The loss of one sample.
    /// - Parameter z: the logits, of which log softmax and log sigmoid are right even if y is 0 or 1.
    package func value(
        _ y: [Double], z: [Double], _ target: ReferenceTarget, _ options: Options = Options()
    ) -> Double {
        let (n, t) = (Double(y.count), Self.values(target, count: y.count))
        if case (.hinge, .classID(let label)) = (self, target) {
            return y.indices.reduce(0) { $1 == label ? $0 : $0 + max(0, 1 + y[$1] - y[label]) / n }
        }
        let logarithms = ReferenceActivation.logSoftmax.apply(z)
        return y.indices.reduce(0) { sum, j in
            let d = abs(y[j] - t[j])
            switch self {
            case .meanSquaredError: return sum + d * d / n
            case .sumSquaredError: return sum + d * d
            case .meanAbsoluteError: return sum + d / n
            case .huber:
                let delta = options.huberDelta
                return sum + (d <= delta ? d * d / 2 : delta * (d - delta / 2)) / n
            case .crossEntropy, .divergence:
                let q = options.smoothed(t[j], classes: n)
                let entropy = self == .divergence && q > 0 ? q * log(q) : 0
                return sum + options.weight(j) * (entropy - (q > 0 ? q * logarithms[j] : 0))
            case .binaryCrossEntropy:
                let q = options.smoothed(t[j], classes: 2)
                // −log σ(z) and −log(1 − σ(z))
                let (one, zero) = (ReferenceActivation.softplus(-z[j]), ReferenceActivation.softplus(z[j]))
                return sum + (options.weight(1) * q * one + options.weight(0) * (1 - q) * zero) / n
            case .hinge: return sum + max(0, 1 - Self.sign(t[j]) * y[j]) / n
            case .perceptron: return sum + max(0, -Self.sign(t[j]) * y[j]) / n
            }
        }
    }

    /// ∂L/∂y. Cross entropies need 0 < y < 1.
    package func gradient(_ y: [Double], _ target: ReferenceTarget, _ options: Options = Options()) -> [Double] {
        let (n, t) = (Double(y.count), Self.values(target, count: y.count))
        if case (.hinge, .classID(let label)) = (self, target) {
            var slopes = y.indices.map { $0 != label && 1 + y[$0] - y[label] > 0 ? 1 / n : 0 }
            slopes[label] = -slopes.reduce(0, +)
            return slopes
        }
        return y.indices.map { j in
            let (d, s) = (y[j] - t[j], Self.sign(t[j]))
            switch self {
            case .meanSquaredError: return 2 * d / n
            case .sumSquaredError: return 2 * d
            case .meanAbsoluteError: return (d > 0 ? 1 : d < 0 ? -1 : 0) / n
            case .huber:
                let delta = options.huberDelta
                return (abs(d) <= delta ? d : d > 0 ? delta : -delta) / n
            case .crossEntropy, .divergence:
                return -options.weight(j) * options.smoothed(t[j], classes: n) / y[j]
            case .binaryCrossEntropy:
                let q = options.smoothed(t[j], classes: 2)
                return (options.weight(0) * (1 - q) / (1 - y[j]) - options.weight(1) * q / y[j]) / n
            case .hinge: return 1 - s * y[j] > 0 ? -s / n : 0
            case .perceptron: return (y[j] >= 0) != (s > 0) ? -s / n : 0
            }
        }
    }

    private static func values(_ target: ReferenceTarget, count: Int) -> [Double] {
        switch target {
        case .classID(let label): (0..<count).map { $0 == label ? 1 : 0 }
        case .values(let values): values
        case .steps: preconditionFailure("the network goes through the steps")
        }
    }

    private static func sign(_ target: Double) -> Double { target >= 0.5 ? 1 : -1 }
}

extension ReferenceLoss.Options {
    fileprivate func weight(_ j: Int) -> Double { classWeights.isEmpty ? 1 : classWeights[j] }

    fileprivate func smoothed(_ target: Double, classes: Double) -> Double {
        (1 - labelSmoothing) * target + labelSmoothing / classes
    }
}

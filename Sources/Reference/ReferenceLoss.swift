import Foundation

/// What a sample's outputs should have been.
public enum ReferenceTarget: Sendable {
    case classID(Int)
    case values([Double])
}

/// The loss of one sample in Double, on the outputs y after the output activation, by its textbook formula. Nothing is
/// fused, so this holds for logits of moderate size only. Names are the library's, so that tests can map them.
public enum ReferenceLoss: String, CaseIterable, Sendable {
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

    /// What a loss can be given beside its name, at its defaults.
    public struct Options: Sendable {
        public var labelSmoothing = 0.0
        /// None: all 1.
        public var classWeights: [Double] = []
        public var huberDelta = 1.0
        public init() {}
    }

    /// The output activations that the loss is defined for.
    public var outputActivations: [ReferenceActivation] {
        switch self {
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: ReferenceActivation.allCases
        case .crossEntropy, .divergence: [.softmax]
        case .binaryCrossEntropy: [.sigmoid]
        // The perceptron's step comes after the criterion.
        case .hinge, .perceptron: [.identity]
        }
    }

    public func value(_ y: [Double], _ target: ReferenceTarget, _ options: Options = Options()) -> Double {
        terms(y, target, options).reduce(0) { $0 + $1.value }
    }

    /// ∂L/∂y
    public func gradient(_ y: [Double], _ target: ReferenceTarget, _ options: Options = Options()) -> [Double] {
        if case (.hinge, .classID(let label)) = (self, target) {
            var slopes = terms(y, target, options).map(\.slope)
            slopes[label] = -slopes.reduce(0, +)
            return slopes
        }
        return terms(y, target, options).map(\.slope)
    }

    /// Each output's part of the loss, and its slope there.
    private func terms(_ y: [Double], _ target: ReferenceTarget, _ options: Options) -> [(value: Double, slope: Double)]
    {
        let n = Double(y.count)
        func weight(_ j: Int) -> Double { options.classWeights.isEmpty ? 1 : options.classWeights[j] }
        let t: [Double] =
            switch target {
            case .classID(let label): y.indices.map { $0 == label ? 1 : 0 }
            case .values(let values): values
            }
        return y.indices.map { j in
            let (d, s) = (y[j] - t[j], t[j] >= 0.5 ? 1.0 : -1.0)
            switch self {
            case .meanSquaredError: return (d * d / n, 2 * d / n)
            case .sumSquaredError: return (d * d, 2 * d)
            case .meanAbsoluteError: return (abs(d) / n, (d > 0 ? 1 : d < 0 ? -1 : 0) / n)
            case .huber:
                let delta = options.huberDelta
                return abs(d) <= delta
                    ? (d * d / 2 / n, d / n) : (delta * (abs(d) - delta / 2) / n, (d > 0 ? delta : -delta) / n)
            case .crossEntropy, .divergence:
                let q = (1 - options.labelSmoothing) * t[j] + options.labelSmoothing / n
                let entropy = self == .divergence && q > 0 ? q * log(q) : 0
                return (weight(j) * (entropy - (q > 0 ? q * log(y[j]) : 0)), -weight(j) * q / y[j])
            case .binaryCrossEntropy:
                let q = (1 - options.labelSmoothing) * t[j] + options.labelSmoothing / 2
                let (one, zero) = (weight(1) * q, weight(0) * (1 - q))
                return (-(one * log(y[j]) + zero * log(1 - y[j])) / n, (zero / (1 - y[j]) - one / y[j]) / n)
            case .hinge:
                if case .classID(let label) = target {
                    let excess = 1 + y[j] - y[label]
                    return j != label && excess > 0 ? (excess / n, 1 / n) : (0, 0)
                }
                return 1 - s * y[j] > 0 ? ((1 - s * y[j]) / n, -s / n) : (0, 0)
            case .perceptron:
                return (y[j] >= 0) != (s > 0) ? (-s * y[j] / n, -s / n) : (0, 0)
            }
        }
    }
}

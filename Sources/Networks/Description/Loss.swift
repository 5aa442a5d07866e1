import Kernels

/// A loss, named as on the command line. The loss of a minibatch is the mean over its samples, with sample weights
/// Σ weight · loss / Σ weight; t are a sample's targets, y its outputs, z the logits: the values before the output
/// activation.
package enum Loss: String, Sendable, CaseIterable {
    /// Mean squared error: Σ_j (y_j − t_j)² / outputs.
    case meanSquaredError = "mse"
    /// Sum of squared errors: Σ_j (y_j − t_j)².
    case sumSquaredError = "sse"
    /// Mean absolute error: Σ_j |y_j − t_j| / outputs. Its slope is 0 where y_j = t_j.
    case meanAbsoluteError = "mae"
    /// ½ (y_j − t_j)² up to |y_j − t_j| = δ, from there on δ (|y_j − t_j| − ½ δ); the mean over the outputs (Huber 1964).
    case huber
    /// Cross entropy: −Σ_j t_j log softmax(z)_j, on class ids or probabilities. Fused with softmax.
    case crossEntropy = "cross-entropy"
    /// Binary cross entropy: −Σ_j (t_j log σ(z_j) + (1 − t_j) log(1 − σ(z_j))) / outputs. Fused with sigmoid.
    case binaryCrossEntropy = "binary-cross-entropy"
    /// Kullback–Leibler divergence of softmax(z) from probabilities: Σ_j t_j (log t_j − log softmax(z)_j). Fused with
    /// softmax.
    case divergence = "kl-divergence"
    /// Hinge loss: max(0, 1 − s_j y_j), with s_j = 1 for t_j ≥ ½, else −1; the mean over the outputs. Of several
    /// classes: Σ_j max(0, 1 + y_j − y_label) / outputs over the others (Weston and Watkins 1999).
    case hinge
    /// Perceptron criterion: max(0, −s_j z_j), the mean over the outputs; its descent on one sample at a time with rate
    /// 1 is the perceptron rule (Rosenblatt 1958). Fused with step.
    case perceptron

    /// The only output activation that the loss is defined for; nil when any will do.
    package var requiredOutputActivation: Activation? {
        switch self {
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber: nil
        case .crossEntropy, .divergence: .softmax
        case .binaryCrossEntropy: .sigmoid
        case .hinge: .identity
        case .perceptron: .step
        }
    }

    /// Whether it is computed from z together with its output activation, so that the last layer is linear.
    package var isFused: Bool { requiredOutputActivation != nil }

    /// The power of a unit that the loss is in, if y and t are in that unit: twice the difference y − t gives 2^degree
    /// times the loss, Huber's with twice its δ. nil for losses of classes and probabilities.
    package var degree: Int? {
        switch self {
        case .meanSquaredError, .sumSquaredError, .huber: 2
        case .meanAbsoluteError: 1
        case .crossEntropy, .binaryCrossEntropy, .divergence, .hinge, .perceptron: nil
        }
    }

    /// Whether targets are probabilities that label smoothing and class weights can change.
    package var takesProbabilities: Bool {
        switch self {
        case .crossEntropy, .binaryCrossEntropy, .divergence: true
        case .meanSquaredError, .sumSquaredError, .meanAbsoluteError, .huber, .hinge, .perceptron: false
        }
    }
}

/// The options of a loss.
package struct LossOptions: Sendable, Equatable {
    /// ε: targets t become (1 − ε) t + ε / classes (Szegedy et al. 2016). For losses that take probabilities.
    package var labelSmoothing: Float = 0
    /// A factor of each class's loss, which stays a mean over the samples; empty: all 1. For losses that take
    /// probabilities.
    package var classWeights: [Float] = []
    /// δ of the Huber loss.
    package var huberDelta: Float = 1

    package init() {}

    /// The same loss without label smoothing and class weights.
    package var plain: LossOptions {
        var plain = LossOptions()
        plain.huberDelta = huberDelta
        return plain
    }
}

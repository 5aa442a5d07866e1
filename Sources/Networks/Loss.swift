/// A loss, named as on the command line. The loss of a minibatch is the mean over its samples.
public enum Loss: String, Sendable, CaseIterable {
    /// Mean squared error: Σ_j (y_j − t_j)² / outputs.
    case meanSquaredError = "mse"
    /// Cross entropy on class ids: −log softmax(z)_label. Fused with softmax.
    case crossEntropy = "cross-entropy"
    /// Binary cross entropy: −Σ_j (t_j log σ(z_j) + (1 − t_j) log(1 − σ(z_j))) / outputs. Fused with sigmoid.
    case binaryCrossEntropy = "binary-cross-entropy"

    /// The only output activation that the loss is defined for; nil when any will do.
    public var requiredOutputActivation: Activation? {
        switch self {
        case .meanSquaredError: nil
        case .crossEntropy: .softmax
        case .binaryCrossEntropy: .sigmoid
        }
    }
}

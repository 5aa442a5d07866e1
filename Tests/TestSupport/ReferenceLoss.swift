import Foundation

/// What a sample's outputs should have been.
public enum ReferenceTarget: Sendable {
    case classID(Int)
    case values([Double])
}

/// The loss of one sample in Double, on the outputs y after the output activation, by its textbook formula. Nothing is
/// fused, so this holds for logits of moderate size only.
public enum ReferenceLoss: String, CaseIterable, Sendable {
    /// Σ_j (y_j − t_j)² / n
    case meanSquaredError = "mse"
    /// −log y_label, after softmax
    case crossEntropy = "cross-entropy"
    /// −Σ_j (t_j log y_j + (1 − t_j) log(1 − y_j)) / n, after sigmoid
    case binaryCrossEntropy = "binary-cross-entropy"

    /// The output activations that the loss is defined for.
    public var outputActivations: [ReferenceActivation] {
        switch self {
        case .meanSquaredError: ReferenceActivation.allCases
        case .crossEntropy: [.softmax]
        case .binaryCrossEntropy: [.sigmoid]
        }
    }

    public func value(_ y: [Double], _ target: ReferenceTarget) -> Double {
        let n = Double(y.count)
        switch (self, target) {
        case (.meanSquaredError, .values(let t)):
            return zip(y, t).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / n
        case (.crossEntropy, .classID(let label)):
            return -log(y[label])
        case (.binaryCrossEntropy, .values(let t)):
            return -zip(y, t).reduce(0) { $0 + $1.1 * log($1.0) + (1 - $1.1) * log(1 - $1.0) } / n
        default:
            fatalError("\(self) does not take \(target)")
        }
    }

    /// ∂L/∂y
    public func gradient(_ y: [Double], _ target: ReferenceTarget) -> [Double] {
        let n = Double(y.count)
        switch (self, target) {
        case (.meanSquaredError, .values(let t)):
            return zip(y, t).map { 2 * ($0 - $1) / n }
        case (.crossEntropy, .classID(let label)):
            return y.indices.map { $0 == label ? -1 / y[$0] : 0 }
        case (.binaryCrossEntropy, .values(let t)):
            return zip(y, t).map { ($0 - $1) / ($0 * (1 - $0)) / n }
        default:
            fatalError("\(self) does not take \(target)")
        }
    }
}

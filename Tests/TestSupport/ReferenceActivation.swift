import Foundation

/// An activation function in Double, by its textbook formula. Names are the library's, so that tests can map them.
public enum ReferenceActivation: String, CaseIterable, Sendable {
    case identity, sigmoid, tanh, relu, softmax

    /// activation(z) of one sample's values.
    public func apply(_ z: [Double]) -> [Double] {
        switch self {
        case .identity: return z
        case .sigmoid: return z.map { 1 / (1 + exp(-$0)) }
        case .tanh: return z.map { Foundation.tanh($0) }
        case .relu: return z.map { max(0, $0) }
        case .softmax:
            let powers = z.map { exp($0 - (z.max() ?? 0)) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
    }

    /// ∂y_k/∂z_j at y = activation(z), as [k][j].
    public func jacobian(_ y: [Double]) -> [[Double]] {
        y.indices.map { k in
            y.indices.map { j in
                switch self {
                case .identity: k == j ? 1 : 0
                case .sigmoid: k == j ? y[k] * (1 - y[k]) : 0
                case .tanh: k == j ? 1 - y[k] * y[k] : 0
                case .relu: k == j && y[k] > 0 ? 1 : 0
                case .softmax: y[k] * ((k == j ? 1 : 0) - y[j])
                }
            }
        }
    }

    /// ∂L/∂z_j = Σ_k ∂L/∂y_k ∂y_k/∂z_j
    public func backward(_ y: [Double], _ gradient: [Double]) -> [Double] {
        let jacobian = jacobian(y)
        return y.indices.map { j in y.indices.reduce(0) { $0 + gradient[$1] * jacobian[$1][j] } }
    }
}

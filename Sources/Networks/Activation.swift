import Kernels

/// An activation function, named as on the command line.
public enum Activation: String, Sendable, CaseIterable {
    /// y = z
    case identity
    /// y = 1 / (1 + e^−z)
    case sigmoid
    /// y = (e^z − e^−z) / (e^z + e^−z)
    case tanh
    /// y = max(0, z)
    case relu
    /// y_j = e^z_j / Σ_k e^z_k over a sample's outputs
    case softmax

    /// The form that runs inside a matrix multiplication, where there is one.
    var fused: FusedActivation? {
        switch self {
        case .identity: .identity
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .relu: .relu
        case .softmax: nil
        }
    }

    var elementwise: ElementwiseActivation {
        switch self {
        case .identity: .identity
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .relu: .relu
        case .softmax: .softmax
        }
    }
}

import Foundation

/// An activation function in Double, by its textbook formula. Its names are `Activation`'s, which maps to it by them.
package enum ReferenceActivation: String, CaseIterable, Sendable {
    case identity, step, sign, sigmoid, tanh, relu
    case leakyReLU = "leaky-relu"
    case elu, selu, gelu
    case geluTanh = "gelu-tanh"
    case silu, softplus, softmax
    case logSoftmax = "log-softmax"

    /// Whether it has a derivative everywhere, which a finite difference finds.
    package var isSmooth: Bool {
        switch self {
        case .step, .sign, .relu, .leakyReLU, .elu, .selu: false
        default: true
        }
    }

    private static let (seluScale, seluAlpha) = (1.0507009873554805, 1.6732632423543772)

    /// activation(z) of one sample's z.
    package func apply(_ z: [Double]) -> [Double] {
        switch self {
        case .identity: return z
        case .sigmoid: return z.map { 1 / (1 + exp(-$0)) }
        case .tanh: return z.map { Foundation.tanh($0) }
        case .step: return z.map { $0 >= 0 ? 1 : 0 }
        case .sign: return z.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        case .relu: return z.map { max(0, $0) }
        case .leakyReLU: return z.map { $0 > 0 ? $0 : 0.01 * $0 }
        case .elu: return z.map { $0 > 0 ? $0 : exp($0) - 1 }
        case .selu: return z.map { Self.seluScale * ($0 > 0 ? $0 : Self.seluAlpha * (exp($0) - 1)) }
        case .gelu: return z.map { $0 * Self.normalDistribution($0) }
        case .geluTanh: return z.map { $0 / 2 * (1 + Foundation.tanh(Self.geluArgument($0))) }
        case .silu: return z.map { $0 / (1 + exp(-$0)) }
        case .softplus: return z.map(Self.softplus)
        case .logSoftmax:
            let largest = z.max() ?? 0
            let logarithm = log(z.reduce(0) { $0 + exp($1 - largest) })
            return z.map { $0 - largest - logarithm }
        case .softmax:
            let powers = z.map { exp($0 - (z.max() ?? 0)) }
            let sum = powers.reduce(0, +)
            return powers.map { $0 / sum }
        }
    }

    /// log(1 + e^z) without overflow of e^z.
    static func softplus(_ z: Double) -> Double { max(z, 0) + log1p(exp(-abs(z))) }

    /// Φ(z)
    private static func normalDistribution(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

    private static func geluArgument(_ z: Double) -> Double {
        (2 / Double.pi).squareRoot() * (z + 0.044715 * z * z * z)
    }

    /// ∂y_k/∂z_j at z, as [k][j].
    package func jacobian(_ z: [Double]) -> [[Double]] {
        let y = apply(z)
        return z.indices.map { k in
            z.indices.map { j in
                switch self {
                case .softmax: y[k] * ((k == j ? 1 : 0) - y[j])
                case .logSoftmax: (k == j ? 1 : 0) - exp(y[j])
                default: k == j ? slope(z[k]) : 0
                }
            }
        }
    }

    /// dy/dz of an activation of each z by itself.
    private func slope(_ z: Double) -> Double {
        let sigma = 1 / (1 + exp(-z))
        switch self {
        case .identity: return 1
        case .step, .sign: return 0
        case .sigmoid: return sigma * (1 - sigma)
        case .tanh: return 1 - Foundation.tanh(z) * Foundation.tanh(z)
        case .relu: return z > 0 ? 1 : 0
        case .leakyReLU: return z > 0 ? 1 : 0.01
        case .elu: return z > 0 ? 1 : exp(z)
        case .selu: return Self.seluScale * (z > 0 ? 1 : Self.seluAlpha * exp(z))
        case .gelu: return Self.normalDistribution(z) + z * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
        case .geluTanh:
            let t = Foundation.tanh(Self.geluArgument(z))
            let inner = (2 / Double.pi).squareRoot() * (1 + 3 * 0.044715 * z * z)
            return (1 + t) / 2 + z / 2 * (1 - t * t) * inner
        case .silu: return sigma * (1 + z * (1 - sigma))
        case .softplus: return sigma
        case .softmax, .logSoftmax: preconditionFailure("no function of one z")
        }
    }

    /// ∂L/∂z_j = Σ_k ∂L/∂y_k ∂y_k/∂z_j
    /// - Parameter gradient: ∂L/∂y at z.
    package func backward(_ z: [Double], _ gradient: [Double]) -> [Double] {
        let jacobian = jacobian(z)
        return z.indices.map { j in z.indices.reduce(0) { $0 + gradient[$1] * jacobian[$1][j] } }
    }
}

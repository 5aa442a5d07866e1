import Kernels

extension Activation {
    /// Keras's name of the function; nil if it has none of that form. Its `leaky_relu` has another slope.
    var kerasName: String? {
        switch self {
        case .identity: "linear"
        case .sigmoid, .tanh, .relu, .elu, .selu, .gelu, .silu, .softplus, .softmax: rawValue
        case .logSoftmax: "log_softmax"
        case .leakyReLU, .geluTanh, .step, .sign: nil
        }
    }

    /// - Returns: nil for a name that stands for no function that networks in words have.
    init?(kerasName name: String) {
        guard let found = Self.allCases.first(where: { $0.kerasName == (name == "swish" ? "silu" : name) }) else {
            return nil
        }
        self = found
    }

    /// Whether an output depends on all values of a sample.
    var isOfAllValues: Bool { self == .softmax || self == .logSoftmax }
}

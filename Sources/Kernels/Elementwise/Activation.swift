import COneDNN
import CVector

/// An activation function, named as on the command line: y = f(z) of a neuron's weighted sum z.
public enum Activation: String, Sendable, CaseIterable {
    /// y = z
    case identity
    /// y = 1 where z ≥ 0, else 0: Heaviside's step, the perceptron's output (Rosenblatt 1958). Its slope is 0.
    case step
    /// y = 1 where z > 0, −1 where z < 0, 0 at 0. Its slope is 0.
    case sign
    /// y = 1 / (1 + e^−z)
    case sigmoid
    /// y = (e^z − e^−z) / (e^z + e^−z)
    case tanh
    /// y = max(0, z) (Nair and Hinton 2010)
    case relu
    /// y = z where z > 0, else 0.01 z (Maas et al. 2013)
    case leakyReLU = "leaky-relu"
    /// y = z where z > 0, else e^z − 1 (Clevert et al. 2016)
    case elu
    /// y = λ z where z > 0, else λ α (e^z − 1), with λ = 1.0507…, α = 1.6732…, which keep mean 0 and variance 1 from
    /// layer to layer (Klambauer et al. 2017)
    case selu
    /// y = z Φ(z), Φ the normal distribution function (Hendrycks and Gimpel 2016)
    case gelu
    /// y = ½ z (1 + tanh(√(2/π) (z + 0.044715 z³))), the same paper's approximation
    case geluTanh = "gelu-tanh"
    /// y = z σ(z) (Elfwing et al. 2018)
    case silu
    /// y = log(1 + e^z)
    case softplus
    /// y_j = e^z_j / Σ_k e^z_k over a sample's outputs
    case softmax
    /// y_j = z_j − log Σ_k e^z_k over a sample's outputs
    case logSoftmax = "log-softmax"
}

extension Activation {
    /// oneDNN's form of it; nil if it has none.
    var primitive: conednn_activation? {
        switch self {
        case .identity: CONEDNN_IDENTITY
        case .sigmoid: CONEDNN_SIGMOID
        case .tanh: CONEDNN_TANH
        case .relu: CONEDNN_RELU
        case .leakyReLU: CONEDNN_LEAKY_RELU
        case .elu: CONEDNN_ELU
        case .selu: CONEDNN_SELU
        case .gelu: CONEDNN_GELU
        case .geluTanh: CONEDNN_GELU_TANH
        case .silu: CONEDNN_SILU
        case .softplus: CONEDNN_SOFTPLUS
        case .step, .sign, .softmax, .logSoftmax: nil
        }
    }

    /// CVector's loops for it; nil if the slope is no simple function of y.
    private var loops: cvector_activation? {
        switch self {
        case .identity: CVECTOR_IDENTITY
        case .step: CVECTOR_STEP
        case .sign: CVECTOR_SIGN
        case .sigmoid: CVECTOR_SIGMOID
        case .tanh: CVECTOR_TANH
        case .relu: CVECTOR_RELU
        case .leakyReLU: CVECTOR_LEAKY_RELU
        case .elu: CVECTOR_ELU
        case .selu: CVECTOR_SELU
        case .softmax: CVECTOR_SOFTMAX
        case .logSoftmax: CVECTOR_LOG_SOFTMAX
        case .gelu, .geluTanh, .silu, .softplus: nil
        }
    }

    /// Whether the backward pass needs z, since the slope is no simple function of y.
    package var needsInput: Bool { loops == nil }

    /// Whether it is fused into a matrix multiplication, which applies it while the result is in registers.
    package var isFused: Bool { primitive != nil && !needsInput }

    /// Whether `apply` computes it; if not, `ActivationPrimitive` does.
    package var hasLoop: Bool { loops != nil && (!isFused || self == .sigmoid || self == .identity) }

    /// `values` [rows, columns]: z becomes y, if `hasLoop`.
    package func apply(to values: FloatView, columns: Int) {
        guard let loops, hasLoop else { preconditionFailure("\(self) is ActivationPrimitive's") }
        cvector_activate(loops, values.base, rows(of: values, columns), columns)
    }

    /// `gradient` [rows, columns]: ∂L/∂y becomes ∂L/∂z, for the y in `outputs` [rows, columns]. Not for `needsInput`.
    package func backward(outputs: FloatView, gradient: FloatView, columns: Int) {
        guard let loops else { preconditionFailure("\(self) is ActivationPrimitive's") }
        precondition(outputs.count == gradient.count)
        cvector_activation_backward(loops, outputs.base, gradient.base, rows(of: gradient, columns), columns)
    }
}

/// An activation function of each element by itself, compiled for `count` elements. It belongs to one worker.
package final class ActivationPrimitive {
    private let activation: Activation
    private let count: Int
    private let handle: OpaquePointer

    /// - Throws: `KernelError` when oneDNN cannot make the primitive.
    package init(_ activation: Activation, count: Int) throws(KernelError) {
        guard let primitive = activation.primitive else { preconditionFailure("\(activation) is not oneDNN's") }
        var created: OpaquePointer?
        let status = conednn_eltwise_create(primitive, Int64(count), &created)
        guard status == 0, let created else { throw KernelError(operation: activation.rawValue, status: status) }
        self.activation = activation
        self.count = count
        handle = created
    }

    deinit {
        conednn_eltwise_destroy(handle)
    }

    /// y = f(z)
    package func forward(_ inputs: FloatView, into outputs: FloatView) throws(KernelError) {
        precondition(inputs.count == count && outputs.count == count)
        let status = conednn_eltwise_forward(handle, inputs.base, outputs.base)
        if status != 0 { throw KernelError(operation: activation.rawValue, status: status) }
        // Without a multiplication oneDNN has no λ.
        if activation == .selu { scale(outputs, by: 1.0507009873554805) }
    }

    /// `gradient`: ∂L/∂y becomes ∂L/∂z, for the z in `inputs`.
    package func backward(inputs: FloatView, gradient: FloatView) throws(KernelError) {
        precondition(inputs.count == count && gradient.count == count)
        let status = conednn_eltwise_backward(handle, inputs.base, gradient.base)
        if status != 0 { throw KernelError(operation: activation.rawValue, status: status) }
    }
}

import CVector

/// An activation function applied to each element, or for softmax to each row.
public enum ElementwiseActivation: Sendable {
    case identity, sigmoid, tanh, relu, softmax

    private var code: cvector_activation {
        switch self {
        case .identity: CVECTOR_IDENTITY
        case .sigmoid: CVECTOR_SIGMOID
        case .tanh: CVECTOR_TANH
        case .relu: CVECTOR_RELU
        case .softmax: CVECTOR_SOFTMAX
        }
    }

    /// `values` [rows, columns]: z becomes activation(z).
    public func apply(to values: FloatView, columns: Int) {
        cvector_activate(code, values.base, rows(of: values, columns), columns)
    }

    /// `gradient` [rows, columns]: ∂L/∂y becomes ∂L/∂z, for y = activation(z) in `outputs` [rows, columns].
    public func backward(outputs: FloatView, gradient: FloatView, columns: Int) {
        precondition(outputs.count == gradient.count)
        cvector_activation_backward(code, outputs.base, gradient.base, rows(of: gradient, columns), columns)
    }
}

/// Softmax cross entropy on class ids: `gradient` [rows, columns] becomes (softmax(z) − onehot(label)) / samples.
/// - Parameters:
///   - labels: one id a row, each at least 0 and below `columns`.
///   - samples: of the minibatch that these rows are of.
/// - Returns: the loss summed over the rows, and the number of rows whose largest logit is the label's.
public func softmaxCrossEntropy(
    logits: FloatView, labels: BufferView<Int32>, gradient: FloatView, columns: Int, samples: Int
) -> (loss: Double, correct: Int) {
    precondition(logits.count == labels.count * columns && gradient.count == logits.count)
    precondition(labels.pointer.allSatisfy { $0 >= 0 && Int($0) < columns })
    var correct: Int64 = 0
    let loss = cvector_softmax_cross_entropy(
        logits.base, labels.base, gradient.base, labels.count, columns, Float(samples), &correct)
    return (loss, Int(correct))
}

/// Sigmoid cross entropy: `gradient` [rows, columns] becomes (sigmoid(z) − t) / (columns · samples).
/// - Parameter samples: of the minibatch that these rows are of.
/// - Returns: the loss, each row's being the mean over its columns, summed over the rows.
public func sigmoidCrossEntropy(
    logits: FloatView, targets: FloatView, gradient: FloatView, columns: Int, samples: Int
) -> Double {
    precondition(logits.count == targets.count && gradient.count == logits.count)
    return cvector_sigmoid_cross_entropy(
        logits.base, targets.base, gradient.base, rows(of: logits, columns), columns, Float(samples))
}

/// Squared error: `gradient` [rows, columns] becomes 2 (y − t) / (columns · samples).
/// - Parameter samples: of the minibatch that these rows are of.
/// - Returns: the loss, each row's being the mean over its columns, summed over the rows.
public func squaredError(
    outputs: FloatView, targets: FloatView, gradient: FloatView, columns: Int, samples: Int
) -> Double {
    precondition(outputs.count == targets.count && gradient.count == targets.count)
    return cvector_squared_error(
        outputs.base, targets.base, gradient.base, rows(of: outputs, columns), columns, Float(samples))
}

private func rows(of matrix: FloatView, _ columns: Int) -> Int {
    precondition(columns > 0 && matrix.count % columns == 0)
    return matrix.count / columns
}

import CVector

/// Softmax cross entropy on class ids: `gradient` [rows, columns] becomes (softmax(z) − onehot(label)) / samples.
/// - Parameters:
///   - labels: one id a row, each at least 0 and below `columns`.
///   - samples: the divisor of the gradient: the samples of the whole minibatch; for one row of weight w, the sum of the
///     minibatch's weights divided by w.
/// - Returns: the loss summed over the rows, and the number of rows whose largest logit is the label's.
package func softmaxCrossEntropy(
    logits: FloatView, labels: BufferView<Int32>, gradient: FloatView, columns: Int, samples: Float
) -> (loss: Double, correct: Int) {
    precondition(logits.count == labels.count * columns && gradient.count == logits.count)
    requireIDs(labels, below: columns)
    var correct: Int64 = 0
    let loss = cvector_softmax_cross_entropy(
        logits.base, labels.base, gradient.base, labels.count, columns, samples, &correct)
    return (loss, Int(correct))
}

/// The targets of a softmax.
package enum ClassTargets {
    /// One id a row, each at least 0 and below the number of classes.
    case ids(BufferView<Int32>)
    /// [rows, columns]: probabilities, of sum 1 in each row.
    case probabilities(FloatView)
}

/// Softmax cross entropy with class weights and label smoothing: with q_j = w_j ((1 − ε) t_j + ε / columns), a row's
/// loss is −Σ_j q_j log softmax(z)_j, and `gradient` [rows, columns] becomes (softmax(z) Σ_j q_j − q) / samples.
/// - Parameters:
///   - weights: w, one a class; empty: all 1.
///   - smoothing: ε (Szegedy et al. 2016)
///   - isDivergence: whether the targets' entropy is subtracted, which makes it the Kullback–Leibler divergence.
///   - samples: the divisor of the gradient, as in `softmaxCrossEntropy`.
/// - Returns: the loss summed over the rows, and the number of rows whose largest logit and target are of one class.
package func classCrossEntropy(
    logits: FloatView, targets: ClassTargets, weights: [Float], smoothing: Float, isDivergence: Bool,
    gradient: FloatView, columns: Int, samples: Float
) -> (loss: Double, correct: Int) {
    precondition(gradient.count == logits.count && (weights.isEmpty || weights.count == columns))
    var described = cvector_class_targets()
    switch targets {
    case .ids(let labels):
        precondition(logits.count == labels.count * columns)
        requireIDs(labels, below: columns)
        described.labels = UnsafePointer(labels.base)
    case .probabilities(let values):
        precondition(logits.count == values.count)
        described.targets = UnsafePointer(values.base)
    }
    (described.smoothing, described.is_divergence) = (smoothing, isDivergence)
    var correct: Int64 = 0
    let loss = weights.withUnsafeBufferPointer { pointer in
        described.weights = weights.isEmpty ? nil : pointer.baseAddress
        return cvector_class_cross_entropy(
            logits.base, described, gradient.base, rows(of: logits, columns), columns, samples, &correct)
    }
    return (loss, Int(correct))
}

/// Multi-class hinge loss (Weston and Watkins 1999): a row's loss is Σ_j max(0, 1 + z_j − z_label) / columns over j ≠
/// label; `gradient` [rows, columns] becomes its slope divided by `samples`.
/// - Returns: the loss summed over the rows, and the number of rows whose largest logit is the label's.
package func classHinge(
    logits: FloatView, labels: BufferView<Int32>, gradient: FloatView, columns: Int, samples: Float
) -> (loss: Double, correct: Int) {
    precondition(logits.count == labels.count * columns && gradient.count == logits.count)
    requireIDs(labels, below: columns)
    var correct: Int64 = 0
    let loss = cvector_class_hinge(
        logits.base, labels.base, gradient.base, labels.count, columns, samples, &correct)
    return (loss, Int(correct))
}

/// A loss of each output y, or logit z, against its own target t.
package enum OutputLoss: Sendable {
    /// −w₁ t log σ(z) − w₀ (1 − t) log(1 − σ(z)), with t smoothed to (1 − ε) t + ε / 2
    case sigmoidCrossEntropy(smoothing: Float, weights: (Float, Float))
    /// (y − t)²
    case squaredError
    /// |y − t|; the slope is 0 at t
    case absoluteError
    /// ½ (y − t)² up to |y − t| = δ, from there on δ (|y − t| − ½ δ) (Huber 1964)
    case huber(delta: Float)
    /// max(0, margin − s z), with s = 1 where t ≥ ½, else −1
    case hinge(margin: Float)

    /// - Parameters:
    ///   - outputs: y, or z, [rows, columns].
    ///   - gradient: [rows, columns]; becomes the slope divided by `divisor` and `samples`.
    ///   - divisor: 1, or `columns` for the mean over a row.
    ///   - samples: the divisor of the gradient, as in `softmaxCrossEntropy`.
    ///   - factors: of each column's loss, [columns], which the gradient is without; empty: all 1.
    /// - Returns: the loss, divided by `divisor`, summed over the rows.
    package func evaluate(
        _ outputs: FloatView, targets: FloatView, gradient: FloatView, divisor: Int, samples: Float,
        factors: [Double] = []
    ) -> Double {
        precondition(outputs.count == targets.count && gradient.count == targets.count)
        let divisor = Float(divisor)
        guard factors.count > 1 else {
            return (factors.first ?? 1) * evaluate(outputs, targets, gradient, divisor, samples)
        }
        // One output at a time, because each has a factor of its own.
        var sum = 0.0
        for row in 0..<rows(of: outputs, factors.count) {
            for (column, factor) in factors.enumerated() {
                let index = row * factors.count + column
                let own = evaluate(
                    outputs.slice(index, 1), targets.slice(index, 1), gradient.slice(index, 1), divisor, samples)
                sum += factor * own
            }
        }
        return sum
    }

    private func evaluate(
        _ outputs: FloatView, _ targets: FloatView, _ gradient: FloatView, _ divisor: Float, _ samples: Float
    ) -> Double {
        let (y, t, g, count) = (outputs.base, targets.base, gradient.base, outputs.count)
        switch self {
        case .sigmoidCrossEntropy(let smoothing, let weights):
            return cvector_sigmoid_cross_entropy(y, t, g, count, divisor, samples, smoothing, weights.0, weights.1)
        case .squaredError: return cvector_squared_error(y, t, g, count, divisor, samples)
        case .absoluteError: return cvector_absolute_error(y, t, g, count, divisor, samples)
        case .huber(let delta): return cvector_huber(y, t, g, count, divisor, samples, delta)
        case .hinge(let margin): return cvector_hinge(y, t, g, count, divisor, samples, margin)
        }
    }
}

private func requireIDs(_ labels: BufferView<Int32>, below columns: Int) {
    precondition(labels.pointer.allSatisfy { $0 >= 0 && Int($0) < columns })
}

func rows(of matrix: FloatView, _ columns: Int) -> Int {
    precondition(columns > 0 && matrix.count % columns == 0)
    return matrix.count / columns
}

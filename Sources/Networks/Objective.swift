import Kernels

/// When an output counts as correct.
public enum Correctness: String, Sendable {
    /// The largest output is the label's.
    case largest
    /// Output and target are on the same side of one half.
    case threshold
    /// Nothing to count: the targets are measurements.
    case none
}

/// Sums over the samples of a shard, or of several.
public struct LossSum: Sendable, Equatable {
    public var loss = 0.0
    /// Samples counted as correct; outputs, where `Correctness.threshold` judges each output.
    public var correct = 0

    public init(loss: Double = 0, correct: Int = 0) {
        self.loss = loss
        self.correct = correct
    }

    public static func += (sum: inout LossSum, other: LossSum) {
        sum.loss += other.loss
        sum.correct += other.correct
    }
}

/// The network's end: output activation, loss, and what counts as correct.
public struct Objective: Sendable {
    public let loss: Loss
    public let outputActivation: Activation
    public let correctness: Correctness
    /// Values a sample: the width of the last layer.
    public let outputs: Int

    public init(loss: Loss, outputActivation: Activation, correctness: Correctness, outputs: Int) {
        self.loss = loss
        self.outputActivation = outputActivation
        self.correctness = correctness
        self.outputs = outputs
    }

    /// The loss summed over a shard, and the gradient of the mean over the minibatch.
    /// - Parameters:
    ///   - logits: [rows, outputs], the last layer's values before the output activation; become the outputs for
    ///     mean squared error.
    ///   - gradient: [rows, outputs], ∂L/∂logits, written.
    ///   - samples: of the minibatch.
    func evaluate(logits: FloatView, targets: TargetView, gradient: FloatView, samples: Int) -> LossSum {
        switch (loss, targets) {
        case (.crossEntropy, .classes(let labels)):
            let sum = softmaxCrossEntropy(
                logits: logits, labels: labels, gradient: gradient, columns: outputs, samples: samples)
            return LossSum(loss: sum.loss, correct: sum.correct)
        case (.binaryCrossEntropy, .values(let values)):
            let sum = sigmoidCrossEntropy(
                logits: logits, targets: values, gradient: gradient, columns: outputs, samples: samples)
            // sigmoid(z) ≥ ½ where z ≥ 0
            return LossSum(loss: sum, correct: countCorrect(logits, values, threshold: 0))
        case (.meanSquaredError, .values(let values)):
            outputActivation.elementwise.apply(to: logits, columns: outputs)
            let sum = squaredError(
                outputs: logits, targets: values, gradient: gradient, columns: outputs, samples: samples)
            outputActivation.elementwise.backward(outputs: logits, gradient: gradient, columns: outputs)
            return LossSum(loss: sum, correct: countCorrect(logits, values, threshold: 0.5))
        default:
            preconditionFailure("targets were not encoded for \(loss)")
        }
    }

    /// How many counted things a sample has, to divide `LossSum.correct` by; nil when nothing is counted.
    public var countedPerSample: Int? {
        switch correctness {
        case .largest: 1
        case .threshold: outputs
        case .none: nil
        }
    }

    private func countCorrect(_ values: FloatView, _ targets: FloatView, threshold: Float) -> Int {
        switch correctness {
        case .none:
            return 0
        case .threshold:
            return (0..<values.count).count { (values[$0] >= threshold) == (targets[$0] >= 0.5) }
        case .largest:
            return stride(from: 0, to: values.count, by: outputs).count { row in
                largest(values.slice(row, outputs)) == largest(targets.slice(row, outputs))
            }
        }
    }

    private func largest(_ row: FloatView) -> Int {
        (1..<row.count).reduce(0) { row[$1] > row[$0] ? $1 : $0 }
    }
}

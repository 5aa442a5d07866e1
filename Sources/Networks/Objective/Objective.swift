import Kernels

/// When a sample, or an output, counts as correct.
package enum Correctness: String, Sendable {
    /// The largest output is the label's.
    case largest
    /// Output and target are the same class of two, each by its threshold.
    case threshold
    /// Never: the targets are measurements.
    case none
}

/// Sums over the samples of a shard, or of several; over their valid steps if targets are one a step.
package struct LossSum: Sendable, Equatable {
    /// Each target's loss times its weight.
    package var loss = 0.0
    /// Correct targets; with `Correctness.threshold`, correct outputs.
    package var correct = 0

    package init(loss: Double = 0, correct: Int = 0) {
        self.loss = loss
        self.correct = correct
    }

    package static func += (sum: inout LossSum, other: LossSum) {
        sum.loss += other.loss
        sum.correct += other.correct
    }
}

/// What follows the last layer: output activation, loss, and what counts as correct.
package struct Objective: Sendable {
    package let loss: Loss
    package let options: LossOptions
    package let outputActivation: Activation
    package let correctness: Correctness
    /// The width of the last layer.
    package let outputs: Int
    /// What one unit of each standardised target is in the unit of the data, [outputs]; empty: all 1. The summed loss is
    /// in the unit of the data, its gradient is that of the standardised loss.
    package let targetDeviations: [Double]
    /// The factor of each output's loss in the reported sum: its deviation to the power of the loss's degree.
    private let lossFactors: [Double]

    /// - Parameter targetDeviations: for losses with a `degree`.
    package init(
        loss: Loss, options: LossOptions = LossOptions(), outputActivation: Activation, correctness: Correctness,
        outputs: Int, targetDeviations: [Double] = []
    ) {
        precondition(targetDeviations.isEmpty || targetDeviations.count == outputs && loss.degree != nil)
        self.loss = loss
        self.options = options
        self.outputActivation = outputActivation
        self.correctness = correctness
        self.outputs = outputs
        self.targetDeviations = targetDeviations
        lossFactors = targetDeviations.map { loss.degree == 2 ? $0 * $0 : $0 }
    }

    /// The activation of the last layer: the identity if the loss is fused with the output activation.
    var lastActivation: Activation { loss.isFused ? .identity : outputActivation }

    /// The least value at which a single output predicts class 1.
    package var outputThreshold: Float { loss == .hinge ? 0 : 0.5 }

    /// Turns the last layer's values [rows, outputs] into outputs: applies the activation of a fused loss.
    func activate(_ values: FloatView) {
        if loss.isFused { outputActivation.apply(to: values, columns: outputs) }
    }

    /// The loss summed over a shard, each sample's times its weight, and the gradient of the minibatch's mean, which is
    /// the sum over all its shards divided by the sum of the weights. If all weights are 0, so is the gradient.
    /// - Parameters:
    ///   - values: [rows, outputs], those of the last layer; [rows, steps, outputs] if targets are one a step.
    ///   - steps: nil if targets are one a sample.
    ///   - lengths: the number of each sample's targets, [rows]; nil if all have all steps. Values beyond are padding.
    ///   - weights: of the samples, [rows]; nil: all 1.
    ///   - gradient: ∂L/∂values, written, but for those of padding.
    ///   - totalWeight: of the whole minibatch; without weights, the number of its targets.
    func evaluate(
        _ values: FloatView, steps: Int? = nil, lengths: BufferView<Int32>? = nil, targets: TargetView,
        weights: FloatView?, gradient: FloatView, totalWeight: Double
    ) -> LossSum {
        if weights == nil, lengths == nil {
            return evaluate(values, targets: targets, gradient: gradient, samples: Float(totalWeight))
        }
        // Sample by sample, because each has a divisor of its own, which is infinity if its weight is 0, and padding of its own.
        let width = (steps ?? 1) * outputs
        var firstTarget = 0
        return (0..<values.count / width).reduce(into: LossSum()) { sum, row in
            let count = lengths.map { Int($0[row]) } ?? steps ?? 1
            let weight = weights.map { Double($0[row]) } ?? 1
            var own = evaluate(
                values.slice(row * width, count * outputs),
                targets: targets.rows(firstTarget..<firstTarget + count, outputs: outputs),
                gradient: gradient.slice(row * width, count * outputs),
                samples: weight > 0 ? Float(totalWeight / weight) : .infinity)
            own.loss *= weight
            sum += own
            firstTarget += count
        }
    }

    private func evaluate(_ values: FloatView, targets: TargetView, gradient: FloatView, samples: Float) -> LossSum {
        switch targets {
        case .classes(let labels): evaluate(values, classes: labels, gradient: gradient, samples: samples)
        case .values(let targets): evaluate(values, targets: targets, gradient: gradient, samples: samples)
        }
    }

    private func evaluate(
        _ values: FloatView, classes labels: BufferView<Int32>, gradient: FloatView, samples: Float
    ) -> LossSum {
        let sum =
            if loss == .hinge {
                classHinge(logits: values, labels: labels, gradient: gradient, columns: outputs, samples: samples)
            } else if options.labelSmoothing == 0 && options.classWeights.isEmpty {
                softmaxCrossEntropy(
                    logits: values, labels: labels, gradient: gradient, columns: outputs, samples: samples)
            } else {
                classCrossEntropy(values, .ids(labels), gradient: gradient, samples: samples)
            }
        return LossSum(loss: sum.loss, correct: sum.correct)
    }

    private func evaluate(
        _ values: FloatView, targets: FloatView, gradient: FloatView, samples: Float
    ) -> LossSum {
        func each(_ loss: OutputLoss, divisor: Int? = nil, threshold: Float) -> LossSum {
            let sum = loss.evaluate(
                values, targets: targets, gradient: gradient, divisor: divisor ?? outputs, samples: samples,
                factors: lossFactors)
            return LossSum(loss: sum, correct: countCorrect(values, targets, threshold: threshold))
        }
        switch loss {
        case .crossEntropy, .divergence:
            let sum = classCrossEntropy(values, .probabilities(targets), gradient: gradient, samples: samples)
            return LossSum(loss: sum.loss, correct: sum.correct)
        case .binaryCrossEntropy:
            let weights = options.classWeights.isEmpty ? [1, 1] : options.classWeights
            // sigmoid(z) ≥ ½ where z ≥ 0
            return each(
                .sigmoidCrossEntropy(smoothing: options.labelSmoothing, weights: (weights[0], weights[1])),
                threshold: 0)
        case .hinge: return each(.hinge(margin: 1), threshold: 0)
        case .perceptron: return each(.hinge(margin: 0), threshold: 0)
        case .meanSquaredError: return each(.squaredError, threshold: 0.5)
        case .sumSquaredError: return each(.squaredError, divisor: 1, threshold: 0.5)
        case .meanAbsoluteError: return each(.absoluteError, threshold: 0.5)
        case .huber: return each(.huber(delta: options.huberDelta), threshold: 0.5)
        }
    }

    private func classCrossEntropy(
        _ values: FloatView, _ targets: ClassTargets, gradient: FloatView, samples: Float
    ) -> (loss: Double, correct: Int) {
        Kernels.classCrossEntropy(
            logits: values, targets: targets, weights: options.classWeights, smoothing: options.labelSmoothing,
            isDivergence: loss == .divergence, gradient: gradient, columns: outputs, samples: samples)
    }

    /// What `LossSum.correct` counts of each target, to divide it by; nil if it counts nothing.
    package var countedPerTarget: Int? {
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
                values.slice(row, outputs).indexOfLargest == targets.slice(row, outputs).indexOfLargest
            }
        }
    }
}

extension FloatView {
    /// The index of the largest element; of equal ones, the first.
    package var indexOfLargest: Int { (1..<count).reduce(0) { self[$1] > self[$0] ? $1 : $0 } }
}

import Kernels

/// The key of a training pass's random numbers: the step, and the rows' position in the minibatch. How the minibatch is
/// cut and which worker takes a shard change nothing.
package struct PassRandomness: Sendable {
    let seed: UInt64
    let step: Int
    let firstRow: Int

    /// - Parameters:
    ///   - step: of the run, from 1.
    ///   - firstRow: the minibatch's row that is the pass's first.
    package init(seed: UInt64, step: Int, firstRow: Int) {
        self.seed = seed
        self.step = step
        self.firstRow = firstRow
    }
}

/// A layer that sets a random choice of its inputs to 0 in training, a new one for each step and sample, and scales up
/// the others (Srivastava et al. 2014); at inference it is the identity.
package struct Dropout: Layer {
    package static let kind = "dropout"
    package let inputShape: [Int]
    package let rate: Double
    /// Its index among the network's dropout layers, from 0: each has its own random numbers.
    package let index: Int

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 0 }

    package func makeKernel(rows: Int, microbatchRows: Int?) -> any LayerKernel { DropoutKernel(layer: self) }

    package var reference: ReferenceForm {
        .outputFactors { row, randomness in
            let mask = mask(randomness)
            return (0..<outputShape.reduce(1, *)).map { Double(mask.factor(row: row, column: $0)) }
        }
    }

    /// The factors that it multiplies a pass's rows by.
    package func mask(_ randomness: PassRandomness) -> DropoutMask {
        let random = Philox(
            seed: randomness.seed, purpose: .dropout, stream: UInt32(truncatingIfNeeded: randomness.step), layer: index
        )
        return DropoutMask(rate: rate, random: random, firstRow: randomness.firstRow)
    }
}

private final class DropoutKernel: LayerKernel {
    private let layer: Dropout
    private let columns: Int

    init(layer: Dropout) {
        self.layer = layer
        columns = layer.inputShape.reduce(1, *)
    }

    var scratchpadCount: Int { 0 }
    var conversionScratchCount: Int { 0 }
    var keptForBackwardCount: Int { 0 }

    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView? { nil }

    func forward(_ arguments: ForwardArguments) {
        apply(arguments.randomness, to: arguments.input, into: arguments.output)
    }

    /// Draws the mask again, which is faster than keeping it.
    func backward(_ arguments: BackwardArguments) {
        if let inputGradient = arguments.inputGradient {
            apply(arguments.randomness, to: arguments.outputGradient, into: inputGradient)
        }
    }

    private func apply(_ randomness: PassRandomness?, to values: FloatView, into results: FloatView) {
        guard let randomness else { return results.copy(from: values) }
        layer.mask(randomness).apply(to: values, into: results, columns: columns)
    }
}

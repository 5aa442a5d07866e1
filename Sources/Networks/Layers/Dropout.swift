import Kernels

/// What a training pass draws its random numbers by: the step and the rows' place in the minibatch, so that neither shards,
/// workers nor microbatches have a part in them.
package struct PassRandomness: Sendable {
    let seed: UInt64
    let step: Int
    let firstRow: Int

    /// - Parameters:
    ///   - step: of the run, from 1.
    ///   - firstRow: where in the minibatch the pass's rows begin.
    package init(seed: UInt64, step: Int, firstRow: Int) {
        self.seed = seed
        self.step = step
        self.firstRow = firstRow
    }
}

/// A layer that drops some of its inputs in training, others in each step and for each sample (Srivastava et al. 2014); at
/// prediction it lets everything through.
package struct Dropout: Layer {
    package static let kind = "dropout"
    package let inputShape: [Int]
    package let rate: Double
    /// Which of the network's dropout layers it is, from 0: each has random numbers of its own.
    package let index: Int

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 0 }

    package func makeKernel(rows: Int, microbatchRows: Int?) -> any LayerKernel { DropoutKernel(layer: self) }

    /// The mask, drawn for one row.
    package var reference: ReferenceForm {
        .outputFactors { row, randomness in
            let mask = mask(randomness)
            return (0..<outputShape.reduce(1, *)).map { Double(mask.factor(row: row, column: $0)) }
        }
    }

    /// What it does to the rows of a pass.
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

    /// The mask is drawn again: that is faster than to keep it.
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

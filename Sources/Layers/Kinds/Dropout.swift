import Kernels
import Reference

/// A layer that sets a random choice of its inputs to 0 in training, a new one for each step and sample, and scales up
/// the others (Srivastava et al. 2014); at inference it is the identity.
package struct Dropout: ItemLayer {
    /// `dropout 0.5`
    package static let word = ItemKind("dropout", numbers: [.init("share", .share)])
    package static let words = [word]
    package let inputShape: [Int]
    package let rate: Double
    /// Each dropout layer has its own random numbers.
    package let randomLayer: RandomLayer

    package init(inputShape: [Int], rate: Double, randomLayer: RandomLayer) {
        (self.inputShape, self.rate, self.randomLayer) = (inputShape, rate, randomLayer)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) {
        self.init(
            inputShape: place.inputShape, rate: item.number("share"), randomLayer: place.randomLayer)
    }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 0 }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { DropoutKernel(layer: self) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        guard let randomness else { return ReferenceScaling(factors: []) }
        let mask = mask(randomness)
        return ReferenceScaling(
            factors: (0..<rows).map { row in
                (0..<outputShape.reduce(1, *)).map { Double(mask.factor(row: row, column: $0)) }
            })
    }

    /// The factors that it multiplies a pass's rows by.
    package func mask(_ randomness: PassRandomness) -> DropoutMask {
        DropoutMask(rate: rate, random: randomness.numbers(of: randomLayer, .dropout), firstRow: randomness.firstRow)
    }
}

private final class DropoutKernel: LayerKernel {
    private let layer: Dropout
    private let columns: Int

    init(layer: Dropout) {
        self.layer = layer
        columns = layer.inputShape.reduce(1, *)
    }

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

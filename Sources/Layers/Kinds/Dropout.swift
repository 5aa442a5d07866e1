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

    private var columns: Int { inputShape.reduce(1, *) }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel {
        DropoutKernel(places: 1, columns: columns, mask: mask)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        randomness.map { mask($0).reference(rows: rows, places: 1, columns: columns) } ?? ReferenceScaling(factors: [])
    }

    /// The factors that it multiplies a pass's rows by.
    package func mask(_ randomness: PassRandomness) -> DropoutMask {
        DropoutMask(rate: rate, random: randomness.numbers(of: randomLayer, .dropout), firstRow: randomness.firstRow)
    }
}

extension DropoutMask {
    /// Its factors of the first rows, [rows, places, columns].
    func reference(rows: Int, places: Int, columns: Int) -> ReferenceScaling {
        ReferenceScaling(
            factors: (0..<rows).map { row in
                (0..<places * columns).map { Double(factor(row: row, column: $0 % columns)) }
            })
    }
}

/// Multiplies values [rows, places, columns] by a mask, whose factors all places share.
final class DropoutKernel: LayerKernel {
    private let places: Int
    private let columns: Int
    private let mask: (PassRandomness) -> DropoutMask

    init(places: Int, columns: Int, mask: @escaping (PassRandomness) -> DropoutMask) {
        (self.places, self.columns, self.mask) = (places, columns, mask)
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
        mask(randomness).apply(to: values, into: results, places: places, columns: columns)
    }
}

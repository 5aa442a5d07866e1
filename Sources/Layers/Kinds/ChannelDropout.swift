import Kernels
import Reference

/// A layer that sets a random choice of the channels of images [height, width, channels], or of sequences [time, channels],
/// to 0 in training, a new one for each step and sample, and scales up the others (Tompson et al. 2015): neighbours are so
/// alike that `Dropout` would take hardly anything away. At inference it is the identity.
package struct ChannelDropout: ItemLayer {
    /// `dropout2d 0.2`
    package static let word = ItemKind("dropout2d", numbers: [.init("share", .share)])
    package static let words = [word]
    package let inputShape: [Int]
    package let rate: Double
    /// Each of these layers has its own random numbers, which are others than those of `Dropout`.
    package let randomLayer: RandomLayer

    package init(inputShape: [Int], rate: Double, randomLayer: RandomLayer) {
        (self.inputShape, self.rate, self.randomLayer) = (inputShape, rate, randomLayer)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) throws(NetworkItemError.Problem) {
        let shape = place.inputShape
        guard shape.count == 2 || shape.count == 3 else { throw .isNoImage(shape) }
        self.init(inputShape: shape, rate: item.number("share"), randomLayer: place.randomLayer)
    }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 0 }

    private var places: Int { inputShape.dropLast().reduce(1, *) }
    private var channels: Int { inputShape[inputShape.count - 1] }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel {
        DropoutKernel(places: places, columns: channels, mask: mask)
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        randomness.map { mask($0).reference(rows: rows, places: places, columns: channels) }
            ?? ReferenceScaling(factors: [])
    }

    /// The factors that it multiplies the channels of a pass's rows by.
    package func mask(_ randomness: PassRandomness) -> DropoutMask {
        DropoutMask(
            rate: rate, random: randomness.numbers(of: randomLayer, .channelDropout), firstRow: randomness.firstRow)
    }
}

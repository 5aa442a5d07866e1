import Kernels
import Layers
import Reference

/// The channels of two values [time, channels] or [channels] side by side, as of both directions of a recurrent layer.
package struct Concatenation: Layer {
    package let inputShape: [Int]

    package init(inputShape: [Int]) { self.inputShape = inputShape }

    private var channels: Int { inputShape[inputShape.count - 1] }
    package var outputShape: [Int] { inputShape.dropLast() + [2 * channels] }
    package var operations: Int { 0 }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { ConcatenationKernel(channels: channels) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceConcatenation(channels: channels)
    }
}

private final class ConcatenationKernel: LayerKernel {
    private let channels: Int

    init(channels: Int) { self.channels = channels }

    /// The halves of the row at a place.
    private func halves(_ place: Int, of both: FloatView) -> (FloatView, FloatView) {
        let start = 2 * place * channels
        return (both.slice(start, channels), both.slice(start + channels, channels))
    }

    func forward(_ arguments: ForwardArguments) {
        guard let second = arguments.secondInput else { preconditionFailure("a concatenation has two inputs") }
        for place in 0..<arguments.input.count / channels {
            let (left, right) = halves(place, of: arguments.output)
            left.copy(from: arguments.input.slice(place * channels, channels))
            right.copy(from: second.slice(place * channels, channels))
        }
    }

    func backward(_ arguments: BackwardArguments) {
        for place in 0..<arguments.outputGradient.count / (2 * channels) {
            let (left, right) = halves(place, of: arguments.outputGradient)
            arguments.inputGradient?.slice(place * channels, channels).copy(from: left)
            arguments.secondInputGradient?.slice(place * channels, channels).copy(from: right)
        }
    }
}

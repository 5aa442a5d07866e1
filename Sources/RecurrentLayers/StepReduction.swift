import Kernels
import Layers
import Reference

/// One row [channels] of a sequence's steps [time, channels]: each channel's mean or maximum. Of a sequence without steps it is 0.
package struct StepReduction: Layer {
    package enum Kind: String, Sendable, CaseIterable { case mean, max }

    package let kind: Kind
    package let inputShape: [Int]

    package init(_ kind: Kind, inputShape: [Int]) {
        precondition(inputShape.count == 2)
        (self.kind, self.inputShape) = (kind, inputShape)
    }

    fileprivate var steps: Int { inputShape[0] }
    fileprivate var channels: Int { inputShape[1] }
    package var outputShape: [Int] { [channels] }
    package var operations: Int { kind == .mean ? steps * channels : 0 }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { StepReductionKernel(layer: self, rows: use.rows) }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceStepReduction(kind == .mean ? .mean : .max, steps: steps, channels: channels)
    }
}

private final class StepReductionKernel: LayerKernel {
    private let layer: StepReduction
    private let rows: Int
    let memory: KernelMemory

    init(layer: StepReduction, rows: Int) {
        (self.layer, self.rows) = (layer, rows)
        // Maxima: the step of each.
        memory = KernelMemory(kept: layer.kind == .max ? rows * layer.channels : 0)
    }

    private func length(_ row: Int, _ lengths: BufferView<Int32>?) -> Int {
        lengths.map { Int($0[row]) } ?? layer.steps
    }

    func forward(_ arguments: ForwardArguments) {
        let channels = layer.channels
        for row in 0..<rows {
            let output = arguments.output.slice(row * channels, channels)
            let length = length(row, arguments.lengths)
            func step(_ step: Int) -> FloatView {
                arguments.input.slice((row * layer.steps + step) * channels, channels)
            }
            guard length > 0 else {
                output.pointer.update(repeating: 0)
                continue
            }
            switch layer.kind {
            case .mean:
                output.copy(from: step(0))
                for index in 1..<length { add(output, step(index), into: output) }
                scale(output, by: 1 / Float(length))
            case .max:
                let places = arguments.kept.slice(row * channels, channels)
                for channel in 0..<channels {
                    var best = 0
                    for index in 1..<length where !(step(index)[channel] <= step(best)[channel]) { best = index }
                    (output[channel], places[channel]) = (step(best)[channel], Float(best))
                }
            }
        }
    }

    func backward(_ arguments: BackwardArguments) {
        guard let inputGradient = arguments.inputGradient else { return }
        let channels = layer.channels
        inputGradient.pointer.update(repeating: 0)
        for row in 0..<rows {
            let gradient = arguments.outputGradient.slice(row * channels, channels)
            let length = length(row, arguments.lengths)
            func step(_ step: Int) -> FloatView {
                inputGradient.slice((row * layer.steps + step) * channels, channels)
            }
            guard length > 0 else { continue }
            switch layer.kind {
            case .mean:
                scale(gradient, by: 1 / Float(length))
                for index in 0..<length { step(index).copy(from: gradient) }
            case .max:
                let places = arguments.kept.slice(row * channels, channels)
                for channel in 0..<channels { step(Int(places[channel]))[channel] = gradient[channel] }
            }
        }
    }
}

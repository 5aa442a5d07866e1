import Kernels
import Reference

/// The sum of two outputs, with which a residual block ends (He et al. 2016).
package struct Sum: Layer {
    package let inputShape: [Int]

    package init(inputShape: [Int]) { self.inputShape = inputShape }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { inputShape.reduce(1, *) }

    package func makeKernel(_ use: LayerUse) -> any LayerKernel { SumKernel() }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer { ReferenceSum() }
}

private final class SumKernel: LayerKernel {
    func forward(_ arguments: ForwardArguments) {
        guard let second = arguments.secondInput else { preconditionFailure("a sum has two inputs") }
        add(arguments.input, second, into: arguments.output)
    }

    func backward(_ arguments: BackwardArguments) {
        arguments.inputGradient?.copy(from: arguments.outputGradient)
        arguments.secondInputGradient?.copy(from: arguments.outputGradient)
    }
}

import Kernels
import Reference

/// An activation function as a layer of its own: output = activation(input), element by element, or for softmax sample by
/// sample.
package struct Elementwise: ItemLayer, ActivatedLayer {
    /// `activation relu`
    package static let words = [
        ItemKind("activation", numbers: [.init("function", .choice(Activation.allCases.map(\.rawValue)))])
    ]
    package let inputShape: [Int]
    package let activation: Activation

    package init(inputShape: [Int], activation: Activation) {
        (self.inputShape, self.activation) = (inputShape, activation)
    }

    package init(_ item: NetworkItem, _ place: ItemPlace) {
        self.init(inputShape: place.inputShape, activation: item.choice("function") ?? place.activation)
    }

    package var outputShape: [Int] { inputShape }
    package var operations: Int { 0 }

    package func makeKernel(_ use: LayerUse) throws -> any LayerKernel {
        try ElementwiseKernel(AppliedActivation(activation, rows: use.rows, columns: inputShape.reduce(1, *)))
    }

    package func reference(rows: Int, randomness: PassRandomness?) -> any ReferenceLayer {
        ReferenceElementwise(ReferenceActivation(activation))
    }
}

private final class ElementwiseKernel: LayerKernel {
    private let activation: AppliedActivation

    init(_ activation: AppliedActivation) { self.activation = activation }

    var memory: KernelMemory { KernelMemory(kept: activation.keptCount) }

    func forward(_ arguments: ForwardArguments) throws {
        activation.arguments(output: arguments.output, kept: arguments.kept).copy(from: arguments.input)
        try activation.forward(output: arguments.output, kept: arguments.kept)
    }

    func backward(_ arguments: BackwardArguments) throws {
        guard let inputGradient = arguments.inputGradient else { return }
        inputGradient.copy(from: arguments.outputGradient)
        try activation.backward(output: arguments.output, kept: arguments.kept, gradient: inputGradient)
    }
}

/// An activation function for one size of shard. Its arguments are kept for the backward pass if its slope is no function
/// of its output.
struct AppliedActivation {
    private let activation: Activation
    private let columns: Int
    private let isInMultiplication: Bool
    private let primitive: ActivationPrimitive?
    /// Floats that are kept from the forward to the backward pass.
    let keptCount: Int

    /// - Parameter isInMultiplication: whether a multiplication applies it to its results, if it can.
    init(_ activation: Activation, rows: Int, columns: Int, isInMultiplication: Bool = false) throws {
        (self.activation, self.columns) = (activation, columns)
        self.isInMultiplication = isInMultiplication && activation.isFused
        let needsPrimitive = activation.needsInput || !self.isInMultiplication && !activation.hasLoop
        primitive = needsPrimitive ? try ActivationPrimitive(activation, count: rows * columns) : nil
        keptCount = activation.needsInput ? rows * columns : 0
    }

    /// What the multiplication before it applies.
    var fused: Activation { isInMultiplication ? activation : .identity }

    /// Where its arguments are to be written before `forward`.
    func arguments(output: FloatView, kept: FloatView) -> FloatView { activation.needsInput ? kept : output }

    func forward(output: FloatView, kept: FloatView) throws {
        if isInMultiplication { return }
        if let primitive {
            try primitive.forward(arguments(output: output, kept: kept), into: output)
        } else {
            activation.apply(to: output, columns: columns)
        }
    }

    /// - Parameter gradient: ∂L/∂output, which becomes that of the arguments.
    func backward(output: FloatView, kept: FloatView, gradient: FloatView) throws {
        if activation.needsInput, let primitive {
            try primitive.backward(inputs: kept, gradient: gradient)
        } else {
            activation.backward(outputs: output, gradient: gradient, columns: columns)
        }
    }
}

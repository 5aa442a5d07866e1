import Kernels

/// One trainable tensor of a layer.
package struct ParameterSpecification: Sendable {
    /// What it is called below its layer in a checkpoint: `weight`, `bias`.
    package let name: String
    package let shape: [Int]
    /// Whether weight decay applies; it does not to biases and normalisation scales unless asked for.
    package let isWeight: Bool
    package let initializer: Initializer
    package let fanIn: Int
    package let fanOut: Int

    package var count: Int { shape.reduce(1, *) }
}

/// A part of a network: what it takes, gives and learns. It holds no memory; its kernels compute on a worker's.
package protocol Layer: Sendable {
    /// The stem of its name in checkpoints: `dense` gives dense1, dense2, …
    static var kind: String { get }
    /// The shape of one sample going in.
    var inputShape: [Int] { get }
    /// The shape of one sample coming out.
    var outputShape: [Int] { get }
    /// Floating-point operations of one sample going forward, a multiplication and an addition counted as two.
    var operations: Int { get }
    /// Its trainable tensors, in the order in which they lie in the flat parameters.
    var parameters: [ParameterSpecification] { get }

    /// Its outputs in stretches, so that workers can share the gradients of its parameters and their update: large
    /// enough to be worth a multiplication of their own, small enough to stay in cache. A function of the layer alone.
    var parts: [Range<Int>] { get }
    /// The ranges of each tensor, in the order of `parameters`, that belong to some outputs.
    func ranges(of outputs: Range<Int>) -> [Range<Int>]

    /// How its multiplications take their operands.
    var format: OperandFormat { get }
    /// Numbers of its parameters packed: as operands of multiplications.
    /// - Parameter training: whether passes go backward, too.
    func packedCount(training: Bool) -> Int
    /// Packs the parameters of some outputs.
    /// - Parameter parameters: the layer's range of the flat parameters.
    func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView, training: Bool)
    /// Numbers that the passes over a microbatch of so many rows leave for the gradients of the parameters.
    func gradientOperandCount(rows: Int) -> Int

    /// The layer's arithmetic for shards of exactly `rows` samples, for one worker's use.
    /// - Parameter microbatchRows: the rows of the microbatch that the shards are of; nil where `backward` will not be called.
    func makeKernel(rows: Int, microbatchRows: Int?) throws -> any LayerKernel
    /// The gradients of a part's parameters over microbatches of exactly `rows` samples, for one worker's use.
    /// - Parameters:
    ///   - outputs: how many the part has.
    ///   - accumulates: whether to what the gradients are already.
    func makeGradientKernel(outputs: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel

    /// The same arithmetic in Double, by plain loops: what tests and `gradcheck` hold the kernels against.
    var reference: ReferenceForm { get }
}

/// Layers without parameters.
extension Layer {
    package var parameters: [ParameterSpecification] { [] }
    package var parts: [Range<Int>] { [] }
    package func ranges(of outputs: Range<Int>) -> [Range<Int>] { [] }
    package var format: OperandFormat { .float32 }
    package func packedCount(training: Bool) -> Int { 0 }
    package func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView, training: Bool) {}
    package func gradientOperandCount(rows: Int) -> Int { 0 }
    package func makeGradientKernel(outputs: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        preconditionFailure("\(Self.kind) has no parts whose gradients somebody could ask for")
    }
}

/// A layer compiled for one shard size; one worker's own.
package protocol LayerKernel: AnyObject {
    /// Floats of scratchpad that `forward` and `backward` need.
    var scratchpadCount: Int { get }
    /// Numbers of the operand that they need.
    var conversionScratchCount: Int { get }
    /// Floats that `forward` keeps for `backward`, beside the output.
    var keptForBackwardCount: Int { get }
    /// Where some rows of the input are kept for the gradients, if they are kept as they are: `forward` need not copy what
    /// it is given there.
    /// - Parameter gradientOperands: what the passes over the whole microbatch leave.
    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView?
    func forward(_ arguments: ForwardArguments) throws
    func backward(_ arguments: BackwardArguments) throws
}

/// The gradients of a part of a layer's parameters, compiled for one size of part and microbatch; one worker's own.
package protocol GradientKernel: AnyObject {
    /// Floats of scratchpad that `run` needs.
    var scratchpadCount: Int { get }
    func run(_ arguments: GradientArguments) throws
}

/// What a layer computes on, going forward.
package struct ForwardArguments {
    /// [rows, inputs]
    let input: FloatView
    /// [rows, outputs], written
    let output: FloatView
    /// The layer's range of the flat parameters.
    let parameters: FloatView
    let packed: OperandView
    /// What is left for the gradients, of the whole microbatch; nil where nothing is trained.
    let gradientOperands: OperandView?
    /// Which rows of the microbatch these are.
    let rowsInMicrobatch: Range<Int>
    /// The kernel's own until `backward`.
    let keptForBackward: FloatView
    /// nil where nothing is left to chance, as at prediction.
    let randomness: PassRandomness?
    let conversionScratch: OperandView
    let scratchpad: FloatView
}

/// What a layer computes on, going backward.
package struct BackwardArguments {
    /// [rows, outputs], as it came out
    let output: FloatView
    /// [rows, outputs], ∂L/∂output; becomes ∂L/∂z, the gradient before the activation
    let outputGradient: FloatView
    /// [rows, inputs], ∂L/∂input, written; nil for the first layer
    let inputGradient: FloatView?
    let packed: OperandView
    let gradientOperands: OperandView
    let rowsInMicrobatch: Range<Int>
    let keptForBackward: FloatView
    /// As it was going forward.
    let randomness: PassRandomness?
    let conversionScratch: OperandView
    let scratchpad: FloatView
}

/// What the gradients of a part of a layer's parameters are computed from: what the passes over a microbatch left.
package struct GradientArguments {
    let gradientOperands: OperandView
    /// The part.
    let outputs: Range<Int>
    /// The gradients of each tensor's range, written or added to, each from a 64-byte line on.
    let gradients: FloatView
    let scratchpad: FloatView
}

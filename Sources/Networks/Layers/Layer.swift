import Kernels

/// One trainable tensor of a layer.
package struct ParameterSpecification: Sendable {
    /// Its name below its layer in a checkpoint: `weight`, `bias`.
    package let name: String
    package let shape: [Int]
    /// Whether weight decay applies to it without `decayBiases`, as it does not to biases and normalisation scales.
    package let isWeight: Bool
    package let initializer: Initializer
    package let fanIn: Int
    package let fanOut: Int

    package var count: Int { shape.reduce(1, *) }
}

/// A layer of a network: its shapes, its parameters and its kernels. It holds no memory itself; a worker's kernels
/// compute in that worker's workspace.
package protocol Layer: Sendable {
    /// The stem of its name in checkpoints: `dense` gives dense1, dense2, …
    static var kind: String { get }
    /// The shape of one sample's input.
    var inputShape: [Int] { get }
    /// The shape of one sample's output.
    var outputShape: [Int] { get }
    /// Floating-point operations of one sample's forward pass; a multiplication with its addition counts as two.
    var operations: Int { get }
    /// Its trainable tensors, in their order in the flat parameters.
    var parameters: [ParameterSpecification] { get }

    /// Ranges of its outputs, whose parameters' gradients and updates workers share: each large enough to be worth a
    /// multiplication of its own, and small enough to stay in cache. A function of the layer alone.
    var parts: [Range<Int>] { get }
    /// For each tensor of `parameters`, the range of its elements that belongs to some outputs.
    func ranges(of outputs: Range<Int>) -> [Range<Int>]

    /// The format of its multiplications' operands.
    var format: OperandFormat { get }
    /// Elements of its parameters, packed as operands of multiplications.
    /// - Parameter training: whether the backward pass needs operands, too.
    func packedCount(training: Bool) -> Int
    /// Packs the parameters of some outputs.
    /// - Parameter parameters: the layer's range of the flat parameters.
    func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView, training: Bool)
    /// Elements of the operands of its parameter gradients, over a microbatch of so many rows.
    func gradientOperandCount(rows: Int) -> Int

    /// Compiles the layer's forward and backward pass for shards of exactly `rows` samples, for one worker.
    /// - Parameter microbatchRows: the rows of the shards' microbatch; nil for a forward pass alone.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func makeKernel(rows: Int, microbatchRows: Int?) throws -> any LayerKernel
    /// Compiles the gradients of one part's parameters over microbatches of exactly `rows` samples, for one worker.
    /// - Parameters:
    ///   - outputs: the number of the part's outputs.
    ///   - accumulates: whether they are added to the gradients of earlier microbatches.
    /// - Throws: `KernelError` when oneDNN cannot make a primitive.
    func makeGradientKernel(outputs: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel

    /// The same arithmetic in Double, by plain loops: what tests and `gradcheck` hold the kernels against.
    var reference: ReferenceForm { get }
}

/// The defaults of layers without parameters.
extension Layer {
    package var parameters: [ParameterSpecification] { [] }
    package var parts: [Range<Int>] { [] }
    package func ranges(of outputs: Range<Int>) -> [Range<Int>] { [] }
    package var format: OperandFormat { .float32 }
    package func packedCount(training: Bool) -> Int { 0 }
    package func pack(_ outputs: Range<Int>, of parameters: FloatView, into packed: OperandView, training: Bool) {}
    package func gradientOperandCount(rows: Int) -> Int { 0 }
    package func makeGradientKernel(outputs: Int, rows: Int, accumulates: Bool) throws -> any GradientKernel {
        preconditionFailure("\(Self.kind) has no parameters, so no gradients")
    }
}

/// A layer compiled for shards of one size, for one worker.
package protocol LayerKernel: AnyObject {
    /// Floats of oneDNN scratchpad that `forward` and `backward` need.
    var scratchpadCount: Int { get }
    /// Elements that they need for operands converted to the layer's format.
    var conversionScratchCount: Int { get }
    /// Floats that `forward` keeps for `backward`, beside the output.
    var keptForBackwardCount: Int { get }
    /// The rows of the gradient operands that the input is stored in, if these hold it as plain floats: input that is
    /// written there needs no copy.
    /// - Parameter gradientOperands: the layer's, of the whole microbatch.
    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView?
    func forward(_ arguments: ForwardArguments) throws
    func backward(_ arguments: BackwardArguments) throws
}

/// The gradients of one part of a layer's parameters, compiled for one size of part and microbatch, for one worker.
package protocol GradientKernel: AnyObject {
    /// Floats of oneDNN scratchpad that `run` needs.
    var scratchpadCount: Int { get }
    func run(_ arguments: GradientArguments) throws
}

/// What a layer's forward pass over one shard reads and writes.
package struct ForwardArguments {
    /// [rows, inputs]
    let input: FloatView
    /// [rows, outputs], written.
    let output: FloatView
    /// The layer's range of the flat parameters.
    let parameters: FloatView
    /// The layer's packed parameters.
    let packed: OperandView
    /// The layer's gradient operands of the whole microbatch, whose rows of this shard are written; nil at inference.
    let gradientOperands: OperandView?
    let rowsInMicrobatch: Range<Int>
    /// Written here, read by `backward`.
    let keptForBackward: FloatView
    /// nil at inference, where nothing is random.
    let randomness: PassRandomness?
    let conversionScratch: OperandView
    let scratchpad: FloatView
}

/// What a layer's backward pass over one shard reads and writes.
package struct BackwardArguments {
    /// [rows, outputs], as `forward` wrote it.
    let output: FloatView
    /// [rows, outputs]: ∂L/∂output, which becomes ∂L/∂z, the gradient before the activation.
    let outputGradient: FloatView
    /// [rows, inputs]: ∂L/∂input, written; nil for the first layer.
    let inputGradient: FloatView?
    /// The layer's packed parameters.
    let packed: OperandView
    /// The layer's gradient operands of the whole microbatch, whose rows of this shard are written.
    let gradientOperands: OperandView
    let rowsInMicrobatch: Range<Int>
    let keptForBackward: FloatView
    /// That of the forward pass.
    let randomness: PassRandomness?
    let conversionScratch: OperandView
    let scratchpad: FloatView
}

/// What the gradients of one part of a layer's parameters are computed from, and into.
package struct GradientArguments {
    /// The layer's, of the whole microbatch.
    let gradientOperands: OperandView
    /// The part's outputs.
    let outputs: Range<Int>
    /// The gradients of each tensor's range, written or accumulated, each from a 64-byte line on.
    let gradients: FloatView
    let scratchpad: FloatView
}

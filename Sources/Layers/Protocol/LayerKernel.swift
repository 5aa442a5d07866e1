import Kernels

/// What a layer is compiled for. What it has no use for is nil among the arguments of its kernel.
package struct LayerUse: Sendable {
    /// The rows of a shard, at least 1.
    package let rows: Int
    /// The rows of the shard's microbatch; nil at inference.
    package let microbatchRows: Int?
    /// Whether the gradients of its tensors are computed.
    package let givesTensorGradients: Bool
    /// Whether the gradient of an input is computed.
    package let givesInputGradient: Bool

    package init(
        rows: Int, microbatchRows: Int?, givesTensorGradients: Bool, givesInputGradient: Bool
    ) {
        self.rows = rows
        self.microbatchRows = microbatchRows
        self.givesTensorGradients = givesTensorGradients
        self.givesInputGradient = givesInputGradient
    }
}

/// The memory that a kernel needs.
package struct KernelMemory: Sendable {
    /// Floats of one shard, kept from its forward to its backward pass.
    package var kept = 0
    /// Floats of a worker's scratchpad, while the kernel runs.
    package var scratchpad = 0
    /// Elements of a worker's memory for operands that are converted to the layer's format, while the kernel runs.
    package var converted = 0

    package init(kept: Int = 0, scratchpad: Int = 0, converted: Int = 0) {
        (self.kept, self.scratchpad, self.converted) = (kept, scratchpad, converted)
    }
}

/// A layer compiled for shards of one size, for one worker.
package protocol LayerKernel: AnyObject {
    var memory: KernelMemory { get }
    /// The rows of the gradient operands that the input is stored in, if these hold it as plain floats: input that is
    /// written there needs no copy.
    /// - Parameter gradientOperands: the layer's, of the whole microbatch.
    func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView?
    /// Writes the shard's partial sums for the meeting before `forward`, if the layer has one.
    func prepareForward(_ arguments: ForwardArguments, sums: BufferView<Double>) throws
    func forward(_ arguments: ForwardArguments) throws
    /// Writes the shard's partial sums for the meeting before `backward`, if the layer has one.
    func prepareBackward(_ arguments: BackwardArguments, sums: BufferView<Double>) throws
    func backward(_ arguments: BackwardArguments) throws
}

extension LayerKernel {
    package var memory: KernelMemory { KernelMemory() }
    package func inputDestination(_ rowsInMicrobatch: Range<Int>, in gradientOperands: OperandView) -> FloatView? {
        nil
    }
    package func prepareForward(_ arguments: ForwardArguments, sums: BufferView<Double>) {}
    package func prepareBackward(_ arguments: BackwardArguments, sums: BufferView<Double>) {}
}

/// The gradients of some neurons' parameters, compiled for one size of part and microbatch, for one worker.
package protocol GradientKernel: AnyObject {
    /// Floats of oneDNN scratchpad that `run` needs.
    var scratchpadCount: Int { get }
    func run(_ arguments: GradientArguments) throws
}

/// What a layer's forward pass over one shard reads and writes. What is written holds anything before, and overlaps nothing
/// that is read, but for input that lies in the gradient operands already (`inputDestination`).
package struct ForwardArguments {
    /// [rows, inputs]
    package let input: FloatView
    /// That of a layer with two inputs.
    package let secondInput: FloatView?
    /// [rows, outputs], written.
    package let output: FloatView
    /// The steps of each sequence of the input, [rows]; nil if all samples have all steps, or have none.
    package let lengths: BufferView<Int32>?
    /// The layer's range of the flat parameters.
    package let parameters: FloatView
    /// The layer's packed parameters.
    package let packed: OperandView
    /// The layer's gradient operands of the whole microbatch, whose rows of this shard are written; nil at inference, and
    /// if the layer's gradients are not computed.
    package let gradientOperands: OperandView?
    /// Beside the gradient operands of a layer of sequences: the steps that the operands of each shard have, at its first row, and 0 at
    /// the others. [rows of the microbatch], of which this shard's are written.
    package let gradientSteps: BufferView<Int32>?
    package let rowsInMicrobatch: Range<Int>
    /// Written here, read by `backward`.
    package let kept: FloatView
    /// The total of the meeting before it, if there is one; nil at inference, and for a layer that is not trained.
    package let total: BufferView<Double>?
    /// nil at inference, where nothing is random.
    package let randomness: PassRandomness?
    package let converted: OperandView
    package let scratchpad: FloatView

    package init(
        input: FloatView, secondInput: FloatView?, output: FloatView, lengths: BufferView<Int32>?,
        parameters: FloatView, packed: OperandView,
        gradientOperands: OperandView?, gradientSteps: BufferView<Int32>? = nil, rowsInMicrobatch: Range<Int>,
        kept: FloatView, total: BufferView<Double>?, randomness: PassRandomness?, converted: OperandView,
        scratchpad: FloatView
    ) {
        self.input = input
        self.secondInput = secondInput
        self.output = output
        self.lengths = lengths
        self.parameters = parameters
        self.packed = packed
        self.gradientOperands = gradientOperands
        self.gradientSteps = gradientSteps
        self.rowsInMicrobatch = rowsInMicrobatch
        self.kept = kept
        self.total = total
        self.randomness = randomness
        self.converted = converted
        self.scratchpad = scratchpad
    }
}

/// What a layer's backward pass over one shard reads and writes. What is written holds anything before, and overlaps nothing
/// that is read: the pass adds the gradients of several layers that read one value.
package struct BackwardArguments {
    /// [rows, inputs], as `forward` read it.
    package let input: FloatView
    /// [rows, outputs], as `forward` wrote it.
    package let output: FloatView
    /// As in `forward`.
    package let lengths: BufferView<Int32>?
    /// [rows, outputs]: ∂L/∂output, which may be overwritten.
    package let outputGradient: FloatView
    /// [rows, inputs]: ∂L/∂input, written; nil if it is not needed.
    package let inputGradient: FloatView?
    /// That of a layer with two inputs.
    package let secondInputGradient: FloatView?
    /// The layer's range of the flat parameters.
    package let parameters: FloatView
    /// The layer's packed parameters.
    package let packed: OperandView
    /// The layer's gradient operands of the whole microbatch, whose rows of this shard are written; nil if the layer's
    /// gradients are not computed.
    package let gradientOperands: OperandView?
    /// With `TensorGradients.perShard`: the gradients over the shard's rows, written in the layout of the layer's
    /// parameters (`Layer.tensorRanges`); nil if they are not computed.
    package let tensorGradients: FloatView?
    /// As in `forward`.
    package let gradientSteps: BufferView<Int32>?
    package let rowsInMicrobatch: Range<Int>
    package let kept: FloatView
    /// The total of the meeting before it, if there is one.
    package let total: BufferView<Double>?
    /// That of the forward pass.
    package let randomness: PassRandomness?
    package let converted: OperandView
    package let scratchpad: FloatView

    package init(
        input: FloatView, output: FloatView, lengths: BufferView<Int32>?, outputGradient: FloatView,
        inputGradient: FloatView?,
        secondInputGradient: FloatView?, parameters: FloatView, packed: OperandView, gradientOperands: OperandView?,
        gradientSteps: BufferView<Int32>? = nil, tensorGradients: FloatView?, rowsInMicrobatch: Range<Int>,
        kept: FloatView, total: BufferView<Double>?,
        randomness: PassRandomness?, converted: OperandView, scratchpad: FloatView
    ) {
        self.input = input
        self.output = output
        self.lengths = lengths
        self.outputGradient = outputGradient
        self.inputGradient = inputGradient
        self.secondInputGradient = secondInputGradient
        self.parameters = parameters
        self.packed = packed
        self.gradientOperands = gradientOperands
        self.gradientSteps = gradientSteps
        self.tensorGradients = tensorGradients
        self.rowsInMicrobatch = rowsInMicrobatch
        self.kept = kept
        self.total = total
        self.randomness = randomness
        self.converted = converted
        self.scratchpad = scratchpad
    }
}

/// What the gradients of some neurons' parameters are computed from, and into.
package struct GradientArguments {
    /// The layer's, of the whole microbatch.
    package let gradientOperands: OperandView
    /// The steps of each shard, as the passes wrote them; nil without time.
    package let gradientSteps: BufferView<Int32>?
    package let neurons: Range<Int>
    /// The gradients of each tensor's range, written or accumulated, each from a 64-byte line on.
    package let gradients: FloatView
    package let scratchpad: FloatView

    package init(
        gradientOperands: OperandView, gradientSteps: BufferView<Int32>? = nil, neurons: Range<Int>,
        gradients: FloatView, scratchpad: FloatView
    ) {
        self.gradientOperands = gradientOperands
        self.gradientSteps = gradientSteps
        self.neurons = neurons
        self.gradients = gradients
        self.scratchpad = scratchpad
    }
}
